"""What CouchDB refuses in a document, whoever puts it there.

[CouchDB 3.4.3: src/couch/src couch_doc.erl, couch_att.erl, couch_ejson_size.erl, and chttpd_db.erl
for PUT; its runs with the stack's and the registry's encoding are replayed by
`python -m tests.conformance`]
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

MAX_SIZE = 8_000_000
"""The most bytes of a document as `stored_size` counts them [max_document_size]."""

BESIDE_A_MANIFEST = 400
"""About how many bytes the registry stores beside a manifest: slug, version, URL, digest and so on
[cozy-apps-registry registry/registry.go, Version]."""

_DROPPED = frozenset(("_conflicts", "_deleted_conflicts", "_local_seq", "_revs_info"))
_STORED = frozenset(
    (
        "_access",
        "_replication_id",
        "_replication_state",
        "_replication_state_reason",
        "_replication_state_time",
        "_replication_stats",
    )
)
_READ = frozenset(("_attachments", "_deleted", "_id", "_rev", "_revisions"))
_WRITTEN_BY_THE_STACK = frozenset(("_id", "_rev", "_type"))
_REVISION = r"(?s)\+?[0-9]+-(.*)"
_HEXADECIMAL = r"[-+]?[0-9a-fA-F]+"
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_BASE64_SPACE = str.maketrans("", "", "\t\n\r ")


def refused_members(
    document: Mapping[str, Any], *, by_stack: bool = False, is_new: bool = True
) -> Iterator[tuple[str, str]]:
    """Yield each key at the top of a document that CouchDB refuses, and the reason in words.

    `by_stack` says that the stack writes the document: it writes over `_id`, `_rev` and `_type`,
    and its numbers have other forms. `is_new` says that the database has no such document yet, so
    that any revision is a conflict. A deleted document counts as refused: no program can read it.
    """
    for key, value in document.items():
        if not key.startswith("_") or (by_stack and key in _WRITTEN_BY_THE_STACK):
            continue
        if key in _DROPPED or key in _STORED:
            continue
        if key not in _READ:
            yield key, "no key at the top may start with `_`"
        elif key == "_deleted" and value is not False:
            yield key, "it deletes the document" if value is True else "it must be true or false"
        elif key == "_attachments" and not _attaches(value, is_new=is_new):
            yield key, "it does not hold attachments"
        elif key == "_revisions" and not _has_none(value, by_stack=by_stack):
            yield key, "it must not name revisions"
        elif key == "_id" and (reason := id_refused(value)):
            yield key, reason
        elif key == "_rev":
            if not (isinstance(value, str) and _is_revision(value)):
                yield key, "it is not a revision"
            elif is_new:
                yield key, "the document is new, or has another revision by now"


def id_refused(value: Any) -> str:
    """Return why CouchDB refuses an id, in words; "" if it accepts it."""
    if not isinstance(value, str):
        return "an id is a string"
    if not value:
        return "an id must not be empty"
    reserved = value.startswith(("_design/", "_local/")) and value not in ("_design/", "_local/")
    return "" if reserved or not value.startswith("_") else "an id must not start with `_`"


def _is_revision(value: str) -> bool:
    found = re.fullmatch(_REVISION, value)
    # 32 characters are read as hexadecimal digits.
    return bool(found and (len(found[1].encode()) != 32 or re.fullmatch(_HEXADECIMAL, found[1])))


def _has_none(value: Any, *, by_stack: bool) -> bool:
    """Return whether `_revisions` has its form, and no revision in it."""
    if not isinstance(value, dict) or value.get("ids") != []:
        return False
    start = value.get("start")
    return _is_integer(start) if not by_stack else _is_integer(as_go_writes(start))


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _attaches(value: Any, *, is_new: bool) -> bool:
    """Return whether `_attachments` has only new attachments, with their data, or kept ones.

    What is not an object in it is skipped. One that the database has is kept by a stub in its
    place, as an answer has it. [CouchDB, HTTP API, documents]
    """
    if not isinstance(value, dict):
        return False
    return all(
        not name.startswith("_")
        and one.get("follows") is not True
        and (not is_new if one.get("stub") is True else _is_base64(one.get("data")))
        and isinstance(one.get("content_type", ""), str | list)
        for name, one in value.items()
        if isinstance(one, dict)
    )


def _is_base64(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(_BASE64, value.translate(_BASE64_SPACE)))


def as_go_writes(value: Any) -> Any:
    """Return a number as CouchDB gets it from Go, which reads all as float64; else the value.

    It is an int where Go writes neither a fraction nor an exponent. [encoding/json encode.go]
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 1e21 else number


def stored_size(document: Any, *, by_go: bool) -> int:
    """Return how many bytes a decoded value has as CouchDB counts them, without white space.

    Its count of a float is a guess by its magnitude. `by_go` says that Go decoded the value and
    wrote it again. [couch_ejson_size.erl]
    """
    return _size(
        document,
        lambda text: 2 + len(text.encode()),
        lambda number: _size_of_number(as_go_writes(number) if by_go else number),
    )


def _size(value: Any, of_string: Callable[[str], int], of_number: Callable[[float], int]) -> int:
    """Return how many bytes a value has without white space, given those of strings and numbers."""
    total, waiting = 0, [value]
    while waiting:  # no recursion: values may be nested deep
        value = waiting.pop()
        if isinstance(value, str):
            total += of_string(value)
        elif isinstance(value, dict):
            total += 1 + 2 * len(value) if value else 2
            total += sum(map(of_string, value))
            waiting += value.values()
        elif isinstance(value, list):
            total += 1 + len(value) if value else 2
            waiting += value
        elif value is None or value is True:
            total += 4
        elif value is False:
            total += 5
        else:
            total += of_number(value)
    return total


def _size_of_number(number: float) -> int:
    sign, number = int(number < 0), abs(number)
    if isinstance(number, int):
        return sign + (len(str(number)) if number < 10_000 else int(math.log10(number)) + 1)
    if number in (0.0, 1.0):
        return sign + 3
    for limit, size in ((1e-300, 3), (1e-100, 6), (1e-10, 5), (0.01, 4)):
        if number <= limit:
            return sign + size
    for limit, size in ((1e100, 5), (1e10, 4)):
        if number >= limit:
            return sign + size
    return sign + 3


_LONGER = '["\\\\\b\f\n\r\t]|([\x00-\x1f<>&])|([\u2028\u2029])'


def served_size(manifest: Any) -> int:
    r"""Return how many bytes a manifest has as the registry serves it.

    CouchDB writes what it stored, and Go then writes `<`, `>`, `&`, U+2028 and U+2029 as `\u003c`
    and so on. [jiffy 1.1.2 c_src/encoder.c; encoding/json indent.go, appendCompact]
    """
    return _size(manifest, _served_string, _served_number)


def _served_string(value: str) -> int:
    size = 2 + len(value.encode())
    for found in re.finditer(_LONGER, value):
        size += 5 if found[1] else 3 if found[2] else 1
    return size


def _served_number(number: float) -> int:
    if isinstance(number, int) or number == 0:
        return len(str(abs(number) if number == 0 else number))
    from decimal import Decimal  # only for large manifests with fractions

    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    assert isinstance(exponent, int)  # it is finite
    count, before_point = len(digits), len(digits) + exponent
    if not -6 < before_point <= 21:
        return sign + count + (count > 1) + len(f"e{before_point - 1:+}")
    if exponent >= 0:
        return sign + before_point + len(".0")
    return sign + count + 1 + max(0, 1 - before_point)
