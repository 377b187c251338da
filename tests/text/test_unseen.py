"""Characters that print as nothing are escaped, and the marks of emoji are not."""

from __future__ import annotations

import pytest

from manifest_lint.reports.text import visible

UNSEEN = [
    *(0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164),
    *range(0xFE00, 0xFE10),
    *(0xFFA0, 0xE0100, 0xE01EF),
]


@pytest.mark.parametrize("code", UNSEEN, ids=lambda code: f"U+{code:04X}")
def test_what_prints_as_nothing_is_escaped(code: int) -> None:
    escape = f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    assert visible(f"a{chr(code)}b") == f"a{escape}b"
    assert visible(chr(code)) == escape


@pytest.mark.parametrize(
    "text", ["\u2764\ufe0f", "\u2194\ufe0f \u00a9\ufe0f", "1\ufe0f\u20e3", "\u203c\ufe0f", "\u00e9"]
)
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Q\ufe0f", "Q\\ufe0f"),
        ("1\ufe0f", "1\\ufe0f"),
        ("\u2764\ufe0f\ufe0f", "\u2764\ufe0f\\ufe0f"),
        ("\u2764\ufe0e", "\u2764\\ufe0e"),
        ("\u2800\ufe0f", "\\u2800\\ufe0f"),
    ],
)
def test_a_mark_that_changes_no_emoji_is_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown
