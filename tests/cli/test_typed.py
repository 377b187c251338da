"""What counts as the line that a person types or pastes at a terminal."""

from __future__ import annotations

import os
import time

import pytest

from manifest_lint.cli.typed import _read


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (b"https://a/?b\n", b"https://a/?b"),
        (b"https://a/?b\r\n", b"https://a/?b"),
        (b"https://a/\n?b=c\n", b"https://a/?b=c"),
        (b"https://a/\r\n?b\r\n=c\r\n", b"https://a/?b=c"),
        (b"https://a/?b\n\n \n", b"https://a/?b"),
        (b"\n", b""),
        (b"\nhttps://a/\n", b"https://a/"),
        (b"x\x7fy\x15https://a/\x08b\x04", b"https://ab"),
        (b"\x04", b""),
    ],
)
def test_what_is_pasted_together_is_one_line(typed: bytes, line: bytes) -> None:
    read, write = os.pipe()
    try:
        os.write(write, typed)
        assert _read(read, time.monotonic() + 60, 60) == line
    finally:
        os.close(read)
        os.close(write)
