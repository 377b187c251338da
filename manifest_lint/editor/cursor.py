"""What is at a place in JSON text, even in invalid JSON, as it is while you type."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from manifest_lint.document.spans import Pointer

Role = Literal["key", "value"]

_TOKEN = re.compile(r'"[^"\\\r\n]*(?:\\[^\r\n][^"\\\r\n]*)*"?|[\[\]{}:,]|[^\s\[\]{}:,"]+')


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an object or a list.

    `pointer` leads to the value, even if there is only a key so far, or nothing. `start` and `end`
    are the offsets of the token, both the cursor's if there is none. `beside` are the keys of the
    object, or the strings in the list, including the token. `has_colon` is whether a colon follows
    the key.
    """

    pointer: Pointer
    role: Role
    start: int
    end: int
    beside: Sequence[str]
    has_colon: bool = False


@dataclass(slots=True)
class _Open:
    """An object or a list that is still open."""

    is_object: bool
    beside: list[str] = field(default_factory=list)
    key: str = ""
    index: int = 0
    wants: Literal["key", "colon", "value", "comma"] = "value"

    @property
    def step(self) -> str | int:
        return self.key if self.is_object else self.index

    @property
    def role(self) -> Role:
        return "key" if self.is_object and self.wants in ("key", "comma") else "value"


def at(text: str, offset: int) -> Cursor | None:
    """Return what is at an offset; None outside any object and list."""
    open_ones: list[_Open] = []
    found: Cursor | None = None
    depth = 0
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        first = text[start]
        is_scalar = first not in "[]{}:,"
        if found is None and open_ones and (end if is_scalar else start) >= offset:
            depth = len(open_ones)
            if is_scalar and start <= offset:
                found = _cursor(open_ones, start, end, _text(token[0]), text)
            else:
                found = _cursor(open_ones, offset, offset, "", text)
        if not _follow(open_ones, first, token[0]) and found is None and start >= offset:
            return None
        if len(open_ones) < depth:
            return found
    if found is None and open_ones:
        found = _cursor(open_ones, offset, offset, "", text)
    return found


def _cursor(open_ones: list[_Open], start: int, end: int, token: str, text: str) -> Cursor:
    innermost = open_ones[-1]
    role = innermost.role
    steps = [one.step for one in open_ones]
    if role == "key":
        steps[-1] = token
    has_colon = text[end : end + 100].lstrip()[:1] == ":"
    return Cursor(tuple(steps), role, start, end, innermost.beside, has_colon)


def _follow(open_ones: list[_Open], first: str, token: str) -> bool:
    """Process one token; return whether an object or a list is open after it."""
    innermost = open_ones[-1] if open_ones else None
    if first in "{[":
        is_object = first == "{"
        open_ones.append(_Open(is_object, wants="key" if is_object else "value"))
    elif first in "}]":
        if innermost:
            open_ones.pop()
        if open_ones:
            open_ones[-1].wants = "comma"
    elif innermost is None:
        return False
    elif first == ",":
        innermost.index += 1
        innermost.wants = "key" if innermost.is_object else "value"
    elif first == ":":
        innermost.wants = "value"
    elif innermost.role == "key":
        innermost.key = _text(token)
        innermost.beside.append(innermost.key)
        innermost.wants = "colon"
    else:
        if not innermost.is_object:
            innermost.beside.append(_text(token))
        innermost.wants = "comma"
    return bool(open_ones)


def _text(token: str) -> str:
    """Return the value of a token as text, even of a string that is not closed yet."""
    if not token.startswith('"'):
        return token
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:].removesuffix('"')
