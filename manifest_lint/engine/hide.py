"""Findings without the secrets of the files that they are in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from manifest_lint.document.document import Document
from manifest_lint.document.go_json import with_keys
from manifest_lint.document.masking import Hider
from manifest_lint.document.secret import MASK, SHORTEST, is_placeholder
from manifest_lint.document.secret_names import is_named_like_one
from manifest_lint.finding import Edit, Finding, Fix
from manifest_lint.text.wording import quoted, shown

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer


_Record = TypeVar("_Record", Finding, Fix)


def hidden(finding: Finding, hider: Hider, value: Any = None) -> Finding:
    """Return a finding with secrets masked in its texts; a fix that would write one has no edits.

    It has no fix if that writes a secret in another case or with other separators.
    A secret may be where other rules quote values, such as in a key of the wrong name. `value` is
    that of the whole document: what is under the key of a secret there is masked, however short.
    """
    return hidden_with(finding, hider, quoted_secret(value, finding.pointer))


def texts_of(finding: Finding) -> Iterator[str]:
    """Yield every text of a finding in which `hidden` masks secrets."""
    yield finding.message
    yield finding.why
    yield from (step for step in finding.pointer if isinstance(step, str))
    if fix := finding.fix:
        yield fix.title
        yield from (edit.text for edit in fix.edits)


def hidden_with(finding: Finding, hider: Hider, known: tuple[str, str]) -> Finding:
    """Return what `hidden` returns; `known` is what `quoted_secret` returns for its pointer."""
    written, masked = known

    def hide(text: str) -> str:
        return hider(text.replace(written, masked) if written else text)

    pointer = hidden_pointer(finding.pointer, hide)
    message, why = hide(finding.message), hide(finding.why)
    fix = finding.fix
    if fix and message != finding.message and _writes_alike(fix, hider):
        fix = None
    if fix:
        edits = () if _writes(fix.edits, hider) else fix.edits
        fix = _changed(fix, title=hide(fix.title), edits=edits)
    return _changed(finding, pointer=pointer, message=message, why=why, fix=fix)


def _changed(record: _Record, **values: object) -> _Record:
    """Return a record with other values: itself if they are the same, as most are."""
    if all(getattr(record, name) == value for name, value in values.items()):
        return record
    return record._replace(**values)


def hidden_pointer(pointer: Pointer, hide: Callable[[str], str]) -> Pointer:
    """Return a pointer with secrets masked: a key may be one by mistake."""
    return tuple(hide(step) if isinstance(step, str) else step for step in pointer)


def quoted_secret(value: Any, pointer: Pointer) -> tuple[str, str]:
    """Return how messages quote the value at a pointer, and what to write instead.

    Both are empty if its key is not that of a secret.
    """
    try:
        steps, value = with_keys(value, pointer)
    except (LookupError, TypeError):
        return "", ""
    keys = [step for step in steps if isinstance(step, str)]
    if keys and is_named_like_one(keys[-1]) and not is_placeholder(value):
        if isinstance(value, str) and value:
            return quoted(value), f'"{MASK}"'
        if isinstance(value, int | float) and not isinstance(value, bool):
            return shown(value), f"the number {MASK}"
    return "", ""


def shown_edits(finding: Finding, documents: Mapping[str, Document]) -> tuple[Edit, ...]:
    """Return the edits of a finding's fix; none if one of them has text that cannot be shown.

    That is text in a file whose lines are hidden, as it may be a secret.
    """
    edits = finding.fix.edits if finding.fix else ()
    if not any(len(one.text) >= SHORTEST for one in edits):
        return edits  # most findings
    document = documents.get(finding.path)
    if document is None or (document.has_places and not document.is_withheld):
        return edits  # masking a whole document takes long
    return () if document.masked is None else edits


def _writes_alike(fix: Fix, hide: Hider) -> bool:
    """Return whether a fix has a secret in another form, and not in one that can be masked."""
    texts = (fix.title, *(edit.text for edit in fix.edits))
    return any(hide.finds_alike(hide(text)) for text in texts)


def _writes(edits: tuple[Edit, ...], hide: Hider) -> bool:
    return any(hide(edit.text) != edit.text for edit in edits)
