"""The plan and the result of provisioning, for a terminal: a diff by fields, secrets masked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from manifest_lint.document.secret import MASK
from manifest_lint.document.secret_names import may_be_secret
from manifest_lint.engine.report import Report
from manifest_lint.finding import Severity
from manifest_lint.provisioning.plan import Change, alike, counts
from manifest_lint.provisioning.run import Plan, Provisioned
from manifest_lint.reports.sentences import skipped
from manifest_lint.reports.text import render, visible
from manifest_lint.text.wording import count, short

_LONGEST = 1000
_MOST_NAMED = 10


def shown(plan: Plan) -> Iterator[str]:
    """Yield the lines of a plan: others' changes that it overwrites, its changes, their number."""
    for change in plan.overwritten:
        what = "changed by another client meanwhile, from what was shown before:"
        yield click.style(f"{visible(change.id)}: {what}", fg="yellow")
        yield from difference(change.before or {}, change.after or {})
    yield from text(plan.changes)
    yield summary(plan.changes)


def ended(done: Provisioned[Report], width: int) -> Iterator[str]:
    """Yield the lines on how a run ended; excerpts of errors are cut to `width` columns."""
    not_written = done.plan.not_written if done.plan else "nothing was written"
    if done.end == "verified":
        yield from _verified(done)
    elif done.end == "errors":
        errors = tuple(one for one in done.report.findings if one.severity is Severity.ERROR)
        yield from render(done.report._replace(findings=errors), width=width, has_fix=False)
        yield f"{not_written.capitalize()}."
    elif done.end == "declined":
        yield f"{not_written.capitalize()}."
    elif done.end == "dry run" and done.plan:
        yield f"Dry run: nothing was written to {visible(done.plan.database)}."
    else:
        for id, refusal in done.refusals.items():
            if refusal.error != "conflict":
                yield f"{visible(id)}: refused by CouchDB: {visible(str(refusal))}"
    if done.end != "errors":  # their report says it
        yield from map(visible, skipped(done.report))


def _verified(done: Provisioned[Report]) -> Iterator[str]:
    kept = [f"{id} {name}" for id, name in done.kept]
    if kept:
        more = f" and {len(kept) - _MOST_NAMED:,} more" if len(kept) > _MOST_NAMED else ""
        names = visible(", ".join(kept[:_MOST_NAMED]))
        yield f"Left unchanged (not in the files): {names}{more}."
    if done.written:
        added, changed, deleted = done.added, done.changed, done.deleted
        yield f"Applied: {added:,} added, {changed:,} changed, {deleted:,} deleted. Verified."
    else:
        yield f"Nothing to change: {count(done.unchanged, 'document')} up to date."


def text(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a line for each document, and for its fields that change; `***` masks a secret."""
    for change in changes:
        what = "new" if change.before is None else "changed"
        if change.after is None:
            what = "to be deleted"
        yield click.style(f"{visible(change.id)}: {what}", bold=True)
        if change.after is not None:
            yield from difference(change.before or {}, change.after, change.variables)


def summary(changes: Iterable[Change]) -> str:
    """Return a line with how many documents changes add, change and delete."""
    add, change, delete = counts(changes)
    return f"{add:,} to add, {change:,} to change, {delete:,} to delete"


def difference(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    variables: Mapping[str, tuple[str, ...]] | None = None,
) -> Iterator[str]:
    """Yield a line for each removed and each added value of a field, except CouchDB's own fields.

    `variables` has, for a field, the environment variables that it was filled in from.
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
    return visible(f"{key}: {MASK if may_be_secret((key,), shown) else short(shown, _LONGEST)}")
