"""Which old permission each new one is paired with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from manifest_lint.cozy.permission_pairs import paired
from manifest_lint.cozy.permission_set import rules_of
from tests.cozy.test_upgrade import PERMISSIONS

FILES = {"type": "io.cozy.files"}
XY, YX = ({**FILES, "values": list(values)} for values in ("xy", "yx"))
Z = {**FILES, "values": ["z"], "selector": "s"}
BILLS = {"type": "io.cozy.bills"}


def rules(permissions: Any) -> Any:
    return rules_of({"permissions": permissions})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": XY, "b": YX}, {"b": XY, "a": YX}, {"b": "a", "a": "b"}),
        ({"a": XY, "b": XY}, {"b": YX}, {"b": "b"}),
        ({"a": XY, "b": FILES}, {"c": YX, "b": FILES}, {"c": "a", "b": "b"}),
        ({"a": {**XY, "selector": "s"}, "b": FILES}, {"b": XY}, {"b": "a"}),
        ({"a": FILES}, {"a": BILLS}, {"a": "a"}),
        ({"a": FILES}, {"b": BILLS}, {}),
        ({"a": BILLS, "b": FILES}, {"c": XY}, {"c": "b"}),
        ({"a": XY, "b": {**XY, **BILLS}}, {"a": {**XY, **BILLS, "verbs": ["PUT"]}}, {"a": "b"}),
        ({"a": Z, "b": {**XY, "selector": "s"}}, {"c": {**XY, "selector": "t"}}, {"c": "b"}),
    ],
)
def test_the_most_alike_are_paired(old: Any, new: Any, expected: dict[str, str]) -> None:
    pairs = paired(rules(new), rules(old)).pairs
    assert {one.title: other.title for one, other in pairs} == expected


@given(PERMISSIONS, PERMISSIONS)
def test_each_is_paired_once_or_left(old: Any, new: Any) -> None:
    pairs, added, removed = paired(rules(new), rules(old))
    assert sorted([one.title for one, _ in pairs] + [one.title for one in added]) == sorted(new)
    assert sorted([other.title for _, other in pairs] + [one.title for one in removed]) == sorted(
        old
    )
    assert not {one.doctype for one in added} & {one.doctype for one in removed}
