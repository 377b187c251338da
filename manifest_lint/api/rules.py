"""The rules and the schemas."""

from __future__ import annotations

from collections.abc import Iterable

from manifest_lint.document import schema as schemas
from manifest_lint.engine.select import selected
from manifest_lint.rules.base import Rule


def rules(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """Return the rules that `check` would run with these codes.

    Raises UserError for a code that no rule's starts with.
    """
    return selected(map(str.upper, select), map(str.upper, ignore))


def schema(name: str) -> str:
    """Return the JSON Schema "konnector", "account-type", "config" or "report", as text."""
    return schemas.text(name)
