"""A long text takes little memory, whatever it consists of."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from manifest_lint import check
from manifest_lint.reports.text import render

SIZE = 100_000
MOST = 80
"""Bytes of memory for each character of a text, at most."""

TEXTS = {
    "a word": "x",
    "words": "Imports *bills*, 1 & all. ",
    "lines": "Imports bills.\n",
    "quotes": '"a" ',
    "addresses": "https://example.org/a ",
    "users": "https://ada:lovelace@example.org/a ",
    "one user": "https:a@",
}
AROUND = {
    "whole": '{"slug": "x", "client_secret": "%s"}',
    "in a list": '{"slug": "x", "client_secret": ["%s"]}',
    "a number that is too large": '{"slug": 1e999, "client_secret": "%s"}',
    "cut off": '{"slug": "x", "client_secret": "%s',
    "without a comma": '{"slug": "x" "client_secret": "%s"}',
}


@pytest.mark.parametrize("piece", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_a_long_text_takes_little_memory(around: str, piece: str) -> None:
    check(stdin=(None, (around % "").encode()), isolated=True)  # loads the modules
    text = around % json.dumps(piece * (SIZE // len(piece)))[1:-1]
    tracemalloc.start()
    try:
        report = check(stdin=(None, text.encode()), isolated=True)
        assert report.findings
        assert list(render(report))
        assert tracemalloc.get_traced_memory()[1] < MOST * len(text)
    finally:
        tracemalloc.stop()
