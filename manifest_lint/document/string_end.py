"""Where a broken string was meant to end: one over several lines, or with quotes in it.

The decoder ends a string at the first quote. The author meant the one after which JSON goes on: a
comma and a key, a closing bracket. A line that is JSON itself shows that a quote is missing before.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from manifest_lint.document.go_json import BRACKETS

_BRACKETS = re.compile(BRACKETS)
_STRING = r'"(?:[^"\\\n]|\\.){0,2000}"'
_VALUE = r'(?:["\[{]|-?\d|(?:true|false|null)\b)'
_CLOSED = r"\s*(?:[,}\]]|\n|\Z)"
"""What follows the bracket that closes an object or a list."""
_MEMBER = rf"{_STRING}\s*:\s*{_VALUE}"
_ITEM = rf"(?:{_STRING}|-?\d[\d.eE+-]*|true|false|null)[ \t\r]*(?:\]|,?[ \t\r]*(?:\n|\Z))|[\[{{]\s*"

_GOES_ON = {
    "member": rf"\s*(?:,\s*{_STRING}\s*:|(?:,\s*)?(?:}}{_CLOSED}|\Z))|[ \t\r]*\n\s*{_MEMBER}",
    "item": rf"\s*(?:,\s*{_VALUE}|(?:,\s*)?(?:\]{_CLOSED}|\Z))",
    "key": r"\s*:",
}
"""What follows the closing quote of a member's value, of an item of a list, and of a key."""

_STARTS = {
    "member": rf"{_MEMBER}|}}",
    "item": rf"{_ITEM}|\]",
    "key": rf"{_MEMBER}|}}",
}
"""How a line starts that is JSON, and not in the string."""

_TOKENS = {
    kind: re.compile(
        rf'\\.|(?P<end>")(?={follows})|(?P<line>\r?\n)(?=[ \t]*(?:{_STARTS[kind]}))', re.DOTALL
    )
    for kind, follows in _GOES_ON.items()
}


class End(NamedTuple):
    """The end of a string: the offset of its closing quote, or where that is missing."""

    at: int
    is_closed: bool


def opening_of(text: str, at: int) -> int:
    """Return the offset of the quote that opens the string which `at` is in, or just after.

    All before that string must be JSON.
    """
    opening = 0
    for token in _BRACKETS.finditer(text, 0, at):
        if token[0][0] == '"':
            opening = token.start()
    return opening


def end_of(text: str, opening: int, start: int) -> End | None:
    """Return where the string that opens at `opening` ends, looked for from `start` on.

    None if there is neither a quote that can close it nor a line that must be after it.
    """
    for found in _TOKENS[_kind(text, opening)].finditer(text, start):
        if found["end"]:
            return End(found.start(), True)
        if found["line"]:
            return End(found.start(), False)
    return None


def is_key(text: str, opening: int) -> bool:
    """Return whether the string that opens at `opening` is a key, going by what is before it."""
    return _kind(text, opening) == "key"


def _kind(text: str, opening: int) -> str:
    """Return what a string is, going by what is before it."""
    before = text[:opening].rstrip()[-1:]
    if before != ",":
        return {"[": "item", "{": "key"}.get(before, "member")
    opened = [False]
    for token in _BRACKETS.finditer(text, 0, opening):
        if token[0] in "[{":
            opened.append(token[0] == "{")
        elif token[0] in "]}" and len(opened) > 1:
            opened.pop()
    return "key" if opened[-1] else "item"
