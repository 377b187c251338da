"""The secrets within a secret that has a structure: JSON, a header, a URL, `NAME=value`, a key.

Services give credentials as a document, and people put that into one variable. Code has only the
part that it needs, or the lines of a key as lines.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from manifest_lint.document.go_json import NotJson, decode
from manifest_lint.document.secret import is_a_secret, is_a_secret_among_words
from manifest_lint.document.secret_names import named_secrets, names_a_secret

_LONGEST = 65_536
"""Characters of a value that is read for its parts."""

_HEADER = r"(?i:(?:[\w-]{1,60}:\s{0,9})?(bearer|basic|token|apikey)\s{1,9}(\S+))"
_IS_PUBLIC = r"(?:[a-z]I|[_-]i|\bi|I)[dD]$|(?i:ur[il]|email|domain|name|slug|version|scope)$"
"""Keys in a document of credentials whose values are public: `client_id`, `projectId`."""

_ESCAPED_BREAKS = r"(?:\\r)?\\n"


def parts(value: str) -> Iterator[str]:
    """Yield what is secret within a secret, and the secret with other line breaks."""
    if len(value) > _LONGEST:
        return
    yield from _with_other_breaks(value)
    if value[:1] in ("{", "["):
        yield from _of_json(value)
    elif found := re.fullmatch(_HEADER, value):
        yield found[2]
        if found[1].lower() == "basic":
            yield from _of_basic(found[2])
    elif "://" in value:
        yield from passwords(value)
        yield from (text for _, text in secret_parameters(value))
    elif re.search("[=: ]", value):
        from manifest_lint.document.secret_text import secrets_in_text  # only for such a value

        yield from (value[start:end] for start, end, _ in secrets_in_text(value))


def _of_json(text: str) -> Iterator[str]:
    try:
        value = decode(text)[0]
    except NotJson:
        return
    random = (
        text
        for pointer, _, text in named_secrets(value, bool)
        if is_a_secret_among_words(text) and not re.search(_IS_PUBLIC, str(pointer[-1]))
    )
    named = (text for *_, text in named_secrets(value) if is_a_secret(text))
    for inner in dict.fromkeys((*random, *named)):
        yield inner
        yield from _with_other_breaks(inner)


def _with_other_breaks(text: str) -> Iterator[str]:
    for written in (re.sub(_ESCAPED_BREAKS, "\n", text), text.replace("\r\n", "\n")):
        if written != text:
            yield written


def _of_basic(encoded: str) -> Iterator[str]:
    """Yield the password that Basic authentication sends [RFC 7617, section 2]."""
    try:
        yield binascii.a2b_base64(encoded).partition(b":")[2].decode()
    except ValueError:
        return


def secret_parameters(url: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of a URL whose names are those of secrets."""
    for name, value in parse_qsl(url.partition("?")[2].partition("#")[0]):
        if names_a_secret(name):
            yield name, value


def passwords(url: str) -> Iterator[str]:
    """Yield the password of a URL, as it is sent; nothing if it has none."""
    try:
        yield from filter(None, [unquote(urlsplit(url).password or "")])
    except ValueError:
        return
