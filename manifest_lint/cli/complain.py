"""Errors on standard error: one line each, without secrets."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

import click


def complain(message: str) -> None:
    """Print an error as one line."""
    from manifest_lint.reports.text import visible  # only for a failure

    click.echo(f"manifest-lint: {visible(safe(' '.join(message.split())))}", err=True)


def complain_of(trouble: Iterable[str]) -> int:
    """Print one line for each thing that failed; return the exit code, 0 if nothing failed."""
    code = 0
    for why in trouble:
        complain(why)
        code = 2
    return code


def safe(text: str) -> str:
    """Return a text without secrets: without user information, on the command line and in URLs.

    Of a URL among the arguments, also what is in its query and its parameters is masked.
    """
    from manifest_lint.document.masking import Hider, shown_text, shown_url

    for argument in sys.argv[1:]:
        if found := re.search(r"\w[\w+.-]*://.*", argument, re.DOTALL):
            url = " ".join(found[0].split())
            # Some messages are without user information by now; a path has no double slash.
            for typed in (url, shown_text(url)):
                for one in (typed, re.sub("/+", "/", typed)):
                    text = text.replace(one, shown_url(one))
    return Hider(_typed())(text)


def _typed() -> Iterator[str]:
    """Yield the user information in the arguments, as messages may show it."""
    for argument in sys.argv[1:]:
        if found := re.search(r":/*(.+)@", argument, re.DOTALL):
            typed = " ".join(found[1].split())
            for one in (typed, typed.partition(":")[2]):
                # A path has no double slash, and codes are in capitals.
                yield from (one, re.sub("/+", "/", one), one.upper()) if len(one) > 3 else ()
