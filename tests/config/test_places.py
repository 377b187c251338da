"""Each key and value of a TOML document has its place."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
from hypothesis import given

from manifest_lint.config.positions import Places
from manifest_lint.config.toml import decode
from tests.config.configured import TEXT
from tests.growth import grows_with_its_input

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


def test_what_is_very_deep_has_the_place_of_what_contains_it_and_takes_no_memory() -> None:
    text = f"a = {'[' * 300}{'1,' * 20_000}{']' * 300}\n[b.{'c.' * 300}d]\ne = 1\nf.g = 2\n"
    tracemalloc.start()
    places = Places(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 5 * len(text)
    assert places.value(("a", *[0] * 299, 5)) == places.value(("a", *[0] * 15)) == (1, 20)
    assert places.value(("b", *["c"] * 300, "d", "e")) == (2, 1)
    assert places.key(("b", *["c"] * 300)) == (2, 1)
    assert places.key(("b", *["c"] * 15)) == (2, 32)


HARD = (
    '[["s"]]\r\n"."={}\n'
    'text = """\n"] = {" \\\\"""""\n'
    "paths = [ # ]\n  'c:\\',\n  1979-05-27 07:32:00,\n]\nend.a = ''' '''#'\n"
)


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (("s", 0, "."), (2, 5)),
        (("s", 0, "text"), (3, 8)),
        (("s", 0, "paths", 0), (6, 3)),
        (("s", 0, "paths", 1), (7, 3)),
        (("s", 0, "end", "a"), (9, 9)),
    ],
)
def test_what_looks_like_the_end_of_a_value_is_in_it(pointer: Any, value: Any) -> None:
    assert decode(HARD)["s"][0]["paths"][0] == "c:\\"
    assert Places(HARD).value(pointer) == value


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "a = [" + "'', " * size + "]",
        lambda size: "#" * size + "\na = 1",
        lambda size: 'a = """' + '\\"' * size + '"""',
        lambda size: "\n".join(f"a{number}=1" for number in range(size)),
    ],
    ids=["wide", "comment", "quotes", "lines"],
)
def test_the_time_grows_with_the_length(make: Any) -> None:
    assert grows_with_its_input(make, Places, 2_000)


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
