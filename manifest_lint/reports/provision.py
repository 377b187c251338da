"""What is to be written into a database, as a person reads it: a diff by fields, secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from manifest_lint.document.document import may_be_secret
from manifest_lint.provisioning.plan import Change, alike
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import short

_LONGEST = 1000


def text(changes: Iterable[Change]) -> Iterator[str]:
    """Give the lines: each document, and its fields that change; `***` is what may be a secret."""
    for change in changes:
        what = "new" if change.before is None else "changed"
        if change.after is None:
            what = "to be deleted"
        yield click.style(f"{visible(change.id)}: {what}", bold=True)
        if change.after is not None:
            yield from difference(change.before or {}, change.after, change.variables)


def summary(changes: Iterable[Change]) -> str:
    """Return how many documents are to be added, changed and deleted."""
    add, change, delete = _counts(changes)
    return f"{add:,} to add, {change:,} to change, {delete:,} to delete"


def done(changes: Iterable[Change]) -> str:
    """Return how many documents were added, changed and deleted."""
    added, changed, deleted = _counts(changes)
    return f"{added:,} added, {changed:,} changed, {deleted:,} deleted"


def _counts(changes: Iterable[Change]) -> tuple[int, int, int]:
    changes = list(changes)
    deleted = sum(change.after is None for change in changes)
    added = sum(change.before is None for change in changes)
    return added, len(changes) - added - deleted, deleted


def difference(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    variables: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[str]:
    """Give a line for each field that goes, and one for each that comes, but CouchDB's own.

    `variables` name, for a field, those of the environment that it was filled in from.
    """
    for key in {**before, **after}:
        both = key in before and key in after
        if key.startswith("_") or (both and alike(before[key], after[key])):
            continue
        if key in before:
            yield click.style(f"  - {_member(key, before[key])}", fg="red")
        if key in after:
            names = ", ".join(f"${name}" for name in (variables or {}).get(key, ()))
            source = f" (from {names})" if names else ""
            yield click.style(f"  + {_member(key, after[key])}{source}", fg="green")


def _member(key: str, value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return visible(f"{key}: {'***' if may_be_secret((key,), shown) else short(shown, _LONGEST)}")
