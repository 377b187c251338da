"""Quickly look for words with digits, which most secrets are."""

from __future__ import annotations

import string

_WORD = f"{string.ascii_letters}_-".encode() + bytes(range(0x80, 0x100))
_KINDS = bytes(
    ord("0" if chr(byte) in string.digits else "a" if byte in _WORD else " ") for byte in range(256)
)
"""For each byte, what it is: a digit, another part of a word, or neither."""


def has_word_with_digit(text: str, shortest: int) -> bool:
    """Return whether a text has a word with a digit from 0 to 9, of at least so many characters.

    A word has letters, digits, `_` and `-`. Characters beyond ASCII count as letters, and as
    several: this is for ruling out, and takes a tenth of the time that a regular expression takes.
    """
    words = text.encode("utf-8", "surrogatepass").translate(_KINDS).split()
    return any(len(word) >= shortest and b"0" in word for word in words)
