"""Laws of a plan: applying it gives the wanted documents and changes nothing else."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.document import Document
from manifest_lint.document.go_json import fold
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.provisioning.plan import Wanted, alike, plan, wanted

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-2, 2) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=5,
)
KEYS = st.sampled_from(["client_id", "Client_ID", "slug", "extras", "comment", "_attachments"])
IDS = st.sampled_from(["a", "b", "beta/a", "beta/b"])
LIVE = st.dictionaries(IDS, st.dictionaries(KEYS, VALUES.filter(lambda value: value is not None)))
WANTED = st.dictionaries(IDS, st.dictionaries(KEYS.filter(lambda key: key[0] != "_"), VALUES))


def database(documents: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {id: {"_id": id, "_rev": "1-x", **fields} for id, fields in documents.items()}


@given(LIVE, WANTED, st.sampled_from([None, "", "beta"]))
def test_an_applied_plan_leaves_nothing_to_do_and_changes_nothing_else(
    live: dict[str, dict[str, Any]], files: dict[str, dict[str, Any]], prune: str | None
) -> None:
    documents = [Wanted(id, fields, {}) for id, fields in files.items()]
    before = database(live)
    after: dict[str, dict[str, Any]] = copy.deepcopy(before)
    for change in plan(documents, before, prune):
        if change.after is None:
            del after[change.id]
        else:
            after[change.id] = dict(change.after)
    assert plan(documents, after, prune) == []
    for id, fields in files.items():
        written = {key: value for key, value in fields.items() if value is not None}
        assert alike(written, {key: after[id][key] for key in written})
        named = {fold(key) for key in fields}
        kept = {key: value for key, value in before.get(id, {}).items() if fold(key) not in named}
        assert alike({**kept, **written, "_id": id}, after[id])
    for id in before.keys() - files.keys():
        pruned = prune is not None and (id.startswith(f"{prune}/") if prune else "/" not in id)
        assert (id in after) != pruned


@pytest.mark.parametrize("field", ["client_secret", "auth_endpoint"])
def test_a_variable_is_resolved_as_in_a_build(field: str) -> None:
    document = Document("x.json", b"{}", "account types")
    account_type = AccountType(document, (), {field: "${NAME}"}, "x")
    [found] = wanted([account_type], "", {"NAME": "\ufeffa value\n"})
    assert found.fields == {field: "a value"}


@given(VALUES, VALUES)
def test_values_are_equal_if_their_json_is(one: Any, other: Any) -> None:
    assert alike(one, copy.deepcopy(one))
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [(True, 1), (0, False), ([1], [True]), ({"a": 0}, {"a": False}), (None, 0)]
)
def test_values_that_python_treats_as_equal_may_differ(one: Any, other: Any) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(("end", "other_end", "expected"), [(1, 1.0, True), (1, True, False)])
def test_values_that_are_nested_deep_are_compared_too(
    end: object, other_end: object, expected: bool
) -> None:
    def nested(value: object) -> object:
        for _ in range(5000):
            value = [{"a": value}]
        return value

    assert alike(nested(end), nested(other_end)) == expected


def test_no_secret_is_in_a_repr() -> None:
    fields = {"client_secret": "$SECRET", "grant_mode": "secret"}
    account_type = AccountType(Document("x.json", b"{}"), (), fields, "x")
    documents = wanted([account_type], "", {"SECRET": "c4n4ry"})
    assert documents[0].fields["client_secret"] == "c4n4ry"
    assert "c4n4ry" not in repr(documents) + repr(plan(documents, {}))
