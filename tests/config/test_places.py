"""Each key and value of a TOML document has its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from manifest_lint.config.positions import Places
from manifest_lint.config.toml import decode
from tests.config.configured import TEXT

PLACED = """\
a = 1 # é = 2
"b\\u0063".d = { x = [1, { y = 2 }], z.w = 3 } # €
"é" = ["é", { f = 1 }]

[t.u]
v = '''
x'''
[[p.q]]
k = 1
[[ p . q ]] # comment
[p.q.r]
"m" = 5
"""


@pytest.mark.parametrize(
    ("pointer", "key", "value"),
    [
        (("a",), (1, 1), (1, 5)),
        (("bc",), (2, 1), (2, 1)),
        (("bc", "d"), (2, 11), (2, 15)),
        (("bc", "d", "x", 1, "y"), (2, 27), (2, 31)),
        (("bc", "d", "z", "w"), (2, 39), (2, 43)),
        (("é", 1, "f"), (3, 15), (3, 19)),
        (("t", "u", "v"), (6, 1), (6, 5)),
        (("p", "q", 0, "k"), (9, 1), (9, 5)),
        (("p", "q", 1), (10, 1), (10, 1)),
        (("p", "q", 1, "r", "m"), (12, 1), (12, 7)),
        (("p", "q", 1, "nowhere"), (10, 1), (10, 1)),
        (("nowhere",), (1, 1), (1, 1)),
    ],
)
def test_each_part_has_its_place(pointer: Any, key: Any, value: Any) -> None:
    places = Places(PLACED)
    assert (places.key(pointer), places.value(pointer)) == (key, value)


def pointers(value: Any, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path to every scalar in a value."""
    if isinstance(value, dict | list):
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        return [way for step, inner in steps for way in pointers(inner, (*above, step))]
    return [above]


@given(TEXT)
def test_every_value_of_a_toml_text_has_a_place_in_it(text: str) -> None:
    try:
        value = decode(text)
    except (ValueError, RecursionError):
        return
    places, lines = Places(text), text.split("\n")
    for pointer in pointers(value):
        line, column = places.value(pointer)
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
