"""User information is never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text.user_info import without_user_info
from manifest_lint.text.wording import quoted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:p@h/x", "https://***@h/x"),
        ("https://token@h", "https://***@h"),
        ("couchdb:/u:p/q@h", "couchdb:/***@h"),
        ("u:p@q@h", "u:***@h"),
        ("see `http://u:p@h`; then", "see `http://***@h`; then"),
        ("https://u:a p@h/x", "https://***@h/x"),
        ("https://u:a b:p@h", "https://***@h"),
        ("https://a token@h", "https://***@h"),
        ("postgres://u:a b p@h and me@x", "postgres://***@h and me@x"),
        (r"https://u:a\"p@h", "https://***@h"),
        (r"git clone https://u:a\ p@h", "git clone https://***@h"),
        ("https://u%3Ap%40h/x", "https://***%40h/x"),
        (r"https:\/\/token@h\/x", r"https:\/\/***@h\/x"),
        (r"couchdb:\/u:p\/q@h", r"couchdb:\/***@h"),
        (r"https:\/\/u:a b p@h", r"https:\/\/***@h"),
        (r"https:\/\/token%40h", r"https:\/\/***%40h"),
        ("https://u:p%40h/x", "https://***%40h/x"),
        ("https://token%40h", "https://***%40h"),
        ("u%3Ap%40h", "u%3A***%40h"),
        ("https://x/?a=https%3A%2F%2Fu%3Ap%40h", "https://x/?a=https%3A%2F%2F***%40h"),
        (
            "https://x/?a=https%253A%252F%252Fu%253ap%2540h",
            "https://x/?a=https%253A%252F%252F***%2540h",
        ),
    ],
)
def test_user_information_is_masked(text: str, shown: str) -> None:
    assert without_user_info(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "mailto:me@h",
        "mailto%3Ame%40h",
        "me@h",
        "git+ssh://git@h/x",
        r"C:\x\@scope\y",
        r"see https:\/\/x.example\/a or write to me@x.example",
        "https://x/?login_hint=me%40h",
        "see https://x.example/a or write to me@x.example",
        "see https://x.example: write to me@x.example",
        "http://localhost:8080 and me@x.example",
        "100%40",
    ],
)
def test_other_text_is_shown(text: str) -> None:
    assert without_user_info(text) == text


@given(st.text(st.sampled_from('ab :/@%34 0A"\\\\`.?*#')))
def test_masking_again_changes_nothing_and_keeps_every_length(text: str) -> None:
    once = without_user_info(text)
    assert without_user_info(once) == once
    assert len(without_user_info(text, lambda found: "*" * len(found))) == len(text)


def test_user_information_is_masked_before_a_value_is_cut() -> None:
    assert "p4ss" not in quoted(f"https://u:p4ss{'x' * 60}@h/")
