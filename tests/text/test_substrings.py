"""Many strings are found in one search, with ahocorasick-rs and without."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text import substrings
from manifest_lint.text.substrings import Kind, Match, finder
from tests.growth import grows_with_its_input


@pytest.fixture(params=["with ahocorasick-rs", "without"])
def _both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without":
        monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    else:
        pytest.importorskip("ahocorasick_rs")


@pytest.mark.usefixtures("_both")
@pytest.mark.parametrize("table", [None, True, False])
@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("all", [(0, 0, 2), (3, 0, 4), (1, 1, 4), (2, 3, 4), (0, 5, 7)]),
        ("first", [(0, 0, 2), (2, 3, 4), (0, 5, 7)]),
        ("longest", [(3, 0, 4), (0, 5, 7)]),
    ],
)
def test_strings_are_found_in_order(table: bool | None, kind: Kind, found: list[Match]) -> None:
    find = finder([b"ab", b"bcd", b"d", b"abcd"], kind, table=table)
    assert find(b"abcd abc") == found
    assert find(b"") == []


_FEW = st.lists(st.binary(min_size=1, max_size=3).map(lambda one: bytes(b % 2 for b in one)))


@given(_FEW, st.binary(max_size=40), st.sampled_from(["all", "first", "longest"]), st.booleans())
def test_both_ways_find_the_same(
    strings: list[bytes], data: bytes, kind: Kind, one_by_one: bool
) -> None:
    pytest.importorskip("ahocorasick_rs")
    strings = list(dict.fromkeys(strings))
    data = bytes(byte % 2 for byte in data)
    plain = substrings._PlainFinder(strings, kind)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(substrings, "_MOST_ONE_BY_ONE", 1000 if one_by_one else -1)
        assert plain(data) == finder(strings, kind)(data)


@pytest.mark.parametrize("kind", ["all", "longest"])
def test_thousands_of_strings_are_found_in_time(kind: Kind) -> None:
    strings = [b"%08d" % number for number in range(20_000)]
    find = substrings._PlainFinder(strings, kind)
    assert len(find(b"00012345" * 3)) == 3
    assert grows_with_its_input(lambda size: b"0001234x" * size, find, 4_000)
