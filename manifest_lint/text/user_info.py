"""User information in what may be a URL: it is never shown."""

from __future__ import annotations

import re
from collections.abc import Callable

_WORD = r"(?:[^\s`\"\\]+|\\.|\\)+"
_SLASHES = r":(?:\\?/){1,3}"
"""What is before an address. In JSON, some programs write each slash with a backslash."""

_BEFORE = rf"{_SLASHES}|(?<![\w.+%-])(?!mailto:|acct:|sips?:|xmpp:|urn:)[\w.+%-]+:(?![\\/])"
"""What is before user information, which goes up to the last @ of the word."""

_PUBLIC = "git"
"""The user of every clone with ssh, such as ssh://git@github.com/x/y."""

_MAY_HAVE_ONE = r":[^\s`\"@:]*(?:(?<=\\)[\s`\"][^\s`\"@:]*)*@"
"""What is in a word with user information; few lines with an @ have it."""

_HOST = r"(?:[\w.-]*\.\w+|localhost|\[[\w:.]*\])(?::\d*)?(?![\w:@%-])"
_WITH_SPACES = rf"({_SLASHES})(?!\\/|{_HOST}|{_PUBLIC}@)([^\s\"`@/*](?:[^\"`@\r\n]{{0,200}}))(?=@)"
"""User information with spaces: what is after the slashes is not a host, as in a sentence."""

_PART = r"[^\s\"`/?#&=@]+"
_BEFORE_ENCODED = r"(?<!mailto)(?<!acct)(?::|%(?:25){0,9}3A)(?:%(?:25){0,9}2F){0,3}"
_ENCODED = "%(?:25){0,9}40"
_UP_TO_ENCODED = rf"(.*)({_ENCODED}.*)"
"""Of a part of a URL with `:` or `@` percent-encoded, once or several times."""


def without_user_info(text: str, mask: Callable[[str], str] = lambda _: "***") -> str:
    """Return a text without the user information in what may be a URL: `u:p@host`, `//u@host`.

    It may be percent-encoded. `mask` is called with each, and returns what to write instead. The
    user `git` of ssh is shown.
    """
    if "@" not in text and "%" not in text:
        return text  # most texts

    def in_word(word: re.Match[str]) -> str:
        before, at, after = word[0].rpartition("@")
        start = re.search(_BEFORE, before, re.IGNORECASE) if at else None
        if not start or before[start.end() :] == _PUBLIC:
            return word[0]
        return f"{before[: start.end()]}{mask(before[start.end() :])}{at}{after}"

    def in_part(part: re.Match[str]) -> str:
        found = re.fullmatch(_UP_TO_ENCODED, part[0], re.IGNORECASE | re.DOTALL)
        if not found:
            return part[0]
        before, at = found.groups()
        if re.search(f"{_SLASHES}$", part.string[max(0, part.start() - 7) : part.start()]):
            return f"{mask(before)}{at}"
        start = re.search(_BEFORE_ENCODED, before, re.IGNORECASE)
        return f"{before[: start.end()]}{mask(before[start.end() :])}{at}" if start else part[0]

    def in_line(line: str) -> str:
        if re.search(_MAY_HAVE_ONE, line):
            line = re.sub(_WORD, in_word, line)
        return re.sub(_WITH_SPACES, lambda found: found[1] + mask(found[2]), line)

    if "@" in text:
        text = _with_lines_changed(text, "@", in_line)  # no word goes beyond its line
    if "%" in text and re.search(_ENCODED, text):
        text = re.sub(_PART, in_part, text)
    return text


def _with_lines_changed(text: str, mark: str, change: Callable[[str], str]) -> str:
    """Return a text with each line changed that has a mark: few lines of a file have one."""
    pieces, done = [], 0
    while (at := text.find(mark, done)) >= 0:
        start, end = max(done, text.rfind("\n", done, at) + 1), text.find("\n", at)
        end = end if end >= 0 else len(text)
        pieces += [text[done:start], change(text[start:end])]
        done = end
    return "".join([*pieces, text[done:]])


def has_user_info(text: str) -> bool:
    """Return whether a text has user information in what may be a URL."""
    return without_user_info(text) != text
