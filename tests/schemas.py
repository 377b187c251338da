"""What a JSON schema describes, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def resolved(part: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return a part of a schema, or the definition that it refers to."""
    name = part.get("$ref", "").removeprefix("#/definitions/")
    return root["definitions"][name] if name else part


def properties(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every property that a schema describes, at any depth, with a readable path."""
    if isinstance(part, dict):
        for key, inner in part.items():
            if key == "properties":
                for name, described in inner.items():
                    yield f"{path}.{name}", described
                    yield from properties(described, f"{path}.{name}")
            else:
                yield from properties(inner, f"{path}.{key}" if path else key)
