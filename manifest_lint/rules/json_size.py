"""J005: what is too large or nested too deep for the stack, the registry or CouchDB."""

from __future__ import annotations

from collections.abc import Iterator

from manifest_lint.document.document import INSTALL_LIMIT, Document
from manifest_lint.document.go_json import MAX_DEPTH, deeper_than
from manifest_lint.rules.base import Finding, rule

_MAY_BE_SERVED_LARGER = INSTALL_LIMIT // 6
"""A `<` has one byte, and the registry serves it as six."""


@rule("J005", "too-large", on="text", refused_by="install publish")
def too_large(document: Document) -> Iterator[Finding]:
    """The document is too large, or nested too deep.

    The stack reads 2 MiB of a manifest, finds it cut off, and refuses to install the connector.
    CouchDB stores at most 8,000,000 bytes of a document, without white space, and the registry
    cannot read back what is nested 10,000 levels deep.

    Bad: a manifest of 3 MiB
    Good: a manifest of 3 KiB
    Source: cozy-stack model/app/installer.go, ManifestMaxSize; runs of its decoder and of CouchDB
    """
    if document.kind == "manifest":
        yield from _of_manifest(document)
    elif document.kind == "account types" and not document.error:
        yield from _of_account_types(document)


def _of_manifest(document: Document) -> Iterator[Finding]:
    limit = f"{INSTALL_LIMIT // 1024 // 1024} MiB"
    if document.too_large:
        message = f"the document is larger than {limit}, the most that the stack reads"
        yield Finding(message, refused_by=("install",))
    if document.error:
        return
    kept = _publication(document)
    if kept:
        yield kept
    if document.too_large or len(document.data) < _MAY_BE_SERVED_LARGER:
        return
    from manifest_lint.cozy import published  # only for large manifests

    if size := published.too_large_for_stack(document):
        yield Finding(_too_much(size), refused_by=("install",))
        return
    if kept or document.trailing is not None or published.is_changed_by_go(document):
        return  # it cannot be published
    if size := published.too_large_when_served(document):
        message = f"from the registry the document has {size:,} bytes: the stack reads {limit}"
        why = (
            "The registry writes `<`, `>` and `&` as `\\u003c` and so on, and numbers in full. The"
            " stack installs the connector from git, but not from the registry."
        )
        yield Finding(message, refused_by=("install",), why=why)


def _publication(document: Document) -> Finding | None:
    """Return why the registry cannot publish a manifest."""
    text = document.body[: document.end]
    if (at := deeper_than(MAX_DEPTH - 1, text)) is not None:
        message = f"nested {MAX_DEPTH:,} levels deep: the registry cannot read it back"
        return Finding(message, span=(at, at + 1), refused_by=("publish",))
    if len(document.data) < _MAY_BE_SERVED_LARGER:
        return None
    from manifest_lint.cozy import published  # only for large manifests

    if size := published.too_large_for_registry(document):
        return Finding(_too_much(size), refused_by=("publish",))
    return None


def _of_account_types(document: Document) -> Iterator[Finding]:
    from manifest_lint.cozy import couchdb  # only for large files
    from manifest_lint.oauth.account_type_file import account_types

    if len(document.data) <= couchdb.MAX_SIZE:
        return
    for found in account_types(document):
        size = couchdb.stored_size(found.value, by_go=False)
        if size > couchdb.MAX_SIZE:
            why = "CouchDB refuses the document, so no login can start with it."
            yield Finding(_too_much(size), found.pointer, refused_by=("login",), why=why)


def _too_much(size: int) -> str:
    return f"the document has {size:,} bytes in CouchDB, which stores at most 8,000,000"
