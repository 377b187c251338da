"""J: the text of a manifest or of a file of account types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.document.document import Document
from manifest_lint.document.encoding import half_character, invalid_byte, not_text
from manifest_lint.document.go_json import OutOfRange, TooDeep
from manifest_lint.finding import Record
from manifest_lint.rules.base import WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import quoted, shown

if TYPE_CHECKING:
    from manifest_lint.document.document import Kind

_BY_KIND: dict[Kind, dict[str, Any]] = {
    "manifest": {},
    "account types": {
        "refused_by": ("login",),
        "why": "CouchDB does not accept this document, so no login can start with it.",
    },
    "developer's configuration": {
        "severity": WARNING,
        "why": "Node.js cannot read it, so the connector does not start in development.",
    },
    "readme": {"why": "CouchDB does not accept this document: readers who copy it get an error."},
}
"""How a finding about invalid JSON differs where the file is not a manifest."""

_NOT_DECODED = "The stack cannot decode the document, so no login can start with it."
"""For what CouchDB may store all the same."""


@rule("J001", "invalid-json", on="text", refused_by="install publish", fix="safe")
def invalid_json(document: Document) -> Iterator[Finding]:
    """The file is not valid JSON for the stack and the registry.

    The stack refuses to install the connector, and the registry refuses to publish it. Both are
    stricter than many editors: no comments, no trailing commas, no NaN.

    Bad: {"slug": "x",}
    Good: {"slug": "x"}
    Source: golang encoding/json; runs of cozy-stack's and cozy-apps-registry's decoders
    """
    holds_secrets, details = document.confidential, _BY_KIND[document.kind]
    if document.may_have_comments:
        yield from _comment(document)
    if not document.error:
        is_object = document.kind in ("manifest", "developer's configuration")
        # Standalone mode wrote what a connector imports as a list before.
        is_object = is_object and not document.name.endswith("importedData.json")
        wanted = dict if is_object else dict | list
        if not isinstance(document.value, wanted):
            start = len(document.body) - len(document.body.lstrip())
            message = "the top level must be an object"
            if not holds_secrets:
                message += f", not {shown(document.value)}"
            span = (start, min(document.end, start + 1))
            yield Finding(message, span=span, **details)
        return
    if document.is_truncated and not isinstance(document.error, TooDeep):
        # The cause seen here would be our own cut.
        yield Finding("the file is too large to be read to its end", **details)
        return
    if isinstance(document.error, TooDeep | OutOfRange) and document.kind == "account types":
        details = details | {"why": _NOT_DECODED}
    if what := not_text(document.data):
        yield Finding(f"the file is {what}, not text in UTF-8", span=(0, 1), **details)
        return
    from manifest_lint.document.causes import causes  # only for broken JSON
    from manifest_lint.document.removal import removal

    for cause in causes(document.undecoded):
        # What the message quotes may be a secret; edits write nothing that the file has.
        message = cause.template.replace("{}", "***") if holds_secrets else cause.message
        fix = None
        if cause.fix:
            text = document.text
            edits = (
                (a, b, new) if new.strip() or text[a:b].isspace() else removal(text, a, b)
                for a, b, new in cause.edits
            )
            fix = Fix(cause.fix, cause.safe, tuple(Edit(new, span=(a, b)) for a, b, new in edits))
        span = (cause.start, cause.end)
        yield Finding(message, span=span, fix=fix, **details)


def _comment(document: Document) -> Iterator[Finding]:
    """Yield a finding for the first comment of a developer's file, where they are read as blank."""
    from manifest_lint.document.comments import comments_in  # only for a developer's file

    found = tuple(comments_in(document.text))
    if not found:
        return
    from manifest_lint.document.removal import removals

    start, end = found[0]
    removed = removals(document.text, found)
    edits = tuple(Edit(new, span=(a, b)) for a, b, new in removed)
    line_end = start + len(document.text[start:end].split("\n", 1)[0].rstrip())
    yield Finding(
        "standalone mode cannot read a file with comments",
        span=(start, line_end),
        severity=WARNING,
        why="Development mode removes comments, but standalone mode does not start with them.",
        fix=Fix("remove the comments", False, edits),
    )


_TOKENS = r'(?s)"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]'
_MOST_SPACE = 1000
_DEEP = 90
"""Values nested deeper than this may be missing from the decoded value (document/go_json.py)."""


@rule("J002", "duplicate-key", on="text", severity=WARNING, fix="safe")
def duplicate_key(document: Document) -> Iterator[Finding]:
    """An object has the same key more than once.

    Only the last one counts, and the values of the others are lost. The stack and the registry
    still check the type of each one, and refuse the manifest if any of them is wrong.

    Bad: `"name": "Old", "name": "New"` in one object
    Good: `"name": "New"` alone
    Source: golang encoding/json; ECMAScript, JSON.parse; runs of cozy-stack's decoder
    """
    if document.error or not document.may_repeat_keys:
        return
    for repeated in _repeated(document.body[: document.end]):
        line, last = (document.place(*one.span).line for one in (repeated.member, repeated.last))
        counts = "the last one" if line == last else f"the one in line {last}"
        message = f"duplicate key {quoted(repeated.key)}: only {counts} counts"
        fix = Fix("keep the one that you mean")
        if repeated.is_same:
            cut = (repeated.member.span[0], repeated.next.span[0])
            fix = Fix("remove this one: both have the same value", True, (Edit("", span=cut),))
        yield Finding(message, repeated.pointer, span=repeated.member.span, fix=fix)


_ALONE = ("",)
"""The cause of a mistake that no other rule reports."""


@rule(
    "J003",
    "byte-order-mark",
    on="text",
    refused_by="install publish",
    fix="safe",
    defers_to=("J001",),
)
def byte_order_mark(document: Document) -> Iterator[Finding]:
    r"""The file starts with a byte order mark, or contains invalid characters.

    The stack refuses to install, and the registry to publish, a manifest that starts with a byte
    order mark. CouchDB refuses a byte that is not UTF-8, and half of a character, in what the
    registry publishes and in an account type.

    Bad: "\ufeff{}" as the first bytes
    Good: "{}" as the first bytes
    Source: golang encoding/json; runs of cozy-stack's decoder and of CouchDB
    """
    if document.has_bom:
        edit = Edit("", span=(0, 1))
        fix = Fix("save the file as UTF-8 without a byte order mark", True, (edit,))
        message = "the file starts with a byte order mark"
        yield Finding(message, span=(0, 1), fix=fix, cause=_ALONE, **_BY_KIND[document.kind])
    details = _NOT_KEPT.get(document.kind, {"severity": WARNING})
    # Where the bytes of the file are not UTF-8, its text has U+FFFD; few texts have one.
    at = invalid_byte(document.data) if "\ufffd" in document.text else None
    if at is not None and not _is_cut(document, at):
        offset = len(document.data[:at].decode("utf-8"))
        message = f"byte 0x{document.data[at]:02X} is not UTF-8: save the file as UTF-8"
        cause = () if document.error and not_text(document.data) else _ALONE
        yield Finding(message, span=(offset, offset + 1), cause=cause, **details)
    if document.error or not document.has_escapes:
        return
    half = half_character(document.text[: document.end])
    if half is not None:
        written = "this escape" if document.confidential else f"`{document.text[half : half + 6]}`"
        message = f"{written} is only half of a character: write the other `\\u` escape too"
        yield Finding(message, span=(half, half + 6), cause=_ALONE, **details)


_NOT_KEPT: dict[Kind, dict[str, Any]] = {
    "manifest": {
        "refused_by": ("publish",),
        "why": (
            "CouchDB refuses it from the registry, so the connector cannot be published. The stack"
            " installs it, with a question mark in a diamond (U+FFFD) in its place."
        ),
    },
    "account types": {
        "refused_by": ("login",),
        "why": "CouchDB refuses the document, so no login can start with it.",
    },
    "readme": {"why": "CouchDB refuses this document: readers who copy it get an error."},
}
"""How a finding about an invalid character differs by kind; a warning in other kinds."""


def _is_cut(document: Document, at: int) -> bool:
    """Return whether a byte is only invalid because the file was not read to its end."""
    return document.is_truncated and at > len(document.data) - 4


@rule("J004", "text-after-document", on="text", refused_by="publish")
def text_after_document(document: Document) -> Iterator[Finding]:
    """There is text after the end of the document.

    The registry reads the whole file and refuses to publish it. The stack reads one value and
    ignores the rest, so what comes after it has no effect and is not checked.

    Bad: {"slug": "x"} and more
    Good: {"slug": "x"}
    Source: cozy-apps-registry registry/registry.go; cozy-stack model/app/installer.go
    """
    start = document.trailing
    if start is None:
        return
    rest = document.body[start:]
    line_end = start + len(rest.split("\n", 1)[0].rstrip())
    message = "there is text after the end of the document"
    if rest[0] in ",:]}":
        message += f": is there one bracket too many before this `{rest[0]}`?"
    yield Finding(message, span=(start, line_end), **_BY_KIND[document.kind])


class _Member:
    """A member of an object: where its key and its value (with space around it) are in the text."""

    __slots__ = ("end", "span", "start")

    def __init__(self, span: tuple[int, int]):
        self.span = span
        self.start = self.end = 0


class _Around:
    """An object or a list that is only read in part so far.

    `step` is the key or index of the value that is being read.
    """

    __slots__ = ("is_object", "keys", "members", "step")

    def __init__(self, is_object: bool):
        self.is_object = is_object
        self.keys: list[str] = []
        self.members: list[_Member] = []
        self.step: str | int = 0


class _Repeated(Record):
    """A member whose key comes again later: the member, the one after it, the last of that key."""

    key: str
    pointer: tuple[str | int, ...]
    member: _Member
    next: _Member
    last: _Member
    is_same: bool


def _repeated(text: str) -> Iterator[_Repeated]:
    """Yield every member whose key comes again later in its object, without recursion."""
    opened: list[_Around] = []
    for token in re.finditer(_TOKENS, text):
        sign, at = token[0][0], token.start()
        if sign in "{[":
            opened.append(_Around(sign == "{"))
            continue
        around = opened[-1] if opened else None
        if around is None:
            continue
        if sign in ",}]":
            if around.members:
                around.members[-1].end = at
            if sign != ",":
                opened.pop()
                if len(set(around.keys)) < len(around.keys):
                    yield from _repeated_in(text, around, tuple(a.step for a in opened[:_DEEP]))
            elif isinstance(around.step, int):
                around.step += 1
        elif sign == ":":
            around.members[-1].start = token.end()
        elif around.is_object and (not around.members or around.members[-1].end):
            # Most keys have no escape, and a file may have a million of them.
            around.step = key = json.loads(token[0]) if "\\" in token[0] else token[0][1:-1]
            around.keys.append(key)
            around.members.append(_Member(token.span()))


def _repeated_in(text: str, around: _Around, pointer: tuple[str | int, ...]) -> Iterator[_Repeated]:
    """Yield the members of one object whose keys come again later in it."""
    last = dict(zip(around.keys, around.members, strict=True))
    for index, (key, member) in enumerate(zip(around.keys, around.members, strict=True)):
        counts = last[key]
        if counts is not member:
            following = around.members[index + 1]
            same = _is_same(text, member, counts)
            yield _Repeated(key, (*pointer, index), member, following, counts, same)


def _is_same(text: str, one: _Member, other: _Member) -> bool:
    """Return whether two values are written the same; False with much space around one of them."""
    if abs((one.end - one.start) - (other.end - other.start)) > _MOST_SPACE:
        return False  # they cannot be the same, and comparing many long texts is slow
    return text[one.start : one.end].strip() == text[other.start : other.end].strip()
