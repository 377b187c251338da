"""P008 and P011: what the sources use and write, and the permissions for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from manifest_lint.content.sources import MOST_FILES, read_source, source_paths
from manifest_lint.cozy.permission import Permission
from manifest_lint.cozy.stack import is_doctype
from manifest_lint.cozy.vocabulary import (
    CALLS_THAT_WRITE_THE_ACCOUNT,
    DOCUMENTED_DOCTYPES,
    NEEDED_BY_CALLS,
    USED_BY_EVERY_CONNECTOR,
    USED_THROUGH_LIBRARIES,
    WRITING_CALLS,
)
from manifest_lint.document.go_json import with_keys
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import pointer_text

if TYPE_CHECKING:
    from manifest_lint.content.source_uses import SourceUse
    from manifest_lint.document.spans import Pointer
    from manifest_lint.files.disk import Files

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
    for doctype, use in islice(sources.refused.items(), _MOST_REPORTED):
        message = f"{use} `{doctype}` without a permission"
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


class _Sources:
    """What the sources use: doctypes without a permission, with the first use of each.

    `words` are the wanted ones that are in a source. `unread` says that some sources were not
    read, `some` that at least one source is not empty.
    """

    __slots__ = ("refused", "some", "unread", "words")

    def __init__(self) -> None:
        self.refused: dict[str, str] = {}
        self.words: set[bytes] = set()
        self.some = self.unread = False


def _read(files: Files, asked: tuple[Permission, ...]) -> _Sources:
    """Read the sources for doctypes without a permission, and for words that show a use."""
    sources = _Sources()
    opened = frozenset(permission.doctype for permission in asked)
    paths = source_paths(files)
    if not paths:
        return sources
    wanted = {word for permission in asked[:_MOST_REPORTED] for word in _words(permission.doctype)}
    sources.unread = len(paths) > MOST_FILES
    found: list[SourceUse] = []
    for path in paths[:MOST_FILES]:
        source = read_source(files, path)
        if source is None:
            sources.unread = True
            continue
        sources.some = sources.some or bool(source.strip())
        sources.words |= {word for word in wanted - sources.words if word in source}
        found += _without_permission(path, source, opened)
    if found:
        from manifest_lint.content.source_uses import confirmed

        for one in confirmed(files, paths[:MOST_FILES], found):
            sources.refused.setdefault(one.doctype, one.says)
    return sources


def _without_permission(path: str, source: bytes, opened: frozenset[str]) -> list[SourceUse]:
    """Return the uses of doctypes without a permission in a source, by their name or by a call."""
    found: dict[tuple[str, str], SourceUse] = {}
    named = {found.decode() for found in _DOCTYPE.findall(source)}
    if any(is_doctype(name) and not _is_open(name, opened) for name in named):
        # Loads tree-sitter: only where comments must be separated from code.
        from manifest_lint.content.source_uses import SourceUse
        from manifest_lint.content.uses import uses

        for use in uses(source, _DOCTYPE.pattern.decode()):
            if is_doctype(use.text) and not _is_open(use.text, opened):
                one = SourceUse(path, use.text, f"`{path}:{use.line}` uses", use.kept_in)
                found.setdefault((use.text, use.kept_in), one)
    wanted = [
        call
        for call, doctype in NEEDED_BY_CALLS.items()
        if call.encode() in source and not _is_open(doctype, opened)
    ]
    if wanted:
        from manifest_lint.content.source_uses import SourceUse
        from manifest_lint.content.uses import calls

        for use in calls(source, wanted):
            says = f"`{use.text}` in `{path}:{use.line}` uses"
            doctype = NEEDED_BY_CALLS[use.text]
            found.setdefault((doctype, ""), SourceUse(path, doctype, says))
    return [*found.values()]


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


_ACCOUNTS = "io.cozy.accounts"


@rule(
    "P011",
    "account-read-only",
    severity=WARNING,
    fix="unsafe",
    defers_to=("P001", "P002", "P003", "P005"),
)
def account_read_only(connector: Connector) -> Iterator[Finding]:
    """The sources write the account, and the permission only lets them read it.

    The stack refuses what the connector stores in its account, such as a session or the state of a
    login: `PUT` is missing. This is the most common permission fix in the history of connectors.

    Bad: `this.saveAccountData(data)` in `src/`, and `"verbs": ["GET"]` for `io.cozy.accounts`
    Good: the same, and `"verbs": ["GET", "PUT"]`
    Source: cozy-konnector-libs, BaseKonnector.js and CookieKonnector.js; the history of connectors
    """
    if not connector.files or connector.layout != "source":
        return
    asked = [permission for permission in connector.permissions if permission.covers(_ACCOUNTS)]
    if not asked:
        asked = [one for one in connector.written_permissions if one.covers(_ACCOUNTS)]
    if not asked or any("PUT" in permission.verbs for permission in asked):
        return
    if not (where := _write_of_the_account(connector.files)):
        return
    from manifest_lint.document.lists import gap_of  # only for a finding

    permission = asked[0]
    at = permission.at("verbs")
    count = len(with_keys(connector.value, at)[1])
    edit = Edit(f'{gap_of(connector.manifest, at, count)}"PUT"', (*at, count - 1), "end")
    message = f"{where} writes the account, but `{pointer_text(permission.pointer)}` has no `PUT`"
    fix = Fix('add "PUT"', False, (edit,))
    yield Finding(message, at, fix=fix, cause=permission.refused or ())


def _write_of_the_account(files: Files) -> str:
    """Return where the sources first write the account; empty if they do not."""
    paths = source_paths(files)[:MOST_FILES]
    found = [use for path in paths for use in _writes(path, read_source(files, path) or b"")]
    if not found:
        return ""
    from manifest_lint.content.source_uses import confirmed

    return next((one.says for one in confirmed(files, paths, found)), "")


def _writes(path: str, source: bytes) -> Iterator[SourceUse]:
    """Yield the first call in a source that writes the account."""
    if any(name.encode() in source for name in CALLS_THAT_WRITE_THE_ACCOUNT):
        from manifest_lint.content.source_uses import SourceUse
        from manifest_lint.content.uses import calls  # loads tree-sitter

        for use in calls(source, CALLS_THAT_WRITE_THE_ACCOUNT):
            yield SourceUse(path, _ACCOUNTS, f"`{use.text}` in `{path}:{use.line}`")
            return
    if _ACCOUNTS.encode() in source:
        from manifest_lint.content.source_uses import SourceUse
        from manifest_lint.content.uses import uses  # loads tree-sitter

        for use in uses(source, re.escape(_ACCOUNTS)):
            if use.call in WRITING_CALLS:
                yield SourceUse(path, _ACCOUNTS, f"`{use.call}` in `{path}:{use.line}`")
                return
