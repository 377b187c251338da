"""Account types that a README shows: administrators copy them, with their mistakes.

They are in code blocks, as JSON or as the body of a command that puts one into CouchDB: curl,
HTTPie or xh. Other code may have a secret too: a shell command, JavaScript, YAML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple
from urllib.parse import unquote

import manifest_lint.document.go_json  # noqa: F401  # brings the error handler "go"
from manifest_lint.document.document import Secrets

LIMIT = 1024 * 1024
"""A README of this many bytes or more is not read."""

_MENTION = re.compile(rb"grant_mode|auth_endpoint|account_types")
_MAY_HAVE_A_SECRET = re.compile(
    rb"secret|token|passw|pwd|key|bearer|basic|credential|\s-[ua]|--user|--proxy-user|--auth"
    rb"|://[^\s/@]{1,99}:[^\s/@]{8,99}@",
    re.IGNORECASE,
)
_IN_A_URL = re.compile(r"://[^\s:/@\"'`]{1,99}:([^\s:/@\"'`]{8,99})@")
_INLINE = re.compile(r"`[^`\n]{1,1000}`")
_KEY = re.compile(r'"(?:grant_mode|auth_endpoint|token_endpoint)"\s*:')
_LEFT_OUT = re.compile(r"(?:^|[,{])[ \t]*(?:\.{3}|\u2026)", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
# Not shlex: it does not say where a word is, and an apostrophe in a comment stops it. A body made
# of several words is not JSON as written.
_COMMAND = re.compile(
    r"\bcurl\b|(?<!\S)(?:https?|xhs?)(?=\s)"
    r"|<<-?[ \t]*([\"']?)(?P<end>\w+)\1"
    r"|(?:(?<!\S)(?:-d|--data(?:-raw|-binary|-ascii)?|--json|--raw)(?:=|\\?\s)*"
    r"|<<<[ \t]*|(?P<echo>\becho(?:[ \t]+-\w+)*[ \t]+))"
    r"(?:'(?P<body>\s*[\[{][^']*)'|\"(?P<quoted>\s*[\[{](?:[^\"\\]|\\.)*)\")(?=[\s;|&)]|$)",
    re.DOTALL,
)
_STARTS_JSON = re.compile(r"\s*[\[{]")
_PIPE = re.compile(r"\s*\|")
_DATABASE = re.compile(r"account_types(?:/(?P<name>[\w.%-]+))?")
_LOCAL = re.compile(r"\b(?:localhost|127\.0\.0\.1)\b|\[::1\]", re.IGNORECASE)
_FAR = 1000
"""A command's address is looked for in at most this many characters after its body."""

_LONGEST_HERE = 20_000
_MOST_HERE = 500
"""At most this many here-documents of a block are read, each up to a length."""


class Example(NamedTuple):
    """JSON in a README: where it starts, and its text.

    `is_sent` is whether a command sends it to a database of account types, `is_local` whether
    that is on the reader's own machine, and `id` what the command's address calls it, or "".
    """

    start: int
    text: str
    id: str = ""
    is_sent: bool = False
    is_local: bool = False

    def __repr__(self) -> str:
        return "Example(...)"  # it may have a secret

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


class Examples(NamedTuple):
    """The account types in a README.

    `data` is its text as one JSON list of what is in `found`: each is where it was, and all else is
    blank. `secrets` are those in the rest of its code.
    """

    data: bytes
    found: tuple[Example, ...]
    secrets: Secrets = ()

    def __repr__(self) -> str:
        return "Examples(...)"  # they may have secrets


def examples(data: bytes) -> Examples | None:
    """Return the account types and secrets in a README's bytes.

    None if it shows neither, or is too long.
    """
    has_types, may_have_a_secret = _MENTION.search(data), _MAY_HAVE_A_SECRET.search(data)
    if len(data) >= LIMIT or not (has_types or may_have_a_secret):
        return None
    text = data.decode("utf-8", "go")
    if text.startswith("\ufeff"):
        text = f" {text[1:]}"
    found = tuple(
        one
        for one in (_bodies(text) if has_types else ())
        if (one.is_sent or _KEY.search(one.text)) and not _LEFT_OUT.search(one.text)
    )
    starts = [one.start for one in found]
    ends = list(accumulate((one.end for one in found), max, initial=0))
    secrets = tuple(
        secret
        for secret in (_secrets(text) if may_have_a_secret else ())
        if secret[0] >= ends[bisect_right(starts, secret[0])]
    )
    if not found and not secrets:
        return None
    return Examples(
        _as_list(text, found or (Example(secrets[0][0] + 1, ""),)).encode(), found, secrets
    )


def _as_list(text: str, found: tuple[Example, ...]) -> str:
    """Return a text with only the bodies that were found in it, as items of a JSON list."""
    chars = list(_blank(text))
    for one in found:
        chars[one.start : one.end] = one.text
    for mark, one in zip("," * (len(found) - 1) + "]", found, strict=True):
        at = one.end
        while at < len(chars) and chars[at] in "\r\n":
            at += 1
        chars[at : at + 1] = [mark]
    at = found[0].start - 1
    while chars[at] in "\r\n":
        at -= 1
    chars[at] = "["
    return "".join(chars)


def _secrets(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each secret in code: start, end, and what names it."""
    if next(_secrets_in(text), None) is None:
        return
    inline = [(found.start(), found[0]) for found in _INLINE.finditer(text)]
    seen: set[int] = set()
    for offset, code in sorted((*_code_blocks(text), *inline)):
        for start, end, name in _secrets_in(code):
            if offset + start not in seen:
                seen.add(offset + start)
                yield offset + start, offset + end, name


def _secrets_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each secret in a text: start, end, and what names it; passwords in URLs too."""
    # Only for a README that may have one.
    from manifest_lint.document.secret import is_a_secret_among_words
    from manifest_lint.document.secret_checks import is_made_up
    from manifest_lint.document.secret_text import secrets_in_text

    yield from secrets_in_text(text)
    for found in _IN_A_URL.finditer(text):
        if is_a_secret_among_words(found[1]) and not is_made_up(found[1]):
            yield *found.span(1), "user"


def _bodies(text: str) -> Iterator[Example]:
    """Yield the JSON that is a code block, or is sent by a command in one."""
    for start, block in _code_blocks(text):
        body = block.strip()
        if body.startswith(("{", "[")):
            yield Example(start + len(block) - len(block.lstrip()), body)
            continue
        for one in _sent_in(block):
            yield one._replace(start=start + one.start)


def _sent_in(block: str) -> Iterator[Example]:
    """Yield the JSON that commands in a code block send."""
    command, here, at = None, 0, 0
    below, has_json = 0, False  # where the line after this one starts, whether JSON is there
    while found := _COMMAND.search(block, at):
        first = found.start() if command is None else command
        at = found.end()
        if found["end"]:
            if below < at:  # only once for a line, which may have many such words
                below = block.find("\n", at) + 1 or len(block) + 1
                has_json = _STARTS_JSON.match(block, below) is not None
            if not has_json:
                at = found.start() + 1
                continue
            at = below
            here += 1
            if here <= _MOST_HERE and (body := _here_document(block, at, found["end"])):
                yield _sent(block, first, (at, at + len(body)))._replace(start=at, text=body)
            command = None
        elif (group := found.lastgroup) is None:
            command = found.start()
        elif command is not None or (found["echo"] and _PIPE.match(block, found.end())):
            sent = found[group] if group == "body" else _without_escapes(found[group])
            yield _sent(block, first, found.span())._replace(start=found.start(group), text=sent)
            command = None


def _here_document(block: str, start: int, word: str) -> str:
    """Return the lines from `start` up to the one with the word that ends them, "" without it."""
    lines = block[start : start + _LONGEST_HERE]
    end = re.search(rf"^[ \t]*{word}[ \t\r]*$", lines, re.MULTILINE)
    return lines[: end.start()].rstrip() if end else ""


def _sent(block: str, command: int, body: tuple[int, int]) -> Example:
    """Return what a command's address says, before its body or in the line after it."""
    start, end = body
    line_end = block.find("\n", end, end + _FAR)
    last = line_end if line_end >= 0 else end + _FAR
    found = _DATABASE.search(block, command, start) or _DATABASE.search(block, end, last)
    if not found:
        return Example(0, "")
    name = unquote(found["name"] or "")
    before = block[max(0, found.start() - _FAR) : found.start()].split()
    is_local = bool(before) and _LOCAL.search(before[-1]) is not None
    if name.startswith("_"):  # an address of CouchDB itself
        return Example(0, "", "", name == "_bulk_docs", is_local)
    return Example(0, "", name, True, is_local)


def _without_escapes(text: str) -> str:
    r"""Return a body in double quotes as the shell reads it, of the same length.

    Each `\"` is a quote with a blank before it or, where it ends a string, after it.
    """
    pieces = text.split('\\"')
    joined = pieces[0]
    for number, piece in enumerate(pieces[1:]):
        joined += (' "' if number % 2 == 0 else '" ') + piece
    return joined


def _code_blocks(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each code block; what is before its lines is blank."""
    from markdown_it import MarkdownIt  # slow to load: only for a README with account types

    lines = [(found.start(), found[0].rstrip("\r\n")) for found in _LINE.finditer(text)]
    markdown = MarkdownIt("commonmark").disable(["inline", "text_join"])
    for token in markdown.parse(text):
        if token.type not in ("fence", "code_block") or not token.map:
            continue
        first = token.map[0] + (token.type == "fence")
        pieces: list[tuple[int, str]] = []
        for number, code in enumerate(token.content.removesuffix("\n").split("\n"), first):
            offset, line = lines[number]
            piece = code.lstrip()  # before it, markdown-it may have put spaces for a tab
            if line.endswith(piece):
                pieces.append((offset + len(line) - len(piece), piece))
        if pieces:
            yield pieces[0][0], _joined(text, pieces)


def _joined(text: str, pieces: list[tuple[int, str]]) -> str:
    """Return `text` from its first piece to its last, with all between the pieces blank."""
    start = pieces[0][0]
    laid = []
    for offset, piece in pieces:
        laid += [_blank(text[start:offset]), piece]
        start = offset + len(piece)
    return "".join(laid)


def _blank(text: str) -> str:
    """Return `text` with a space for every character but line breaks."""
    return re.sub(r"[^\r\n]", " ", text)
