"""The settings for a file, as JSON and as TOML; secrets in them are masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from manifest_lint.config.find import KEYS, InForce
from manifest_lint.config.settings import Exemption
from manifest_lint.config.unused import WHY
from manifest_lint.document.masking import shown_url
from manifest_lint.document.shown_command import shown_command
from manifest_lint.finding import Severity

Hide = Callable[[str], str]


def as_json(path: Path, in_force: InForce, hide: Hide) -> dict[str, Any]:
    """Return the settings for a path, each with its origin, as JSON values.

    `hide` masks secrets in each string.
    """
    return {
        "path": str(path),
        "configuration": in_force.file,
        "unused": list(in_force.unused),
        "settings": {
            key: {
                "value": _value(key, in_force, hide),
                "from": list(in_force.origins.get(key, ("default",))),
            }
            for key in KEYS
        },
    }


def as_toml(path: Path, in_force: InForce, hide: Hide) -> Iterator[str]:
    """Yield lines of TOML, each setting followed by its origin as a comment.

    `hide` masks secrets in each string.
    """
    source = in_force.file or "no configuration"
    yield f"# {path}: {source}"
    yield from (f"# {unused}: {WHY}" for unused in in_force.unused)
    table = ""
    for key in KEYS:
        origins = in_force.origins.get(key, ("default",))
        value = _value(key, in_force, hide)
        before, _, name = key.rpartition(".")
        if before != table:
            table = before
            yield f"[{table}]"
        if value is None:
            yield f"# {name}: default"
        elif key == "per-file-ignores" and value:
            yield f"{name} = ["
            for entry, origin in zip(value, origins, strict=True):
                yield f"  {_toml(entry)},  # {origin}"
            yield "]"
        else:
            yield f"{name} = {_toml(value)}  # {', '.join(origins)}"


_MAY_HAVE_SECRETS = {"build.command": shown_command, "build.url": shown_url}
"""How the settings are shown that people write secrets in."""


def _value(key: str, in_force: InForce, hide: Hide) -> Any:
    """Return a setting as a JSON value; None if it is not set."""
    value = getattr(in_force.settings, KEYS[key])
    if value == "":
        return None
    if key in _MAY_HAVE_SECRETS:
        return hide(_MAY_HAVE_SECRETS[key](value))
    if key == "fail-on":
        return value.label if value else "never"
    return _plain(value, hide)


def _plain(value: Any, hide: Hide) -> Any:
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, Exemption):
        code = value.codes[0] if len(value.codes) == 1 else list(value.codes)
        pointer = {} if value.pointer is None else {"pointer": hide(value.pointer)}
        until = {"until": str(value.until)} if value.until else {}
        named = {"code": code, "path": hide(value.path), **pointer}
        return {**named, "reason": hide(value.reason), **until}
    if isinstance(value, dict):
        return {key: _plain(item, hide) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item, hide) for item in value]
    return hide(str(value)) if isinstance(value, Path | str) else value


def _toml(value: Any, key: str = "") -> str:
    if isinstance(value, dict):
        members = (f"{_key(name)} = {_toml(item, name)}" for name, item in value.items())
        return f"{{ {', '.join(members)} }}" if value else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return str(value) if key == "until" else json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)
