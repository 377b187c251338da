"""Patterns as in .gitignore: which texts are some, and what they match.

They may come from anyone's repository: one that takes long to match is refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MOST_IN_A_NAME = 3
_MOST_IN_A_PATH = 2
"""Stars in a name, and `**` before others: the time to match grows with a power of their number."""

_CLASS = re.compile(r"\[[:.=][a-z]{1,10}[:.=]\]")


def why_no_pattern(text: str) -> str:
    """Return why a text is not a pattern as in .gitignore, or too slow; empty if it is one."""
    if "\n" in text or "\0" in text:
        return "has a character that no pattern can have"
    if re.match(r"!?\.{1,2}(/|$)", text):
        return "starts with a dot and a slash, which never match; write it relative to the folder"
    names = text.split("/")
    if names[:-1].count("**") > _MOST_IN_A_PATH:
        return f'has more than {_MOST_IN_A_PATH} "**"; use fewer'
    if any(name != "**" and name.count("*") > _MOST_IN_A_NAME for name in names):
        return f'has more than {_MOST_IN_A_NAME} "*" in a name; use fewer'
    if found := _CLASS.search(text):  # git knows them, pathspec does not
        return f"has {found[0]}, which is not supported; write characters or a range, as [a-z]"
    try:
        included = [one.include for one in compiled([text]).patterns]
    except (ValueError, re.error):
        included = []
    return "" if included in ([True], [False]) else "is not a pattern as in .gitignore"


def compiled(patterns: Iterable[str]) -> GitIgnoreSpec:
    """Return patterns compiled; `why_no_pattern` must accept each."""
    from pathspec import GitIgnoreSpec  # only where there are patterns

    with warnings.catch_warnings():  # of `[[a]`, which Python may read in another way one day
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(patterns)
