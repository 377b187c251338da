"""Changes of inputs that keep their structure, so that they get past the first reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

Change = Callable[[bytes, Random], bytes]
Merge = Callable[[Any, Random], Any]
"""Changes a decoded value in a way that only one target knows."""

STRINGS = (
    *("", " ", "x", "a b", "a+b", "a%20b", "é", "\U0001f600", "\u202e", "\0", "\n", "\x1b[1m"),
    *(
        "\ufffd",
        "\u017f",
        "\u212a",
        "http://",
        "https://x.example/",
        "//x",
        "../x",
        "/x",
        "x" * 300,
    ),
    *(
        "https://u:p4ssw0rd@x.example",
        "javascript:x",
        "{{dir}}",
        "${x}",
        "$X",
        "<b>",
        "`x`",
        "](x)",
    ),
    *(
        "1.2.3",
        "1.2.3-beta.1",
        "v1",
        "01.2.3",
        "null",
        "true",
        "]]>",
        "::error ::",
        "%0A",
        "#",
        "*",
    ),
    *("ghp_" + "a1B2" * 9, "AKIA" + "Q3XW" * 4, "io.cozy.files", "GET", "get", "ALL", "energy"),
)
NUMBERS = (0, 1, -1, 1.5, -0.0, 1e16, 1e308, 2**53 + 1, 10**30, 1234567890123)
ODD: tuple[Any, ...] = (None, True, False, [], {}, [[]], [None], {"": None}, *NUMBERS, *STRINGS)
TOKENS = (
    *(b"{", b"}", b"[", b"]", b":", b",", b'"', b"'", b"\\", b"//", b"/* ", b"*/", b"#", b"\n"),
    *(b"\r\n", b"\r", b"\t", b" ", b"\0", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"0"),
    *(
        b"-",
        b"1e999",
        b"NaN",
        b"01",
        b"\\ud800",
        b"\\udc00",
        b"\\ud83d\\ude00",
        b"\\u0000",
        b"null",
    ),
    *(b"<<<<<<< ", b"=======", b'"": ', b",\n}", b'"a" "b"', b"\xed\xa0\x80", b"\\u0061", b"\\/"),
)

_TWICE = "\ue000"
"""Marks a key that is another key once more: it is removed from the text."""

_HALF = "\ue001"
"""Is half of a surrogate pair in the text."""


def of_tokens(tokens: Sequence[bytes] = TOKENS) -> Change:
    """Return a change of a text in one place: of some bytes, a line, or a token."""

    def change(data: bytes, random: Random) -> bytes:
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice((0, 0, 1, 1, 2, 8, 40, 400)))
        kind = random.randrange(7)
        if kind <= 2:
            return data[:start] + random.choice(tokens) + data[end:]
        if kind == 3:  # once more, elsewhere
            at = random.randrange(len(data) + 1)
            return data[:at] + data[start:end] + data[at:]
        if kind == 4:
            return data[:start] + data[end:]
        if kind == 5:
            lines = data.splitlines(keepends=True) or [b""]
            one, other = random.randrange(len(lines)), random.randrange(len(lines))
            lines.insert(other, lines.pop(one) if random.random() < 0.5 else lines[one])
            return b"".join(lines)
        changed = bytes(byte ^ (1 << random.randrange(8)) for byte in data[start:end])
        return data[:start] + changed + data[end:]

    return change


def of_json(merge: Merge, tokens: Sequence[bytes] = TOKENS) -> Change:
    """Return a change of a JSON text: of a value or key in it, else of its text."""
    of_text = of_tokens(tokens)

    def change(data: bytes, random: Random) -> bytes:
        if random.random() < 0.3:
            return of_text(data, random)
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            return of_text(data, random)
        for _ in range(random.choice((1, 1, 2, 3))):
            value = merge(value, random) if random.random() < 0.4 else _changed(value, random)
        return written(value, random)

    return change


def written(value: Any, random: Random) -> bytes:
    """Write a value in one of the ways in which people and programs write JSON."""
    text = json.dumps(
        value,
        indent=random.choice((2, 2, 2, None, 4, 0, "\t")),
        ensure_ascii=random.random() < 0.3,
        separators=random.choice((None, None, (",", ":"), (" , ", " : "))),
    )
    for mark, text_of_it in ((_TWICE, ""), (_HALF, "\\ud83d")):
        text = text.replace(mark, text_of_it).replace(f"\\u{ord(mark):x}", text_of_it)
    if random.random() < 0.1:
        text = text.replace("\n", random.choice(("\r\n", "\r", "\n\n")))
    data = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.03:
        data = b"\xef\xbb\xbf" + data
    return data + random.choice((b"", b"\n", b"\n", b" \n\n"))


def _changed(value: Any, random: Random) -> Any:
    """Return a value with one of its parts changed; containers are changed in place."""
    around, step = _somewhere(value, random)
    if around is None:
        return _odd(value, random)
    kind = random.randrange(6)
    if isinstance(around, dict):
        if kind == 0:
            del around[step]
        elif kind == 1:
            around[_other_key(step, random)] = around[step]
        elif kind == 2:
            around[_other_key(step, random)] = around.pop(step)
        else:
            around[step] = _odd(around[step], random)
    elif kind == 0:
        del around[step]
    elif kind == 1:
        around.insert(step, around[step])
    else:
        around[step] = _odd(around[step], random)
    return value


def _somewhere(value: Any, random: Random) -> tuple[Any, Any]:
    """Return a container in a value, and a key or index of it; None if it has none."""
    around, step = None, None
    while isinstance(value, dict | list) and value and (around is None or random.random() < 0.7):
        around = value
        step = (
            random.choice(list(value)) if isinstance(value, dict) else random.randrange(len(value))
        )
        value = value[step]
    return around, step


def _other_key(key: str, random: Random) -> str:
    at = random.randrange(len(key) + 1)
    return random.choice(
        (
            key + _TWICE,
            key.upper(),
            key.replace("s", "\u017f", 1),
            key[:at] + key[at + 1 :],
            key[:at] + random.choice(("x", "_", " ", ".", "/", "~", '"')) + key[at:],
            key.replace("_", "-"),
            key.title().replace("_", ""),
            random.choice(STRINGS),
        )
    )


def _odd(value: Any, random: Random) -> Any:
    """Return another value, often one that is much like this one."""
    kind = random.randrange(8)
    if kind == 0:
        return [value]
    if kind == 1:
        return {"x": value}
    if isinstance(value, str) and kind <= 5:
        at = random.randrange(len(value) + 1)
        end = random.choice((at, at, at + 1, len(value)))
        piece = random.choice((*STRINGS, _HALF, value))
        return value[:at] + piece + value[end:]
    odd = deepcopy(random.choice(ODD))  # the next change may be of what is in it
    if isinstance(value, list) and kind <= 5:
        return [*value, random.choice((odd, *value))]
    if isinstance(value, dict) and kind <= 5:
        return {**value, random.choice(STRINGS): odd}
    return odd
