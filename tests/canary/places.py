"""The secrets, one for each place that may have one, and their encodings."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote, quote_plus, unquote_plus

from manifest_lint.text.substrings import Finder, finder

SECRETS = {
    place: f"c4n&ry/{number:02}+é'S"
    for number, place in enumerate(
        (
            "client_secret",
            "text",
            "list",
            "object",
            "fcm",
            "unknown",
            "misspelt",
            "number",
            "user",
            "query",
            "token",
            "strayed",
            "readme",
            "broken",
            "live",
            "filled",
            "password",
            "refused",
            "netrc",
            "camel",
            "api",
            "extra",
            "fragment",
            "command",
            "url",
            "link",
            "typed",
            "state",
            "path",
            "scope",
            "spaced",
            "encoded",
            "cut",
            "piped",
            "header",
            "option",
            "variable",
            "setting",
            "reason",
            "slug",
            "proposed",
            "again",
            "starts",
            "described",
            "version",
            "echoed",
            "named",
            "theirs",
            "theirs_in_broken",
            "unnamed",
            "unfinished",
            "within",
            "trailing",
            "comment",
            "labelled",
            "pem",
            "user_option",
            "quoted",
            "inner",
            "deep",
            "fixed",
            "folder",
            "git",
            "redirect",
            "elsewhere",
            "shown",
        )
    )
}
"""A canary for each place that may have a secret."""

SECRETS["key"] = "GOC" + "SPX-c4n4ryInAKey7Zq8Wx5Vb2Nm3Kp1"
SECRETS["short"] = "ç4ñ"
SECRETS["listed"] = "ñ4ç"
SECRETS["repeated"] = "ß7"
SECRETS["pwd"] = "ø5"
SECRETS["word"] = "ßñøé"
SECRETS["host"] = "h0stc4n4ry"
SECRETS["rest"] = "r3stc4n4ry"
SECRETS["file"] = "f1lec4n4ry"
SECRETS["after"] = "ç4n/after"
SECRETS["spaces"] = "sp4c!(%2b*c4n ry~é"
SECRETS["halves"] = "h4lfc4n4ry&0therc4n4ry"
SECRETS["escapes"] = "esc/c4n4ry7"
SECRETS["slashes"] = "sl4shc4n4ry"
SECRETS["solidus"] = "s0lidusc4n4ry"
SECRETS["capitals"] = "C4pit4lC4n4ry"

_SHORTEST_HALF = 4
"""Characters of a part that is hidden by itself."""


@cache
def forms(secret: str) -> tuple[str, ...]:
    """Return every string that reveals a secret: the secret itself and its encodings."""
    data = secret.encode()
    in_base64 = [
        base64.b64encode(b"\0" * shift + data).decode()[-(-shift * 8 // 6) :][:-4]
        for shift in range(3)
    ]
    escaped = json.dumps(secret)[1:-1]
    found = (
        secret,
        escaped,
        escaped.replace("/", "\\/"),
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(secret, safe="$&+,;="),  # as Go has user information
        data.hex(),
        repr(secret)[1:-1],
        secret.replace("'", "'\"'\"'"),  # as shells have it
        repr(data)[2:-1],
        secret.encode("unicode_escape").decode(),
        secret.lower(),
        unquote_plus(secret),
        *in_base64,
    )
    return tuple(form for form in dict.fromkeys(found) if len(form) > 5 or form == secret)


def readings(text: str) -> Iterator[str]:
    """Yield a text, and those of its lines that readers of a format read in another way.

    Those are HTML and XML, Markdown, GitHub's commands, JSON pointers, URLs in one another, and
    JSON that escapes what it may.
    """
    yield text
    lines = text.splitlines()
    for read in (
        html.unescape,
        lambda line: re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line),
        lambda line: line.replace("%25", "%"),
        lambda line: line.replace("~1", "/").replace("~0", "~"),
        unquote_plus,
        lambda line: unquote_plus(unquote_plus(line)),
        lambda line: re.sub(r"\\u00(..)", _character, line.replace("\\/", "/")),
    ):
        if other := [new for line in lines if (new := read(line)) != line]:
            yield "\n".join(other)


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if re.fullmatch("[0-9a-fA-F]+", escape[1]) else escape[0]


@cache
def _searched() -> tuple[tuple[tuple[str, str], ...], Finder]:
    """Return what reveals a secret, each with its place, and what finds all of that at once.

    That is also each half of a secret with `&`, where a URL is cut.
    """
    found = {
        (place, form): None
        for place, secret in SECRETS.items()
        for one in (secret, *secret.split("&"))
        if one == secret or len(one) >= _SHORTEST_HALF
        for form in forms(one)
    }
    return tuple(found), finder((form.encode() for _, form in found), "all")


def leaked(name: str, text: str) -> list[str]:
    """Name the secrets in an output."""
    known, search = _searched()
    return [
        f"{name}: {known[number][0]} as {known[number][1]!r}"
        for reading in readings(text)
        for number in sorted({one for one, _, _ in search(reading.encode("utf-8", "replace"))})
    ]
