"""What CouchDB refuses in a document, and how large it is there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from manifest_lint.cozy.couchdb import as_go_writes, refused_members, served_size, stored_size
from manifest_lint.document.go_json import decode

DATA = {"data": "aGk="}


def refused(text: str, **how: bool) -> list[str]:
    """Return the keys that CouchDB refuses in a document."""
    return [key for key, _ in refused_members(decode(text)[0], **how)]


@pytest.mark.parametrize(
    ("key", "by_stack", "put"),
    [
        ("_comment", True, True),
        (r"\u005fcomment", True, True),
        ("_", True, True),
        ("__x", True, True),
        ("_ID", True, True),
        ("_replication_start_time", True, True),
        ("_type", False, True),
        ("_rev", False, True),
        ("_id", False, False),
        ("_local_seq", False, False),
        ("_conflicts", False, False),
        ("_deleted_conflicts", False, False),
        ("_revs_info", False, False),
        ("_access", False, False),
        ("_replication_id", False, False),
        ("_replication_state", False, False),
        ("_replication_state_time", False, False),
        ("_replication_state_reason", False, False),
        ("_replication_stats", False, False),
        ("//", False, False),
        ("$schema", False, False),
        (" _x", False, False),
    ],
)
def test_a_key_of_couchdb_is_refused_from_the_stack_or_when_put(
    key: str, by_stack: bool, put: bool
) -> None:
    text = f'{{"{key}": "x"}}'
    assert bool(refused(text, by_stack=True)) is by_stack
    assert bool(refused(text)) is put


@pytest.mark.parametrize("below", ['{"a": {"_comment": 1}}', '{"a": [{"_id": 1}]}'])
def test_a_key_further_in_is_any_key(below: str) -> None:
    assert refused(below) == []


@pytest.mark.parametrize(
    ("key", "value", "passes"),
    [
        ("_deleted", False, True),
        ("_deleted", True, False),
        ("_deleted", None, False),
        ("_deleted", 0, False),
        ("_deleted", "x", False),
        ("_attachments", {}, True),
        ("_attachments", {"a": DATA}, True),
        ("_attachments", {"a": {"data": "aG\nk ="}}, True),
        ("_attachments", {"a": {"data": ""}}, True),
        ("_attachments", {"a": 5, "_a": []}, True),
        ("_attachments", {"a": {**DATA, "stub": "true", "follows": None}}, True),
        ("_attachments", {"a": {**DATA, "stub": True}}, False),
        ("_attachments", {"a": {**DATA, "follows": True}}, False),
        ("_attachments", {"a": {**DATA, "content_type": 5}}, False),
        ("_attachments", {"_a": DATA}, False),
        ("_attachments", {"a": {}}, False),
        ("_attachments", {"a": {"data": "aGk"}}, False),
        ("_attachments", {"a": {"data": "!!"}}, False),
        ("_attachments", {"a": {"data": 5}}, False),
        ("_attachments", None, False),
        ("_attachments", [], False),
        ("_attachments", "x", False),
        ("_revisions", {"start": 0, "ids": []}, True),
        ("_revisions", {"start": 5, "ids": [], "x": 1}, True),
        ("_revisions", {"start": 1, "ids": ["a"]}, False),
        ("_revisions", {"start": "0", "ids": []}, False),
        ("_revisions", {"start": True, "ids": []}, False),
        ("_revisions", {"start": 0}, False),
        ("_revisions", {"ids": []}, False),
        ("_revisions", {}, False),
        ("_revisions", 5, False),
    ],
)
@pytest.mark.parametrize("by_stack", [True, False])
def test_the_value_of_a_key_of_couchdb_decides(
    key: str, value: Any, passes: bool, by_stack: bool
) -> None:
    assert refused(json.dumps({key: value}), by_stack=by_stack) == ([] if passes else [key])


@pytest.mark.parametrize(
    ("start", "by_stack", "put"),
    [("1.0", [], ["_revisions"]), ("1e21", ["_revisions"], ["_revisions"])],
)
def test_go_writes_a_whole_number_without_a_fraction(
    start: str, by_stack: list[str], put: list[str]
) -> None:
    text = f'{{"_revisions": {{"start": {start}, "ids": []}}}}'
    assert (refused(text, by_stack=True), refused(text)) == (by_stack, put)


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("x", True),
        ("ctx/x", True),
        (" _x", True),
        ("_design/x", True),
        ("_local/x", True),
        ("", False),
        ("_x", False),
        ("_design", False),
        ("_design/", False),
        ("_local/", False),
        (None, False),
        (5, False),
    ],
)
def test_an_id_is_a_string_and_does_not_begin_with_an_underscore(name: Any, passes: bool) -> None:
    assert refused(json.dumps({"_id": name})) == ([] if passes else ["_id"])


@pytest.mark.parametrize(
    ("revision", "passes"),
    [
        ("1-abc", True),
        ("+1-abc", True),
        ("1-", True),
        ("1-0123456789abcdef0123456789ABCDEF", True),
        ("0-0123456789abcdef0123456789abcdeg", False),
        ("1-0123456789abcdef0123456789abcdeg", False),
        ("abc", False),
        ("1", False),
        ("-1", False),
        (" 1-a", False),
        ("", False),
        (5, False),
        (None, False),
    ],
)
def test_a_revision_is_only_that_of_a_known_document(revision: Any, passes: bool) -> None:
    text = json.dumps({"_rev": revision})
    assert refused(text, is_new=False) == ([] if passes else ["_rev"])
    assert refused(text) == ["_rev"]


@pytest.mark.parametrize(
    ("text", "raw", "by_go"),
    [
        ("{}", 2, 2),
        ("[]", 2, 2),
        ('{"a": [1, true, false, null]}', 25, 25),
        ('"\\u00e9\\n\\ufffd"', 8, 8),
        ('{"a": 1, "a": 22}', 8, 8),
        ("0", 1, 1),
        ("-10000", 6, 6),
        ("999999999999999999999", 22, 4),
        ("0.0", 3, 1),
        ("1.0", 3, 1),
        ("-1.5", 4, 4),
        ("123456.789", 3, 3),
        ("1e5", 3, 6),
        ("1e20", 4, 21),
        ("1e21", 4, 4),
        ("1e200", 5, 5),
        ("1e-5", 4, 4),
        ("1e-50", 5, 5),
        ("1e-200", 6, 6),
        ("1e-301", 3, 3),
    ],
)
def test_the_stored_size_is_the_one_that_couchdb_counts(text: str, raw: int, by_go: int) -> None:
    value, _ = decode(text)
    assert (stored_size(value, by_go=False), stored_size(value, by_go=True)) == (raw, by_go)


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ('{"a" : [ 1 , true, false, null]}', '{"a":[1,true,false,null]}'),
        ("[{}, []]", "[{},[]]"),
        ('"<>&\\u2028"', r'"\u003c\u003e\u0026\u2028"'),
        (r'"\u0000\t\"\\\/\u00e9\u007f"', '"\\u0000\\t\\"\\\\/\u00e9\x7f"'),
        ('{"<": 1}', r'{"\u003c":1}'),
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("1.50", "1.5"),
        ("1e17", "100000000000000000.0"),
        ("123e19", "1.23e+21"),
        ("1e-6", "0.000001"),
        ("-12e-8", "-1.2e-7"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
    ],
)
def test_the_served_size_is_that_of_what_the_registry_writes(text: str, served: str) -> None:
    assert served_size(decode(text)[0]) == len(served.encode())


@pytest.mark.parametrize(
    ("value", "written"), [(1.0, 1), (10**21, 1e21), (2**53 + 1, 2**53), (True, True), ("1", "1")]
)
def test_go_reads_every_number_as_a_float(value: Any, written: Any) -> None:
    found = as_go_writes(value)
    assert (found, type(found)) == (written, type(written))
