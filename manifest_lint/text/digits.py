"""Quickly look for words with digits, which most secrets are, and for long ones without."""

from __future__ import annotations

import re

_KINDS = bytearray(b" " * 128 + b"a" * 128)
"""For each byte, what it is: a digit, another part of a word, or neither."""
for _byte in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-":
    _KINDS[_byte] = ord("a")
for _byte in b"0123456789":
    _KINDS[_byte] = ord("0")

_ORDINARY = (b'"DOC_QUALIFICATION_V2"', b'"SENTRY_V2"')
"""Features that many manifests name: the only long words with a digit in most of them."""


def has_word_with_digit(text: str, shortest: int) -> bool:
    """Return whether a text has a word with a digit from 0 to 9, of at least `shortest` characters.

    A word has letters, digits, `_` and `-`. Characters beyond ASCII count as letters, and as
    several: this is for ruling out, and takes a tenth of the time that a regular expression takes.
    A string that is a well-known feature is left out.
    """
    data = text.encode("utf-8", "surrogatepass")
    kinds = data.translate(_KINDS)
    at = kinds.find(b"0")
    while at >= 0:  # a few times: most words have no digit
        end = kinds.find(b" ", at)
        end = len(kinds) if end < 0 else end
        start = kinds.rfind(b" ", 0, at)
        if end - start > shortest and data[max(0, start) : end + 1] not in _ORDINARY:
            return True
        at = kinds.find(b"0", end)
    return False


def has_long_word(text: str, shortest: int) -> bool:
    """Return whether a text has a word of at least `shortest` letters, small and capital ones.

    It is for ruling out, as `has_word_with_digit` is: what is random and without a digit has both.
    """
    data = text.encode("utf-8", "surrogatepass")
    kinds = data.translate(_KINDS)
    at = kinds.find(b"a" * shortest)
    while at >= 0:
        rest = re.compile(b"a*").match(kinds, at)
        end = rest.end() if rest else at
        word = data[at:end]
        if not (word.islower() or word.isupper()):
            return True
        at = kinds.find(b"a" * shortest, end)
    return False
