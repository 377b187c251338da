"""Misspelt names are recognised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text.misspelling import meant

KNOWN = ("files", "bank.operations", "bank.accounts", "carbon_copy", "contacts")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("file", "files"),
        ("filess", "files"),
        ("fiels", "files"),
        ("films", None),  # one letter replaced makes another short word
        ("fils", "files"),
        ("fil", None),
        ("bank_operations", "bank.operations"),
        ("bankoperations", "bank.operations"),
        ("bnak.operation", "bank.operations"),
        ("bank.oparetions", "bank.operations"),
        ("bank.oparetion", None),
        ("bonk.operations", "bank.operations"),
        ("task.operations", None),  # two letters replaced make another long one
        ("carboncopy", "carbon_copy"),
        ("carbon.copy", "carbon_copy"),
        ("contacto", None),
        ("", None),
    ],
)
def test_the_nearest_name_is_found(name: str, expected: str | None) -> None:
    assert meant(name, KNOWN) == expected


@given(st.sampled_from(KNOWN), st.data())
def test_a_missing_letter_does_not_matter(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    assert meant(name[:place] + name[place + 1 :], KNOWN) == name


@given(st.text(max_size=20))
def test_any_name_can_be_compared(name: str) -> None:
    assert meant(name, KNOWN) in (None, *KNOWN)
