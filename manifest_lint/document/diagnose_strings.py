"""What is wrong inside a string, or with its quotes, where the JSON decoder failed.

Each function takes the text and the decoder's error, and yields at most one cause: its own kind of
mistake.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from manifest_lint.document.cause import Cause
from manifest_lint.document.go_json import NotJson

_QUOTED = {
    "'": re.compile(r"'((?:[^'\\\n]|\\.)*)'"),
    "`": re.compile(r"`((?:[^`\\]|\\.)*)`"),
    "\u201c": re.compile("\u201c([^\u201d\n]*)[\u201d\u201c]"),
    "\u201d": re.compile("\u201d([^\u201d\n]*)\u201d"),
}
_IN_STRING = re.compile(r'(?:[^"\\]|\\.)*', re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f]")
_TO_ESCAPE = re.compile(r'\\(?:u[0-9a-fA-F]{4}|.)|["\x00-\x1f]', re.DOTALL)


def raw_control(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a newline, tab or other control character inside a string."""
    at = error.offset
    if not error.reason.startswith("Invalid control character"):
        return
    rest = _IN_STRING.match(text, at)
    tail = rest[0] if rest else ""
    if text[at] in "\r\n":
        closes = re.match(r'"\s*[,:\]}]', text[at + len(tail) :])
        if not closes or not tail.strip(" \t\r\n,]}"):
            yield _unclosed_on_line(text, at)
            return
        edit = (at, at + len(tail), _CONTROL.sub(_escaped, tail))
        message = "line break inside a string"
        yield Cause(at, at + 1, message, (edit,), "write the line break as \\n", True)
        return
    name = "tab" if text[at] == "\t" else f"control character U+{ord(text[at]):04X}"
    escape = json.dumps(text[at])[1:-1]
    edit = (at, at + 1, escape)
    message = f"raw {name} inside a string"
    yield Cause(at, at + 1, message, (edit,), f"write it as {escape}", True)


def _unclosed_on_line(text: str, line_end: int) -> Cause:
    """Return the cause for a string without a closing quote; the edit closes it on its line."""
    line_start = text.rfind("\n", 0, line_end) + 1
    quote = line_start
    for token in re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)').finditer(text[line_start:line_end]):
        quote = line_start + token.start()
    body = text[quote:line_end].rstrip()
    stripped = body.rstrip("',")
    follows = text[line_end:].lstrip()[:1]
    comma = "," if follows not in ("]", "}", "") else ""
    edit = (quote + len(stripped), quote + len(body), '"' + comma)
    return Cause(quote, quote + len(body), "the string is not closed on its line", (edit,))


def bad_escape(text: str, error: NotJson) -> Iterator[Cause]:
    """Find an escape that JSON does not allow."""
    if not error.reason.startswith("Invalid \\"):
        return
    at = text.rfind("\\", 0, error.offset + 1)
    letter = text[at + 1 : at + 2]
    message = (
        f"`\\{letter}` is not a valid JSON escape"
        if letter.strip()
        else "backslash at the end of a line"
    )
    if letter == "'":
        yield Cause(at, at + 2, message, ((at, at + 1, ""),), "write ' without a backslash", True)
    elif not letter.strip():
        end = at + 3 if text[at + 1 : at + 3] == "\r\n" else at + 2
        yield Cause(at, at + 1, message, ((at, end, "\\n"),))
    elif letter in ("u", "x", "U") or letter.isdigit():
        message = "`\\u` needs four hexadecimal digits" if letter == "u" else message
        yield Cause(at, at + 2, message, ((at, at + 1, "\\\\"),))
    else:
        edit = (at, at + 1, "\\\\")
        yield Cause(at, at + 2, message, (edit,), f"double the backslash: \\\\{letter}", True)


def unterminated(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a string that runs to the end of the text."""
    if error.reason.startswith("Unterminated string"):
        backslashes = len(text) - len(text.rstrip("\\"))
        edit = (len(text) - backslashes % 2, len(text), '"')
        yield Cause(error.offset, len(text), "the string is never closed", (edit,))


def other_quotes(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a string in other quotes than double ones."""
    pattern = _QUOTED.get(text[error.offset])
    if pattern and (found := pattern.match(text, error.offset)):
        edit = (*found.span(), '"' + _TO_ESCAPE.sub(_escaped, found[1]) + '"')
        message = "JSON strings need double quotes"
        yield Cause(*found.span(), message, (edit,), 'use "..."', True)


def _escaped(found: re.Match[str]) -> str:
    """Return a piece of a string in other quotes as it is written in double quotes."""
    piece = found[0]
    if not piece.startswith("\\"):
        return json.dumps(piece)[1:-1]
    if piece == "\\'":
        return "'"
    return piece if piece[1:] in tuple('"\\/bfnrt') or len(piece) > 2 else f"\\{piece}"


def unescaped_quote(text: str, error: NotJson) -> Iterator[Cause]:
    """Find a double quote inside a string, without its backslash."""
    at = error.offset
    if not error.reason.startswith("Expecting ','") or text[at - 1] != '"' or text[at] in '"]}':
        return
    line_end = text.find("\n", at)
    line_end = len(text) if line_end < 0 else line_end
    closing = re.compile(r'(?<!\\)"(?=[\s,\]}]*$)').search(text[at:line_end])
    if not closing:
        return
    stop = at + closing.start()
    edit = (at - 1, stop, re.sub(r'(?<!\\)"', r"\\\g<0>", text[at - 1 : stop]))
    message = 'a `"` inside a string needs a backslash before it'
    yield Cause(at - 1, at, message, (edit,), 'write it as \\"')
