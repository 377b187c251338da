"""The secrets in text that is not JSON: what follows the name of a secret.

They are hidden, not reported, so a value in doubt is one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from manifest_lint.document.go_json import STRING
from manifest_lint.document.secret import is_a_number_of_a_secret, is_a_secret
from manifest_lint.document.secret_names import describes_a_secret

_NAME = re.compile(
    r"(?:secret|secert|token|passw|private|api_?key)\w{0,40}[\"']?\s{0,40}:\s{0,40}", re.IGNORECASE
)
_STRING = rf"{STRING}|'[^'\\]*(?:\\.[^'\\]*)*'?"
"""A string may have line breaks, and no end: that may be what is wrong with the text."""
_VALUE = re.compile(rf"{_STRING}|[^\s,\[\]{{}}\"'][^,\]}}\r\n]*", re.DOTALL)
_PART = re.compile(rf"{_STRING}|[\[{{]|[\]}}]|[^\s,:\[\]{{}}\"']+", re.DOTALL)
_A_COLON = re.compile(r"\s*:")
_LONGEST = 4_000
"""Characters of a list or an object that are searched: its end may be missing."""


def values_after_names(text: str) -> Iterator[str]:
    """Yield what follows the name of a secret in text that is not JSON, also without escapes."""
    for start, end in _places(text):
        value = text[start:end].strip("\"' \t")
        yield value
        if "\\" in value:
            with suppress(ValueError):
                yield json.loads(f'"{value}"', strict=False)


def with_values_masked(text: str) -> str:
    """Return text that is not JSON with `*` for each character after the name of a secret."""
    pieces, done = [], 0
    for start, end in _places(text):
        pieces += [text[done:start], re.sub(r"\S", "*", text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def _places(text: str) -> Iterator[tuple[int, int]]:
    done = 0
    for name in _NAME.finditer(text):
        if name.end() < done:
            continue
        if found := _VALUE.match(text, name.end()):
            yield found.span()
            done = found.end()
        else:
            for found, is_one in _within(text, name.end()):
                done = found.end()
                if is_one:
                    yield found.span()


def _within(text: str, start: int) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield each part of a list or an object that starts there, and whether it is a secret."""
    depth, key = 0, ""
    for found in _PART.finditer(text, start, start + _LONGEST):
        part = found[0]
        is_one = False
        if part in "[{":
            depth += 1
        elif part in "]}":
            depth -= 1
        elif _A_COLON.match(text, found.end()):
            key = part.strip("\"'")
        else:
            is_public = describes_a_secret(key)
            # A character without quotation marks is what is wrong with the text.
            is_one = not is_public and len(part) > 1 and _is_a_secret(part)
            key = ""
        yield found, is_one
        if depth <= 0:
            return


def _is_a_secret(part: str) -> bool:
    is_a_number = re.fullmatch(r"[0-9.+-]+", part)
    return is_a_number_of_a_secret(part) if is_a_number else is_a_secret(part.strip("\"'"))
