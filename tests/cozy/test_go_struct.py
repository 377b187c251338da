"""Which members of an object count as fields of a Go struct."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy import go_struct
from manifest_lint.cozy.go_struct import Fields, field, members_that_count
from manifest_lint.document.go_json import decode, fold, members

_KEYS = st.sampled_from(
    ["type", "Type", "TYPE", "verbs", "verbS", "verb\u017f", "\u212aey", "key", "1", "", "\u00e9"]
)
_OBJECTS = st.lists(st.tuples(_KEYS, st.sampled_from(["null", "1", '"a"'])), max_size=4).map(
    lambda pairs: decode("{" + ",".join(f'"{key}":{value}' for key, value in pairs) + "}")[0]
)


@given(_OBJECTS, _KEYS)
def test_the_last_value_of_a_key_in_any_case_counts(value: dict[str, Any], name: str) -> None:
    """[golang encoding/json decode.go, object]"""
    found = [one for key, one in members(value) if fold(key) == fold(name) and one is not None]
    last = found[-1] if found else None
    assert field(value, name) == last
    counts = members_that_count(value)
    assert counts.get(fold(name), (name, None))[1] == last
    for key, one in members(value):
        assert (fold(key) in counts) or one is None


@pytest.mark.parametrize(
    ("keys", "is_kept"), [(["slug", "Type"], True), (["slug", "x" * 2000], False)]
)
def test_what_long_keys_mean_is_not_kept(keys: list[str], is_kept: bool) -> None:
    fields = Fields({"slug", "type"})
    fields.members(dict.fromkeys(keys, 1))
    assert (tuple(keys) in fields._kept) is is_kept


def test_what_keys_mean_is_kept_for_a_few_objects() -> None:
    fields = Fields({"slug"})
    for number in range(3 * go_struct._MOST):
        assert fields.members({f"key{number}": 0, "SLUG": number}) == [("SLUG", "slug", number)]
        assert len(fields._kept) <= go_struct._MOST


def test_what_is_kept_does_not_depend_on_who_asked_first() -> None:
    plain, repeated = decode('{"slug": 1, "SLUG": 2}')[0], decode('{"slug": 1, "slug": 2}')[0]
    for _ in range(2):
        assert field(plain, "slug") == 2
        assert field(repeated, "slug") == 2
        assert field({"slug": 3, "SLUG": None}, "slug") == 3
