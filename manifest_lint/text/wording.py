"""Values and names as messages show them: short and on one line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

_TYPES = {
    "string": "a string",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "number": "a number",
    "integer": "a whole number",
    "null": "null",
}


def shown(value: Any) -> str:
    """Return a description of a JSON value: ``the string `"true"` ``, `null`, `a list`."""
    if isinstance(value, str):
        return f"the string `{quoted(value)}`"
    if value is None or isinstance(value, bool):
        return f"`{json.dumps(value)}`"
    if isinstance(value, int | float):
        return f"the number {short(json.dumps(value), 20)}"
    return "a list" if isinstance(value, list) else "an object"


def quoted(text: str, limit: int = 60) -> str:
    """Return a string as JSON, cut to at most `limit` characters before it is written so."""
    # As json.dumps does, which takes five times as long.
    return encode_basestring(_cut(text, limit))


def short(text: str, limit: int = 60) -> str:
    """Return a string on one line, cut to at most `limit` characters.

    It has escapes for what cannot be shown, such as line ends; if it is cut, it has no user
    information in URLs.
    """
    cut = _cut(text, limit)
    return cut if cut.isprintable() else _cut(escaped(cut), limit)


def escaped(text: str) -> str:
    """Return a string with an escape for each character that cannot be shown."""
    return "".join(c if c.isprintable() else _escape(ord(c)) for c in text)


def _escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    from manifest_lint.text.user_info import without_user_info  # after a cut, it is not seen

    text = without_user_info(text)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def name(path: str) -> str:
    """Return a file's name cut if it is long, as JSON if not all of its characters can be shown."""
    cut = _cut(path, 60)
    return cut if cut.isprintable() else json.dumps(cut)


def pointer_text(pointer: tuple[str | int, ...]) -> str:
    """Return a pointer in a readable form: `oauth.scope[0]`; the top is `the document`."""
    text = ""
    for step in pointer:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _is_name(step):
            text += f".{step}" if text else step
        else:
            text += f"[{quoted(step)}]"
    return text or "the document"


def _is_name(step: str) -> bool:
    """Return whether a key needs no quotation marks; of most it is known at once."""
    is_short = step.isascii() and step.isidentifier() and len(step) <= 60
    return is_short or re.fullmatch(r"[\w$-]{1,60}", step) is not None


def types(names: Iterable[str]) -> str:
    """Return JSON Schema types in words: `a string or a list`."""
    return one_of([_TYPES[name] for name in names])


def one_of(words: list[str]) -> str:
    """Return words joined with "or": `a, b or c`."""
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def listed(words: list[str]) -> str:
    """Return words joined with "and": `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a counted noun: `1 error`, `2 errors`; pass a `plural` that is not noun + `s`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


_MOST_COMPARED = 400
"""A word is compared with at most this many names; of more, with the next ones in the alphabet."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` was most likely meant to be, or None."""
    word, names = word.lower(), _in_order(tuple(known))
    if len(names) > _MOST_COMPARED:
        from bisect import bisect_left  # only for a workspace of many connectors

        at = bisect_left(names, word, key=str.lower)
        names = names[max(0, at - _MOST_COMPARED // 2) :][:_MOST_COMPARED]
    return _nearest(word, names)


@lru_cache(16)
def _in_order(known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(known, key=lambda name: (name.lower(), name)))


@lru_cache(512)  # many connectors have the same mistake
def _nearest(word: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # only for an unknown word

    candidates = {name.lower(): name for name in known}
    found = get_close_matches(word, candidates, n=1, cutoff=0.75)
    return candidates[found[0]] if found else None
