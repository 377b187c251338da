"""What cozy-stack refuses when it decodes a manifest or an account type document.

[cozy-stack model/app/konnector.go and installer.go, model/permission, model/account/type.go; the
data of its runs are replayed by `python -m tests.conformance`]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.go_struct import (
    TEXT,
    Check,
    Fields,
    Refusal,
    field,
    list_of_strings,
    mapping,
    members_that_count,
    must,
    struct,
)
from manifest_lint.cozy.vocabulary import DOCUMENTED_DOCTYPES, VERBS
from manifest_lint.document.go_json import RepeatedKeys

if TYPE_CHECKING:
    from manifest_lint.document.document import Document
    from manifest_lint.document.spans import Pointer


def _is_integer(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


_IN_DOCTYPES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._")
# Go's time.Parse with the RFC 3339 layout, as lenient as it is: one digit for the hour, a comma
# before fractions, an offset of up to 24:60.
_DATE = (
    r"(?a)(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])"
    r"T(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.,]\d+)?"
    r"(?:Z|[-+](?:[01]\d|2[0-4]):(?:[0-5]\d|60))"
)


def _is_date(value: Any) -> bool:
    found = re.fullmatch(_DATE, value) if isinstance(value, str) else None
    if not found:
        return False
    year, month, day = (int(found[name]) for name in ("year", "month", "day"))
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


_BOOLEAN = must(lambda value: isinstance(value, bool), "true or false")
_INTEGER = must(_is_integer, "a whole number")
_DATE_TEXT = must(_is_date, "a date as RFC 3339 writes it (2026-01-31T12:00:00Z)")
_DATES = {"created_at": _DATE_TEXT, "updated_at": _DATE_TEXT}
_OBJECT = must(lambda value: isinstance(value, dict), "an object")

_NOTIFICATION = {
    "description": TEXT,
    "collapsible": _BOOLEAN,
    "multiple": _BOOLEAN,
    "stateful": _BOOLEAN,
    "default_priority": TEXT,
    "time_to_live": _INTEGER,
    "templates": mapping(TEXT, "an object of strings"),
    "min_interval": _INTEGER,
}


_LIST_OF_VERBS = list_of_strings("a list of verbs", "permission")


def _verbs(pointer: Pointer, value: Any) -> Iterable[Refusal]:
    wrong = _LIST_OF_VERBS(pointer, value)
    if wrong or "ALL" in value:
        return wrong
    return [
        Refusal("verb", (*pointer, index), verb)
        for index, verb in enumerate(value)
        if verb not in VERBS
    ]


_TEXT_OF_PERMISSION = must(lambda value: isinstance(value, str), "a string", "permission")
_PERMISSION = {
    "type": _TEXT_OF_PERMISSION,
    "description": _TEXT_OF_PERMISSION,
    "selector": _TEXT_OF_PERMISSION,
    "values": list_of_strings("a list of strings", "permission"),
    "verbs": _verbs,
}
_PERMISSION_ENTRY = struct(_PERMISSION, "an object", "permission")


def _permissions(pointer: Pointer, value: Any) -> Iterator[Refusal]:
    """Check the types in a set of permissions.

    Only the last entry of a repeated name is read. A string in place of another one is taken for a
    name, and refused if there is none. [model/permission/set.go, extractJSONKeys]
    """
    if not isinstance(value, dict):
        yield Refusal("permission", pointer, value, "an object")
        return
    for name, entry in value.items():
        if entry is not None:
            yield from _PERMISSION_ENTRY((*pointer, name), entry)
    if isinstance(value, RepeatedKeys):
        for index, (name, entry) in enumerate(value.members):
            if entry is not value[name] and not value.keys() >= _strings(entry):
                yield Refusal("permission", (*pointer, index), entry, "an object")


def _strings(value: Any) -> set[str]:
    """Return the string that a value is, or those in a list and the lists in it."""
    found, waiting = set(), [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            found.add(inner)
        elif isinstance(inner, list):
            waiting += inner
    return found


_MANIFEST: dict[str, Check] = {
    **dict.fromkeys(
        (
            "slug",
            "source",
            "state",
            "version",
            "available_version",
            "checksum",
            "error",
            "name",
            "icon",
            "language",
            "on_delete_account",
        ),
        TEXT,
    ),
    "clientside": _BOOLEAN,
    "parameters": _OBJECT,
    **_DATES,
    "terms": struct({"url": TEXT, "version": TEXT}, "an object"),
    "notifications": mapping(struct(_NOTIFICATION, "an object"), "an object"),
    "permissions": _permissions,
}
_OBJECT_OF_MANIFEST = struct(_MANIFEST, "an object")
_READ_AGAIN = Fields(frozenset((*_DATES, "permissions", "type")))


def manifest_refusals(
    manifest: dict[str, Any], *, text_follows: bool, written: Callable[[Pointer], str]
) -> Iterator[Refusal]:
    """Yield everything that makes the stack refuse to install a connector with this manifest.

    `manifest` is the decoded object. `text_follows` says whether there is other text after it in
    what the stack reads of the file: it then skips its check of `type`. `written` returns the text
    of the value at a pointer.
    """
    yield from _OBJECT_OF_MANIFEST((), manifest)
    fields = _READ_AGAIN.members(manifest)
    for place, name, value in fields:
        # Go reads a date from the text: escapes stay as they are. [time.Time, UnmarshalJSON]
        if name in _DATES and _is_date(value) and "\\" in written((place,)):
            yield Refusal("type", (place,), value, "a date without escapes")
    yield from _doctypes(fields)
    if not text_follows:
        yield from _app_type(fields)


def refusals_of(manifest: Document) -> tuple[Refusal, ...]:
    """Return everything that makes the stack refuse to install a manifest; none if no object."""
    if not isinstance(manifest.value, dict):
        return ()
    follows = _text_follows(manifest)
    return manifest.search(
        f"stack {follows}",
        lambda value: manifest_refusals(value, text_follows=follows, written=manifest.written),
    )


def _text_follows(manifest: Document) -> bool:
    """Return whether the stack sees other text after the manifest."""
    start, end = manifest.trailing, manifest.end
    if start is None:
        return False
    size = len(manifest.body[:end].encode())
    return size + start - end < read_for(size)


def read_for(end: int) -> int:
    """Return how many bytes of a file the stack has read to find a value that ends at a byte.

    Only in these it notices text after the value. [encoding/json stream.go, refill]
    """
    read = 512
    while read < end:
        read = 2 * read + 512
    return read


def _doctypes(fields: Iterable[tuple[str | int, str, Any]]) -> Iterator[Refusal]:
    """Check the names of doctypes; the stack does so for the last `permissions` only."""
    pointer: Pointer = ()
    permissions: Any = None
    for place, name, value in fields:
        if name == "permissions":
            pointer, permissions = (place,), value
    if not isinstance(permissions, dict):
        return
    for name, entry in permissions.items():
        doctype = None
        if isinstance(entry, dict):
            doctype = field(entry, "type")
        elif entry is not None:
            continue
        if doctype is None or (isinstance(doctype, str) and not is_doctype(doctype)):
            wide = isinstance(doctype, str) and (doctype == "*" or doctype.endswith(".*"))
            at: Pointer = (*pointer, name)
            if doctype is not None:
                at = (*at, members_that_count(entry)["type"][0])
            yield Refusal("wildcard" if wide else "doctype", at, doctype)


def is_doctype(name: str) -> bool:
    """Return whether the stack accepts a name as a doctype in a permission.

    It has lower-case letters and digits of any script, `.` and `_`. It may end in the wildcard
    `.*` if it has at least three dots with that one. [cozy-stack model/permission/doctype.go]
    """
    if name in DOCUMENTED_DOCTYPES:
        return True  # most
    if name.endswith(".*"):
        if name.count(".") < 3:
            return False
        name = name.removesuffix(".*")
    if not name or name[0] == "." or name[-1] == "." or ".." in name:
        return False
    if name.isascii():
        return _IN_DOCTYPES.issuperset(name)
    # Only for letters that no known doctype has.
    from manifest_lint.cozy.go_unicode import is_digit, is_lower

    return all(char in "._" or is_lower(char) or is_digit(char) for char in name)


def _app_type(fields: Iterable[tuple[str | int, str, Any]]) -> Iterator[Refusal]:
    app_type, pointer = None, ()
    for place, name, value in fields:
        if name != "type" or value is None:
            continue
        if not isinstance(value, str):
            return
        app_type, pointer = value, (place,)  # type: ignore[assignment]  # a pointer of one step
    if app_type == "webapp":
        yield Refusal("app type", pointer, app_type)


_ACCOUNT_TYPE: dict[str, Check] = {
    **dict.fromkeys(
        (
            "_id",
            "_rev",
            "slug",
            "grant_mode",
            "client_id",
            "client_secret",
            "auth_endpoint",
            "manage_endpoint",
            "reconnect_endpoint",
            "token_endpoint",
            "token_mode",
            "redirect_uri",
        ),
        TEXT,
    ),
    "extras": mapping(TEXT, "an object of strings"),
    "skip_redirect_uri_on_authorize": _BOOLEAN,
    "skip_state_on_token": _BOOLEAN,
}

ACCOUNT_TYPE_FIELDS = frozenset((*_ACCOUNT_TYPE, "secret", "fcm_credentials"))
"""The fields of an account type that the stack reads; it silently ignores any other."""


def account_type_refusals(document: dict[str, Any]) -> Iterable[Refusal]:
    """Return everything that makes the stack fail to decode an account type document."""
    return struct(_ACCOUNT_TYPE, "an object")((), document)
