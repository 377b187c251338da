"""JSON as Go's encoding/json reads it, on top of Python's decoder.

The stack and the registry are written in Go, so a manifest is what Go accepts as one. Python's
decoder differs in five ways, all handled here: NaN and the infinities, numbers beyond a float64,
nesting, the byte order mark, and bytes that are not UTF-8.
[golang encoding/json: decode.go, scanner.go]
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

MAX_DEPTH = 10_000
"""Go refuses text nested deeper than this [encoding/json scanner.go, maxNestingDepth]."""

_FOLD_DEPTH = 100
"""How many levels Python's recursive decoder gets at a time."""

STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"?'
"""A string, closed or not. For each turn of a repeated choice, `re` takes 120 bytes of memory."""

BRACKETS = rf"(?s){STRING}|[\[{{]|[\]}}]"
"""Every bracket outside of strings, and every string, closed or not."""

_NUMBER = rf"(?s){STRING}|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|NaN|-?Infinity"
_NO_VALUE, _NO_KEY = "Expecting value", "Expecting property name enclosed in double quotes"
_SPACE = re.compile(r"[ \t\n\r]*")
_FOLDED = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ\u017f\u212a", "abcdefghijklmnopqrstuvwxyzsk")


class NotJson(ValueError):
    """The text is not JSON. `reason` is the decoder's, `offset` counts code points from 0."""

    def __init__(self, reason: str, offset: int):
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class TooDeep(NotJson):
    """The text is nested deeper than MAX_DEPTH."""


class OutOfRange(NotJson):
    """A number does not fit in a float64; `literal` is the number as written."""

    def __init__(self, literal: str, offset: int = 0):
        super().__init__("number out of range", offset)
        self.literal = literal


class RepeatedKeys(dict[str, Any]):
    """An object with a repeated key; as a dict, it has the last value of each.

    `decoded` counts them: texts that are decoded without a change of it repeat no key.
    """

    members: list[tuple[str, Any]]
    decoded = 0


def members(value: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Return every key and value of a decoded object in order, repeated keys included."""
    return value.members if isinstance(value, RepeatedKeys) else value.items()


def with_keys(value: Any, pointer: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], Any]:
    """Return a pointer with keys in place of the indexes of members, and the value at it.

    Raises LookupError if there is no such value.
    """
    steps: list[str | int] = []
    for step in pointer:
        if isinstance(value, RepeatedKeys) and isinstance(step, int):
            key, value = value.members[step]
            steps.append(key)
        else:
            value = value[step]
            steps.append(step)
    return tuple(steps), value


@lru_cache(4096)
def fold(key: str) -> str:
    """Return a key folded as Go does to match a struct field: by Unicode simple folding.

    Only ASCII letters, the long s and the Kelvin sign can match an ASCII field name.
    """
    return key.lower() if key.isascii() else key.translate(_FOLDED)


def replace_invalid(error: UnicodeError) -> tuple[str, int]:
    """Replace each byte that is not UTF-8 with U+FFFD, as Go does; a handler for `codecs`."""
    assert isinstance(error, UnicodeDecodeError)
    return "\ufffd" * (error.end - error.start), error.end


codecs.register_error("go", replace_invalid)


def without_lone_surrogates(text: str) -> str:
    """Return JSON text with an escaped U+FFFD for each escaped surrogate without its other half.

    Go reads it so, and such a string cannot be encoded as UTF-8. The text keeps its length.
    [encoding/json decode.go, unquote]
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text
    lone = re.compile(
        r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
        r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|(\\.)",
        re.DOTALL,
    )
    return lone.sub(lambda found: found[1] or found[2] or "\\ufffd", text)


def decode(text: str) -> tuple[Any, int]:
    """Decode the first JSON value in `text`.

    Returns the value and the offset just after it; what follows is ignored, as in Go's
    `Decoder.Decode`. Objects are dicts (RepeatedKeys where a key repeats), numbers int or float.
    Raises NotJson, or one of its subclasses TooDeep and OutOfRange.
    """
    return decode_clean(without_lone_surrogates(text))


def decode_clean(text: str) -> tuple[Any, int]:
    """Decode text without lone surrogates as `decode` does, without looking for some."""
    _refuse_depth(text)
    try:
        return _decode_here(text)
    except RecursionError:
        return _decode_folded(text)


def decode_at(text: str, start: int) -> tuple[Any, int]:
    """Decode the JSON value that starts at an offset, of a text that is not nested too deep.

    Returns the value and the offset just after it. Raises NotJson, also for a value of more than
    one line that is nested deeper than Python's decoder reads.
    """
    try:
        return _decode_here(text, start)
    except RecursionError:
        line_end = text.find("\n", start)
        line = text[start : line_end if line_end >= 0 else len(text)]
    try:
        value, length = _decode_folded(line)
    except NotJson as error:
        error.offset += start
        raise
    return value, start + length


def _decode_here(text: str, start: int = 0) -> tuple[Any, int]:
    start = _SPACE.match(text, start).end()  # type: ignore[union-attr]  # matches the empty string
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        reason, offset = error.msg, error.pos
        if reason.startswith("Illegal trailing comma"):  # Python 3.13; before, what follows it
            offset = _SPACE.match(text, offset + 1).end()  # type: ignore[union-attr]  # as above
            reason = _NO_VALUE if text[offset] == "]" else _NO_KEY
        refused = NotJson(reason, offset)
    except OutOfRange as error:
        refused = OutOfRange(error.literal, _offset_of(error.literal, text))
    except _Constant as error:
        refused = NotJson("constant", _offset_of(error.args[0], text))
    raise refused  # outside of `except`: the decoder's error would keep all that callers have read


def _decode_folded(text: str) -> tuple[Any, int]:
    """Decode text nested too deep for Python's stack, some levels at a time.

    Every _FOLD_DEPTH levels, a subtree is decoded on its own, innermost first. In the text around
    it, it is replaced with an empty one of the same length, so that offsets stay right. No rule
    reads values that deep; they only have to be JSON.
    """
    opened: list[int] = []
    outer: list[list[str]] = [[]]
    done = end = 0
    for token in re.finditer(BRACKETS, text):
        bracket = token[0]
        if bracket in "[{":
            opened.append(token.start())
            if len(opened) % _FOLD_DEPTH == 0:
                outer[-1].append(text[done : token.start()])
                outer.append([])
                done = token.start()
        elif bracket in "]}" and opened:
            folded = len(opened) % _FOLD_DEPTH == 0
            start = opened.pop()
            if folded:
                subtree = "".join([*outer.pop(), text[done : token.end()]])
                try:
                    value, length = _decode_here(subtree)
                except NotJson as error:
                    error.offset += start
                    raise
                if length != len(subtree):
                    raise NotJson("Expecting ',' delimiter", start + length)
                brackets = "{}" if isinstance(value, dict) else "[]"
                outer[-1].append(brackets[0] + " " * (length - 2) + brackets[1])
                done = token.end()
            if not opened:
                end = token.end()
                break
    if opened:
        raise NotJson("unclosed", opened[-1])
    value, _ = _decode_here("".join([*outer[0], text[done:end]]))
    return value, end


def _refuse_depth(text: str) -> None:
    if (at := deeper_than(MAX_DEPTH, text)) is not None:
        raise TooDeep("nested too deep", at)


def deeper_than(limit: int, text: str) -> int | None:
    """Return where the first value in `text` is nested deeper than a limit, None if it is not."""
    if len(text) <= limit:
        return None  # most texts
    if text.count("[") + text.count("{") <= limit or text.lstrip(" \t\r\n")[:1] not in ("[", "{"):
        return None
    depth = 0
    for token in re.finditer(BRACKETS, text):
        if token[0] in "[{":
            depth += 1
            if depth > limit:
                return token.start()
        elif token[0] in "]}":
            depth -= 1
            if depth <= 0:
                break
    return None


def _offset_of(literal: str, text: str) -> int:
    for token in re.finditer(_NUMBER, text):
        if token[0] == literal:
            return token.start()
    return 0


class _Constant(ValueError):
    """NaN, Infinity or -Infinity, which Python's decoder would accept."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    repeated = RepeatedKeys(value)
    repeated.members = pairs
    RepeatedKeys.decoded += 1
    return repeated


def _float(literal: str) -> float:
    number = float(literal)
    if math.isinf(number):
        raise OutOfRange(literal)
    return number


def _int(literal: str) -> int:
    if len(literal) >= 300:
        _float(literal)  # above, Python's own limit on digits could apply
    return int(literal)


def _constant(name: str) -> None:
    raise _Constant(name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_float, parse_int=_int, parse_constant=_constant
)
