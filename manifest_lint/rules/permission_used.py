"""P008: the doctypes that the sources use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from manifest_lint.cozy.permission import Permission
from manifest_lint.cozy.stack import is_doctype
from manifest_lint.cozy.vocabulary import (
    DOCUMENTED_DOCTYPES,
    USED_BY_EVERY_CONNECTOR,
    USED_THROUGH_LIBRARIES,
)
from manifest_lint.errors import UserError
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer
    from manifest_lint.files.disk import Files

_SOURCE = re.compile(r".+\.(?:[cm]?[jt]s|[jt]sx)")
_TEST = re.compile(r"(?:^|/)(?:__\w+__|tests?|fixtures|mocks)/|\.(?:spec|test|stories|d)\.\w+$")
_MOST_FILES = 2_000
_MOST_BYTES = 1024 * 1024
_MOST_REPORTED = 100
_LONGEST_NAME = 200

_DOCTYPE = re.compile(rb"(?:io\.cozy|com\.bitwarden)\.[a-z0-9_.]+")
_ENDS = (b"'", b'"', b"`", b"${")


@rule(
    "P008",
    "doctype-used",
    severity=WARNING,
    defers_to=("P001", "P002", "P003", "P005"),
)
def doctype_used(connector: Connector) -> Iterator[Finding]:
    """The sources use a doctype without a permission, or a permission is never used.

    Without a permission the stack answers 403, and the connector stops there. An unused permission
    is a note: users must agree to it for nothing.

    Bad: `addData(entries, 'io.cozy.contacts')` in `src/`, and no permission for `io.cozy.contacts`
    Good: the same, and `{"type": "io.cozy.contacts"}` among the permissions
    Source: cozy-stack model/permission; cozy-konnector-libs docs/api.md
    """
    if not connector.files or connector.layout != "source":
        return
    entries, asked = connector.value.get("permissions"), connector.permissions
    if not isinstance(entries, dict):
        return
    cause: Pointer = ()
    if len(asked) < len(entries):
        # The author must first fix a permission that the stack refuses.
        refused = _refused_at(connector)
        if refused is None:
            return
        cause, asked = refused, tuple(one for one in connector.written_permissions if one.doctype)
    sources = _read(connector.files, asked)
    for doctype, place in islice(sources.refused.items(), _MOST_REPORTED):
        message = f"`{place}` uses `{doctype}` without a permission"
        fix = Fix(f"add a permission for `{doctype}`")
        yield Finding(message, ("permissions",), "key", fix=fix, cause=cause)
    if sources.some and not sources.unread:
        for permission in asked[:_MOST_REPORTED]:
            if _is_used(permission.doctype, sources):
                continue
            name, doctype = pointer_text(permission.pointer), permission.doctype
            message = f"`{name}` is unused: nothing in `src/` uses `{doctype}`"
            fix = Fix("remove the permission, unless something else needs it")
            pointer = permission.pointer
            yield Finding(message, pointer, "key", severity=NOTE, fix=fix, cause=cause)


def _refused_at(connector: Connector) -> Pointer | None:
    """Return where the stack first refuses a permission, None if it accepts all."""
    for refusal in connector.stack_refusals:
        if refusal.kind in ("permission", "doctype", "verb", "wildcard"):
            return refusal.pointer
    return None


@dataclass(slots=True)
class _Sources:
    """What the sources use: doctypes without a permission, with the first use of each.

    `words` are the wanted ones that are in a source. `unread` says that some sources were not
    read, `some` that at least one source is not empty.
    """

    refused: dict[str, str] = field(default_factory=dict)
    words: set[bytes] = field(default_factory=set)
    some: bool = False
    unread: bool = False


def _read(files: Files, asked: tuple[Permission, ...]) -> _Sources:
    """Read the sources for doctypes without a permission, and for words that show a use."""
    sources = _Sources()
    opened = frozenset(permission.doctype for permission in asked)
    listed = (path for path in files.list("src/") if _SOURCE.fullmatch(path))
    paths = [path for path in listed if not _TEST.search(path)]
    if not paths:
        return sources
    wanted = {word for permission in asked[:_MOST_REPORTED] for word in _words(permission.doctype)}
    sources.unread = len(paths) > _MOST_FILES
    for path in paths[:_MOST_FILES]:
        source = _source(files, path)
        if source is None:
            sources.unread = True
            continue
        sources.some = sources.some or bool(source.strip())
        sources.words |= {word for word in wanted - sources.words if word in source}
        for doctype, line in _without_permission(source, opened):
            sources.refused.setdefault(doctype, f"{path}:{line}")
    return sources


def _source(files: Files, path: str) -> bytes | None:
    """Return a source; None for one that is too long, was just deleted or cannot be read."""
    try:
        source = files.read(path, _MOST_BYTES + 1)
    except UserError:
        return None
    return source if len(source) <= _MOST_BYTES else None


def _without_permission(source: bytes, opened: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Return each doctype that a source uses without a permission, with the line."""
    named = {found.decode() for found in _DOCTYPE.findall(source)}
    refused = {name for name in named if is_doctype(name) and not _is_open(name, opened)}
    if refused:
        # Loads tree-sitter: only where comments must be separated from code.
        from manifest_lint.content.javascript import literals

        for literal in literals(source, _DOCTYPE.pattern.decode()):
            if literal.text in refused and not literal.is_reference:
                yield literal.text, literal.line


def _is_open(name: str, opened: frozenset[str]) -> bool:
    """Return whether permissions for the doctypes `opened` cover a name in a source.

    The id of a document (`io.cozy.settings.instance`) or the type of a reference
    (`io.cozy.accounts.contracts`) looks like a doctype too; it starts with one in `opened`.
    """
    around = list(_parents(name))
    if name in opened or any(f"{wide}.*" in opened for wide in (name, *around)):
        return True
    return name not in DOCUMENTED_DOCTYPES and not opened.isdisjoint(around)


def _parents(name: str) -> Iterator[str]:
    """Return the parents of a name: `io.cozy`, `io.cozy.bank` for `io.cozy.bank.accounts`."""
    steps = name[:_LONGEST_NAME].split(".")
    for count in range(2, len(steps)):
        yield ".".join(steps[:count])


def _is_used(doctype: str, sources: _Sources) -> bool:
    """Return whether a source may use a doctype: it has its name, or a word of a library."""
    return doctype in USED_BY_EVERY_CONNECTOR or not sources.words.isdisjoint(_words(doctype))


def _words(doctype: str) -> Iterator[bytes]:
    """Return words: every source that uses a doctype has at least one of them.

    They are its name, the start of the name where code appends the rest, and what libraries call
    it.
    """
    name = doctype.removesuffix(".*")
    yield name.encode()
    for parent in _parents(name):
        yield from (f"{parent}.".encode() + end for end in _ENDS)
    for known, words in USED_THROUGH_LIBRARIES.items():
        if known == name or (doctype != name and known.startswith(f"{name}.")):
            yield from (word.encode() for word in words)
