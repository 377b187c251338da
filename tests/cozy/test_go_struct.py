"""Which members of an object count as fields of a Go struct."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.go_struct import field, members_that_count
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
