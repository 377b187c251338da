"""Why a file is not JSON: every mistake is reported once, at its place, with its fix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint.document.cause import Cause
from manifest_lint.document.causes import LARGE, MAX_CAUSES, causes
from manifest_lint.document.diagnose import diagnose
from manifest_lint.document.go_json import MAX_DEPTH, NotJson, decode

COMMENT = "JSON has no comments"
LAST_COMMA = "trailing comma"
NO_COMMA = "missing comma"
QUOTES = "JSON strings need double quotes"
CONFLICT = "unresolved merge conflict"
LINES_AND_QUOTES = "line breaks and quotes inside a string need escapes"
INNER_QUOTE = 'a `"` inside a string needs a backslash before it'
OPEN_STRING = "the string is not closed on its line"
SPACE = "JSON does not allow the space U+00A0"
TOO_BIG = "the number 1e999 does not fit in a 64-bit float"


def fixed(text: str, found: list[Cause]) -> str:
    """Apply the safe edits."""
    for start, end, new in sorted((e for c in found if c.safe for e in c.edits), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def shown(text: str) -> list[tuple[int, int, str]]:
    """Return line, column and message of every cause."""
    ahead = [(text[: cause.start], cause.message) for cause in causes(text)]
    return [(a.count("\n") + 1, len(a) - a.rfind("\n"), message) for a, message in ahead]


@pytest.mark.parametrize(
    ("text", "place", "message", "result"),
    [
        ('{"a": 1,}', (1, 8), LAST_COMMA, '{"a": 1 }'),
        ("[1,\n2,\n\n]", (2, 2), LAST_COMMA, "[1,\n2 \n\n]"),
        ("[1,,2]", (1, 4), "extra comma", "[1, 2]"),
        ("[,1]", (1, 2), "extra comma", "[ 1]"),
        ('{"a": 1\n\n "b": 2}', (1, 8), NO_COMMA, '{"a": 1,\n\n "b": 2}'),
        ('{"a": "x"\n"b": 2}', (1, 10), NO_COMMA, '{"a": "x",\n"b": 2}'),
        ('{"a": 1 // x\n}', (1, 9), COMMENT, '{"a": 1     \n}'),
        ('{"a": 1 // x\r\n}', (1, 9), COMMENT, '{"a": 1     \r\n}'),
        ('{\n# it\'s "x\n"a": 1}', (2, 1), COMMENT, '{\n         \n"a": 1}'),
        ("[1 /* x\ny */]", (1, 4), COMMENT, "[1     \n    ]"),
        ("['it\\'s \"x\"']", (1, 2), QUOTES, '["it\'s \\"x\\""]'),
        ('{"a": \u201cx\u201d}', (1, 7), QUOTES, '{"a": "x"}'),
        ("[`x\ny`]", (1, 2), QUOTES, '["x\\ny"]'),
        ('["a\tb"]', (1, 4), "raw tab inside a string", '["a\\tb"]'),
        (
            '["\x01"]',
            (1, 3),
            "raw control character U+0001 inside a string",
            '["\\u0001"]',
        ),
        ('["a\r\nb"]', (1, 4), "line break inside a string", '["a\\nb"]'),
        ("[`a\r\nb`]", (1, 2), "JSON strings need double quotes", '["a\\nb"]'),
        ("[`a\\\r\nb`]", (1, 2), "JSON strings need double quotes", '["ab"]'),
        ("[`a\\\tb`]", (1, 2), "JSON strings need double quotes", '["a\\\\\\tb"]'),
        ('["\\."]', (1, 3), "`\\.` is not a valid JSON escape", '["\\\\."]'),
        ('["\\\u202e"]', (1, 3), "`\\\\u202e` is not a valid JSON escape", '["\\\\\u202e"]'),
        ('["\\ a"]', (1, 3), "`\\ ` is not a valid JSON escape", '["\\\\ a"]'),
        ('["it\\\'s"]', (1, 5), "`\\'` is not a valid JSON escape", '["it\'s"]'),
        ("[True]", (1, 2), "`True` is not JSON", "[true]"),
        ("[None]", (1, 2), "`None` is not JSON", "[null]"),
        ("{a-b: 1}", (1, 2), "the key `a-b` needs double quotes", '{"a-b": 1}'),
        ("{true: 1}", (1, 2), "the key `true` needs double quotes", '{"true": 1}'),
    ],
)
def test_an_unambiguous_mistake_has_a_safe_fix(
    text: str, place: tuple[int, int], message: str, result: str
) -> None:
    assert shown(text) == [(*place, message)]
    [cause] = causes(text)
    assert cause.safe
    assert cause.fix
    assert fixed(text, [cause]) == result
    assert decode(result)[1] == len(result)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "the file is empty"),
        (" \r\n\t", (1, 1), "the file is empty"),
        ("[" * (MAX_DEPTH + 1), (1, MAX_DEPTH + 1), "nested deeper than 10,000 levels"),
        ("[1e999]", (1, 2), TOO_BIG),
        ('["1e999",\n 1e999]', (2, 2), TOO_BIG),
        ("[1 2]", (1, 3), NO_COMMA),
        ('["a,\n"b"]', (1, 2), OPEN_STRING),
        ('{"a": "b,\n "c": 1}', (1, 7), OPEN_STRING),
        ('["\\u12"]', (1, 3), "`\\u` needs four hexadecimal digits"),
        ('["\\x41"]', (1, 3), "`\\x` is not a valid JSON escape"),
        ('["\\\n"]', (1, 3), "backslash at the end of a line"),
        ('{"a": [1', (1, 7), "this `[` is never closed"),
        ('{"a":', (1, 1), "this `{` is never closed"),
        ("[1}", (1, 3), "`}` cannot close `[`: a bracket is missing or wrong"),
        ('{"a": [1,\n2\n}', (3, 1), "`}` cannot close `[`: a bracket is missing or wrong"),
        ("[NaN]", (1, 2), "`NaN` is not a valid JSON number"),
        ("[-Infinity]", (1, 2), "`-Infinity` is not a valid JSON number"),
        ("[01]", (1, 2), "`01` is not a valid JSON number"),
        ("[.5]", (1, 2), "`.5` is not a valid JSON number"),
        ("[1_000]", (1, 2), "`1_000` is not a valid JSON number"),
        ("[0" + "1" * 30 + "]", (1, 2), "`0" + "1" * 16 + "...` is not a valid JSON number"),
        ("[yes]", (1, 2), "the string `yes` needs double quotes"),
        ("[y\x00\x1bs]", (1, 2), "the string `y\\u0000\\u001bs` needs double quotes"),
        ("[y" + "\x07" * 20 + "]", (1, 2), "the string `y" + "\\u0007" * 9 + "\\u...` needs"),
        ('{"a" 1}', (1, 5), "missing colon after this key"),
        ('{"a": "say "hi" now"}', (1, 12), INNER_QUOTE),
        ('["a".\n"b"]', (1, 5), "unexpected `.` where a comma or a closing bracket is expected"),
        ("[1;2]", (1, 3), "unexpected `;` where a comma or a closing bracket is expected"),
        ('{"a": }', (1, 7), "unexpected `}` where a value is expected"),
        ("{1: 2}", (1, 2), "unexpected `1` where a key in double quotes is expected"),
        ("<<<<<<< H\n{}\n=======\n[]\n>>>>>>> b\n", (1, 1), CONFLICT),
        ("{\n<<<<<<< H\n||||||| b\n1\n=======\n2\n>>>>>>> b\n}", (2, 1), CONFLICT),
    ],
)
def test_an_ambiguous_mistake_is_reported_without_a_safe_fix(
    text: str, place: tuple[int, int], message: str
) -> None:
    [(line, column, actual)] = shown(text)
    assert (line, column) == place
    assert actual.startswith(message)
    [cause] = causes(text)
    assert not cause.safe


@pytest.mark.parametrize(
    ("text", "message", "value"),
    [
        ('{"a b: {\n"c": 1}}', "the key is not closed", {"a b": {"c": 1}}),
        ('{"a: "x", "c": "d"}', "the key is not closed", {"a": "x", "c": "d"}),
        ('{"a: {}\r\n}', "the key is not closed", {"a": {}}),
        ('{a b": {"c": 1}}', "the key `a b` needs double quotes", {"a b": {"c": 1}}),
        ('{"a": It is so"}', "the string `It is so` needs double quotes", {"a": "It is so"}),
        (
            '{"a": 1.0.0",\n"b": 2}',
            "the string `1.0.0` needs double quotes",
            {"a": "1.0.0", "b": 2},
        ),
        ('{"a": 2"}', "the string `2` needs double quotes", {"a": "2"}),
        ('{"a": ["b", c"]}', "the string `c` needs double quotes", {"a": ["b", "c"]}),
        ('{"a": ["GET]\n}', "the string is not closed", {"a": ["GET"]}),
        ('{"a": {"b": "c}},\n"d": 1}', "the string is not closed", None),
        ('{"a": {"b": "c},\n"d": 1}', "the string is not closed", {"a": {"b": "c"}, "d": 1}),
        ('{"a": ["b",\n"c": {"d": 1}}', "this `[` is never closed", {"a": ["b"], "c": {"d": 1}}),
        ('{"a": [,\n"c": {"d": 1}}', "this `[` is never closed", {"a": [], "c": {"d": 1}}),
        ('{"a": {,\n"c": {"d": 1}}', "this `{` is never closed", {"a": {}, "c": {"d": 1}}),
        ('{,\n"c": {"d": 1}}', "extra comma", {"c": {"d": 1}}),
        ('{"a": ,\n"b": "c"}', "a value is missing before this comma", {"a": None, "b": "c"}),
        (
            '{"a": 1,\n},\n"b": 2\n}',
            "one bracket too many: this `}` ends the document",
            {"a": 1, "b": 2},
        ),
        (
            '{"a": ["b": "c", "d": {"e": []}], "f": 1}',
            "a list has no keys: an object needs `{` and `}`",
            {"a": {"b": "c", "d": {"e": []}}, "f": 1},
        ),
        ('{"a":\u00a0"b\u00a0", \u00a0\n\u200b"c": 1}', SPACE, {"a": "b\u00a0", "c": 1}),
    ],
)
def test_one_sign_that_is_missing_is_one_mistake(text: str, message: str, value: Any) -> None:
    found = causes(text)
    assert found[0].message == message
    if value is not None:
        assert len(found) == 1
        assert decode(fixed(text, [cause._replace(safe=True) for cause in found]))[0] == value


@pytest.mark.parametrize(
    "text", ['{"a"0: ["x"]}', '{"x": {"a"true: 1}}', '{"a": {"b": 1, "c" 2: 3}}', '{"a"0:{"b":1}}']
)
def test_a_value_before_a_colon_is_no_list_with_keys(text: str) -> None:
    assert [cause.message for cause in causes(text)] == [
        "missing colon after this key",
        "unexpected `:` where a comma or a closing bracket is expected",
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"line one\n The other "word" here,\n end."}', 'line one\n The other "word" here,\n end.'),
        ('"say "hi" now\n and "so" on",\n"z": 1}', 'say "hi" now\n and "so" on'),
        ('"one\r\n "two", three: "four"\r\n", "z": 1}', 'one\n "two", three: "four"\n'),
        ('"["one"] is {"two"};\n  [see "three"].\n"}', '["one"] is {"two"};\n  [see "three"].\n'),
        ('"\n"one" is\nat the start", "z": 1}', '\n"one" is\nat the start'),
        ('"one\n"two"\n",\n"z": 1}', 'one\n"two"\n'),
        ('"one\n"two""\n, "z": 1}', 'one\n"two"'),
        ('"one\n\n"two" three"\n}', 'one\n\n"two" three'),
        ('"one\n "Note": this is text\n end"}', 'one\n "Note": this is text\n end'),
        ('"one\n \\"two\\" "three"", "z": 1}', 'one\n "two" "three"'),
        ('["one "two"\n three", "x"], "z": 1}', ['one "two"\n three', "x"]),
        ('{"b": ["x", "one\n "two" three"]\n}}', {"b": ["x", 'one\n "two" three']}),
    ],
)
def test_a_string_over_several_lines_with_quotes_is_one_mistake(text: str, value: Any) -> None:
    text = '{"a": ' + text
    [cause] = causes(text)
    assert (cause.message, cause.safe) == (LINES_AND_QUOTES, False)
    assert cause.fix
    result = fixed(text, [cause._replace(safe=True)])
    assert decode(result)[0]["a"] == value


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('{"a": "one\n "two" three",}', [LINES_AND_QUOTES, LAST_COMMA]),
        ('{"a": "b "c"\nd", "e": "f\n"g" h"}', [LINES_AND_QUOTES, LINES_AND_QUOTES]),
        ('{"a": "one\n two, three\n "b": 1}', ["the string is never closed"]),
        ('{"a": {"b": "one\n "two", three\n}, "c": 1}', ["the string is never closed"]),
        ('{"a": "one\n two"\n "b": 1}', ["line break inside a string", NO_COMMA]),
        ('{"a": "b,\n "c": "d",\n "e": 1}', [OPEN_STRING]),
        ('{"a": "b,\n\n "c": "d"}', [OPEN_STRING]),
        ('{"a": "say "hi", now", "b": "c"}', [INNER_QUOTE]),
        ('{"a": "b" c", "d": 1}', [INNER_QUOTE]),
        ('["a "b" c", "d"]', [INNER_QUOTE]),
        ('["a\n "b", c", "d"]', [LINES_AND_QUOTES]),
    ],
)
def test_the_end_of_a_broken_string_is_where_json_goes_on(text: str, messages: list[str]) -> None:
    found = causes(text)
    assert [cause.message for cause in found] == messages
    decode(fixed(text, [cause._replace(safe=True) for cause in found]))


WORDS = st.sampled_from(
    [
        "one",
        '"two"',
        '"three",',
        'four: "five"',
        '["six"]',
        '{"seven"};',
        "eight,",
        "\u00e9",
        "-",
        "it's",
    ]
)


@given(
    lines=st.lists(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), min_size=2, max_size=5),
    newline=st.sampled_from(["\n", "\r\n", "\n    "]),
    rest=st.sampled_from(
        ["}", "\n}\n", ',\n "z": [1]}', ', "z": ["x", {}]}', ',"z": "y"\n}', "}}"]
    ),
)
def test_the_fix_of_a_string_over_several_lines_restores_it(
    lines: list[str], newline: str, rest: str
) -> None:
    text = newline.join([*lines, "end."])
    before = '{"a": {"b": "' if rest == "}}" else '{"b": "'
    bad = f'{before}{text}"{rest}'
    [cause] = causes(bad)
    good = before + json.dumps(text.replace("\r\n", "\n"))[1:] + rest
    assert decode(fixed(bad, [cause._replace(safe=True)]))[0] == decode(good)[0]


@pytest.mark.parametrize("reason", ["array", "object"])
def test_a_trailing_comma_has_the_same_message_under_every_python(reason: str) -> None:
    # Python 3.13 has its own reason, with the place of the comma, not of the bracket.
    error = NotJson(f"Illegal trailing comma before end of {reason}", 2)
    assert diagnose("[1,]" if reason == "array" else "{1,}", error).message == LAST_COMMA


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('["\\\r\n"]', id="a backslash before CRLF is four mistakes"),
        pytest.param("{True: 1}", id="a key like a literal is fixed twice"),
        pytest.param("['a\\\\\"b']", id="an escaped backslash before a quote"),
    ],
)
def test_one_mistake_is_reported_once(text: str) -> None:
    assert len(causes(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": http://x}', id="a bare URL is read as a key"),
        pytest.param(
            '{"a": 1, /* x\n"b": 2}', id="everything after an unclosed comment is blanked"
        ),
        pytest.param("['a\\.b']", id="an escape within other quotes"),
        pytest.param("['a\tb']", id="a tab within other quotes"),
        pytest.param('["a,\n1,\n"b"]', id="an unclosed string before a number"),
        pytest.param(
            "[\n<<<<<<< H\n1,,\n=======\n2,\n>>>>>>> b\n3]",
            id="a mistake inside a conflict",
        ),
    ],
)
def test_safe_edits_fix_the_file_or_are_not_safe(text: str) -> None:
    result = fixed(text, causes(text))
    assert result == text or not causes(result)


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("[" * (MAX_DEPTH + 1), "["),
        ("[1e999]", "1e999"),
        ("[01]", "01"),
        ("[True]", "True"),
        ("{a-b: 1}", "a-b"),
        ("['it is', 1]", "'it is'"),
        ("[1 // x\n]", "// x"),
        ("[1 /* x\ny */]", "/* x"),
        ('["a\tb"]', "\t"),
        ('["a\nb"]', "\n"),
        ('["\\."]', "\\."),
        ('{"a": "b,\n "c": 1}', '"b,'),
        ('["say "hi" now"]', '"'),
        ("[1,]", ","),
        ("[1}", "}"),
        ("[1;2]", ";"),
        ("[1 2]", ""),
        ("<<<<<<< H\n1\n=======\n2\n>>>>>>> b\n", "<<<<<<<"),
    ],
)
def test_a_cause_covers_the_mistake_and_no_more(text: str, stretch: str) -> None:
    [cause] = causes(text)
    assert text[cause.start : cause.end] == stretch


def test_every_conflict_is_reported() -> None:
    conflict = "<<<<<<< H\n1,\n||||||| a\n2,\n=======\n3,\n>>>>>>> b\n"
    text = "[\n" + conflict + "0,\n" + conflict + "0]"
    assert shown(text) == [(2, 1, CONFLICT), (10, 1, CONFLICT)]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=8)
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
STRING = r'"((?:[^"\\]|\\.)*)"'


def single_quoted(body: str) -> str:
    """Write the inside of a JSON string as JavaScript does in single quotes."""
    body = body.replace('\\\\\\"', "")  # see test_one_mistake_is_reported_once
    swapped = re.sub(r"\\.|'", lambda m: {'\\"': '"', "'": "\\'"}.get(m[0], m[0]), body)
    return f"'{swapped}'"


KINDS: dict[str, tuple[str, Callable[[str], str], Callable[[str], str], int]] = {
    # where it can be made; the right text; the wrong text; where in that the mistake is
    "last comma": (r"(?<=[^\[{,])()(?=\n\s*[\]}])", lambda _: "", lambda _: ",", 0),
    "no comma": (r",()(?=\n)", lambda _: ",", lambda _: "", 0),
    "line of comment": (r"(?m)^()(?=.)", lambda _: "", lambda _: '// it\'s "so", [is it\n', 0),
    "comment": (r"(?<=[,\[{])()(?=\n)", lambda _: "", lambda _: " /* so,\n} */", 1),
    "tab": (STRING, lambda body: f'"\\t{body}"', lambda body: f'"\t{body}"', 1),
    "escape": (STRING, lambda body: f'"\\\\.{body}"', lambda body: f'"\\.{body}"', 1),
    "quotes": (STRING, lambda body: f'"{body}"', single_quoted, 0),
}


@pytest.mark.parametrize("kind", KINDS)
@given(
    value=DOCUMENTS,
    indent=st.sampled_from([0, 2, "\t"]),
    ascii_only=st.booleans(),
    choose=st.randoms(use_true_random=False),
)
def test_a_mistake_is_reported_at_its_place_and_its_fix_restores_the_original(
    kind: str, value: Any, indent: int | str, ascii_only: bool, choose: Random
) -> None:
    good = json.dumps({"a": ["b", value]}, indent=indent, ensure_ascii=ascii_only)
    pattern, right, wrong, inside = KINDS[kind]
    place = choose.choice(list(re.finditer(pattern, good)))
    before, after = good[: place.start()], good[place.end() :]
    bad = before + wrong(place[1]) + after
    [cause] = causes(bad)
    assert cause.start == len(before) + inside
    assert cause.safe
    assert decode(fixed(bad, [cause]))[0] == decode(before + right(place[1]) + after)[0]


GOOD_LINE = '"k": ["v", 1],'
BAD_LINES = [
    '"k": ["v", 1]',
    '"k": ["v", 1,],',
    '"k": ["v" 1],',
    "'k': [\"v\", 1],",
    'k: ["v", 1],',
    '"k" ["v", 1],',
    '"k": ["\t", 1], ',
    '"k": ["\\.", 1],',
    '"k": ["say "x" now"],',
    '"k": True,',
    '"k": [yes, 1],',
    '"k": [1e999],',
    '"k": 1, # why',
    '"k": 1, /* why */',
    '"k": 01,',
]


@given(st.lists(st.sampled_from([GOOD_LINE, *BAD_LINES]), max_size=MAX_CAUSES))
def test_every_mistake_is_reported_in_one_pass(lines: list[str]) -> None:
    text = "\n".join(["{", *lines, '"z": 0', "}"])
    expected = [number for number, line in enumerate(lines, 2) if line != GOOD_LINE]
    assert [line for line, _, _ in shown(text)] == expected


@pytest.mark.parametrize(
    ("text", "limit"),
    [("[" + "1 " * 100 + "]", MAX_CAUSES), ("[" + " " * LARGE + "1 " * 100 + "]", 1)],
)
def test_the_number_of_causes_is_limited(text: str, limit: int) -> None:
    assert len(causes(text)) == limit


@pytest.mark.parametrize(
    "piece",
    ["[", '"', "<<<<<<<\n", "'", "/*", "\n", "\\", "x", "0", '"",', '"a\n', '"a" b\n ', '" \n'],
)
def test_a_large_text_of_one_piece_has_a_cause(piece: str) -> None:
    text = "[" + piece * (2 * 1024 * 1024 // len(piece))
    assert causes(text) != []


PIECES = [
    *"{}[]:,\"'`\\/#*.+-_ \n\r\t\x00\u00a0\ufeff\u201c\u201d0aé",
    *("//", "/*", "*/", "1e999"),
]
PIECES += ['"a"', '"b": 1', "true", "None", "NaN", "\\u12", "\U0001f600", "<<<<<<<\n", "=======\n"]
PIECES += [">>>>>>>\n", "|||||||\n"]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES) | st.characters(), max_size=20).map("".join))
def test_there_is_a_cause_exactly_where_the_decoder_refuses(text: str) -> None:
    found = causes(text)
    try:
        decode(text)
        assert found == []
    except NotJson:
        assert found != []
    for cause in found:
        spans = [(cause.start, cause.end), *((start, end) for start, end, _ in cause.edits)]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
        assert not cause.safe or (cause.edits and cause.fix)
