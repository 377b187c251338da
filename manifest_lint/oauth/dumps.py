"""Where the documents are in what CouchDB and its tools write, and what has none.

[CouchDB API: /{db}/_all_docs, _bulk_docs, _bulk_get, _changes, _find; @cloudant/couchbackup README;
pouchdb-dump README]
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.manifest import MANIFEST_KEYS
from manifest_lint.document.document import Several
from manifest_lint.text.wording import quoted

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

    Placed = tuple[Pointer, Any]
    """A place, and what is there."""

KEYS = ("client_id", "client_secret", "grant_mode", "auth_endpoint")
"""Keys of account types: a document with one of them is one."""

_BACKUP = "@cloudant/couchbackup"


def documents_in(value: Any) -> list[Placed]:
    """Return each place of a decoded file where a document should be, and what is there.

    The file is a document, a list of them, rows of a view or `_all_docs` with `include_docs=true`,
    `_bulk_docs`, `_bulk_get`, `_changes` or `_find`, or several of these, each on a line.
    """
    if isinstance(value, Several):
        return [
            ((number, *pointer), item)
            for number, line in enumerate(value)
            if not _is_header(line)
            for pointer, item in documents_in(line)
        ]
    if isinstance(value, list):
        return [_unwrapped((number,), item) for number, item in enumerate(value)]
    if not isinstance(value, dict):
        return [((), value)]
    for name in ("rows", "results"):
        if isinstance(value.get(name), list):
            return [
                ((name, number, *pointer), item)
                for number, row in enumerate(value[name])
                for pointer, item in _of_row(row)
            ]
    if isinstance(value.get("docs"), list):
        return [_unwrapped(("docs", number), item) for number, item in enumerate(value["docs"])]
    if _is_change(value):
        return list(_of_row(value))
    return [((), value)]


def _of_row(row: Any) -> Iterator[Placed]:
    """Yield the documents in a row of a view, a change, or an answer of `_bulk_get`."""
    if not isinstance(row, dict):
        return
    if "doc" in row:
        yield ("doc",), row["doc"]
    elif isinstance(row.get("docs"), list):
        for number, item in enumerate(row["docs"]):
            if isinstance(item, dict) and "ok" in item:
                yield ("docs", number, "ok"), item["ok"]
    elif isinstance(row.get("rows"), list):
        for pointer, item in documents_in(row):
            yield pointer, item


def _unwrapped(pointer: Pointer, item: Any) -> Placed:
    """Return a document, also where CouchDB writes `{"ok": document}` for a revision."""
    if isinstance(item, dict) and item.keys() == {"ok"} and isinstance(item["ok"], dict):
        return (*pointer, "ok"), item["ok"]
    return pointer, item


def _is_change(value: dict[str, Any]) -> bool:
    return "seq" in value and isinstance(value.get("changes"), list)


def _is_header(line: Any) -> bool:
    """Return whether a line says something about the other lines."""
    return isinstance(line, dict) and (
        line.get("name") == _BACKUP
        or "db_type" in line
        or line.keys() == {"seq"}
        or ("last_seq" in line and "results" not in line)
    )


def without_documents(value: Any) -> str:
    """Return what a decoded file is if it is of CouchDB, but has no document, and what to do.

    It is a clause that follows the file's name; empty for what has documents, and for other files.
    """
    if isinstance(value, Several):
        return "" if documents_in(value) else next(filter(None, map(without_documents, value)), "")
    if isinstance(value, list) and value and all(map(_is_answer_to_a_write, value)):
        return _WRITTEN
    if not isinstance(value, dict) or not value.keys().isdisjoint((*KEYS, "slug", "permissions")):
        return ""
    if error := _error(value):
        return error
    if value.get("ok") is True and value.keys() <= {"ok", "id", "rev"}:
        return _WRITTEN
    if value.get("name") == _BACKUP or "db_type" in value:
        return _EMPTY
    if "db_name" in value or value.get("couchdb") == "Welcome":
        return "is CouchDB's answer about itself; read /_all_docs?include_docs=true of the database"
    found = documents_in(value)
    lists = [name for name in ("rows", "results", "docs") if isinstance(value.get(name), list)]
    if lists == ["docs"] and "bookmark" in value and found:
        has_keys = any(isinstance(item, dict) and {*KEYS} & item.keys() for _, item in found)
        return "" if has_keys else _WITHOUT_KEYS
    if found == [((), value)] and value.keys().isdisjoint(MANIFEST_KEYS):
        within = next((key for key, item in value.items() if _has_account_types(item)), None)
        return "" if within is None else _within(within)
    if found or not (lists or _is_change(value)):
        return ""
    if lists == ["rows"] and value["rows"]:
        return _READ_AGAIN.format("_all_docs")
    if lists == ["results"] and "last_seq" not in value:
        return _EMPTY
    return _EMPTY if lists == ["docs"] or lists == ["rows"] else _READ_AGAIN.format("_changes")


def _within(key: str) -> str:
    from manifest_lint.document.masking import shown_text  # only for this error

    name = quoted(shown_text(key), 40)
    return f"has account types under {name}, where they are not read; write them as a list"


def _is_answer_to_a_write(item: Any) -> bool:
    """Return whether an item of a list is what CouchDB answers to a document of `_bulk_docs`."""
    return isinstance(item, dict) and "id" in item and item.keys() <= _OF_WRITES


def _has_account_types(value: Any, depth: int = 3) -> bool:
    """Return whether a value is an account type, or has one in it, not far below."""
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict) and len(value.keys() & {*KEYS}) > 1:
        return True
    return depth > 0 and any(_has_account_types(item, depth - 1) for item in items)


_OF_WRITES = frozenset(("ok", "id", "rev", "error", "reason"))
_WRITTEN = "is CouchDB's answer to a write; name the account types that were written"
_READ_AGAIN = "is {} without the documents; read it again with ?include_docs=true"
_WITHOUT_KEYS = "is an answer of _find without the keys of account types; leave out `fields`"
_EMPTY = "is an answer of CouchDB without documents; check the database and the query"
_OF_ERRORS = frozenset(
    ("error", "reason", "message", "status", "statusCode", "code", "error_description", "ref")
)
_TO_DO = {
    "unauthorized": "give a user and a password that may read",
    "forbidden": "use a user who may read",
    "not_found": "check the address",
}


def _error(value: dict[str, Any]) -> str:
    """Return a clause for an error that a server answered, empty for anything else."""
    error = value.get("error")
    if isinstance(error, str) and value.keys() <= _OF_ERRORS:
        named = f"the error {quoted(error)}" if error in _TO_DO else "an error"  # may be a secret
        return f"is {named} of a server; {_TO_DO.get(error, 'make the request again')}"
    errors = value.get("errors")
    if isinstance(errors, list) and errors and value.keys() <= {"errors", "meta", "jsonapi"}:
        return "has the errors of a server; make the request again"
    return ""
