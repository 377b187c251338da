"""Account types that a README shows: administrators copy them, with their mistakes.

They are in code blocks, as JSON or as the body of a curl command that puts one into CouchDB. Other
code may have a secret too: a shell command, JavaScript, YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import manifest_lint.document.go_json  # noqa: F401  # brings the error handler "go"
from manifest_lint.document.document import Secrets

LIMIT = 1024 * 1024
"""A README of this many bytes or more is not read."""

_MENTION = re.compile(rb"grant_mode|auth_endpoint")
_MAY_HAVE_A_SECRET = re.compile(
    rb"secret|token|passw|pwd|key|bearer|basic|credential|-u |--user", re.IGNORECASE
)
_INLINE = re.compile(r"`[^`\n]{1,1000}`")
_KEY = re.compile(r'"(?:grant_mode|auth_endpoint|token_endpoint)"\s*:')
_LEFT_OUT = re.compile(r"(?:^|[,{])[ \t]*(?:\.{3}|\u2026)", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
# Not shlex: it does not say where a word is, and an apostrophe in a comment stops it. A body in
# double quotes, or made of several words, is not JSON as written.
_CURL = re.compile(
    r"\bcurl\b|(?<!\S)(?:-d|--data(?:-raw|-binary|-ascii)?|--json)(?:=|\\?\s)*"
    r"'(?P<body>\s*\{[^']*)'(?=[\s;|&)]|$)"
)
_ID = re.compile(r"account_types/([\w.%-]+)")
_FAR = 1000
"""A curl command's address is looked for in at most this many characters after its body."""


@dataclass(frozen=True, slots=True)
class Examples:
    """The account types in a README.

    `data` is its text as one JSON list of them: each is where it was, and all else is blank. `ids`
    has one id for each, from its curl command's address; "" if there is none. `secrets` are those
    in the rest of its code.
    """

    data: bytes
    ids: tuple[str, ...]
    secrets: Secrets = ()


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
    found = []
    if has_types:
        found = [
            (start, body, name)
            for start, body, name in _bodies(text)
            if _KEY.search(body) and not _LEFT_OUT.search(body)
        ]
    read = [(start, start + len(body)) for start, body, _ in found]
    secrets = tuple(
        one
        for one in (_secrets(text) if may_have_a_secret else ())
        if not any(start <= one[0] < end for start, end in read)
    )
    if not found and not secrets:
        return None
    ids = tuple(name for *_, name in found)
    return Examples(_as_list(text, found or [(secrets[0][0] + 1, "", "")]).encode(), ids, secrets)


def _as_list(text: str, found: list[tuple[int, str, str]]) -> str:
    """Return a text with only the bodies that were found in it, as items of a JSON list."""
    chars = list(_blank(text))
    for start, body, _ in found:
        chars[start : start + len(body)] = body
    for mark, (start, body, _) in zip("," * (len(found) - 1) + "]", found, strict=True):
        at = start + len(body)
        while at < len(chars) and chars[at] in "\r\n":
            at += 1
        chars[at : at + 1] = [mark]
    at = found[0][0] - 1
    while chars[at] in "\r\n":
        at -= 1
    chars[at] = "["
    return "".join(chars)


def _secrets(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield each secret in code: start, end, and what names it."""
    from manifest_lint.document.secret_text import secrets_in_text  # only if there may be one

    if next(secrets_in_text(text), None) is None:
        return
    inline = [(found.start(), found[0]) for found in _INLINE.finditer(text)]
    seen: set[int] = set()
    for offset, code in sorted((*_code_blocks(text), *inline)):
        for start, end, name in secrets_in_text(code):
            if offset + start not in seen:
                seen.add(offset + start)
                yield offset + start, offset + end, name


def _bodies(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield each JSON object that is a code block, or is sent by a curl command in one.

    Each is (offset, text, the id at the end of the command's address).
    """
    for start, block in _code_blocks(text):
        body = block.strip()
        if body.startswith("{"):
            yield start + len(block) - len(block.lstrip()), body, ""
            continue
        command = None
        for found in _CURL.finditer(block):
            if found["body"] is None:
                command = found.start()
            elif command is not None:
                end = found.end()
                line_end = block.find("\n", end, end + _FAR)
                name = _ID.search(block, command, found.start()) or _ID.search(
                    block, end, line_end if line_end >= 0 else end + _FAR
                )
                yield start + found.start("body"), found["body"], unquote(name[1]) if name else ""
                command = None


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
