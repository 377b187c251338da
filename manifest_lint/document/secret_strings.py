"""Secrets in one string of a manifest: by their form, in JSON, or as `client_secret=...`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from manifest_lint.document.go_json import NotJson, decode
from manifest_lint.text.digits import has_long_word, has_word_with_digit

_LONG = 24
"""Characters of the shortest word of a secret that may be without a digit by chance."""

_SHORT_WITHOUT_DIGIT = ("WPL_AP", "Q~")
"""How others start, or what they have, that may be without a long word with a digit."""

MAY_HAVE_A_FORM = (
    r"(?a)[0-9][\w-]{8}|[\w-]{8}[0-9]|://[^\s/@]{0,99}@|PRIVATE KEY|kty"
    rf"|[\w-]{{{_LONG}}}|{'|'.join(_SHORT_WITHOUT_DIGIT)}"
)
"""What every known form of a secret has; most manifests have nothing of it."""

PRIVATE_KEY = "PRIVATE KEY"
_DIGITS = frozenset("0123456789")
_MARKS = _DIGITS | frozenset("{[")
"""What a string has that a key does not name, if it has a secret without a known form: see
`json_in` and `pairs_within`. Most strings have nothing of it."""

SHORTEST_FORM = 16
SHORTEST_URL = 6
"""Characters of the shortest string with a form: `://:p@`."""

_SHORT = 2000
"""Characters of a string for which is kept what was found: an editor checks the same ones again at
each keystroke, and connectors have them in common."""


def may_have_a_form(text: str, shortest: int = 9) -> bool:
    """Return whether a text may have a secret with a known form, but for a password in a URL.

    `shortest` is how long a word with a digit has to be.
    """
    return (
        has_word_with_digit(text, shortest)
        or has_long_word(text, _LONG)
        or PRIVATE_KEY in text
        or "kty" in text
        or any(one in text for one in _SHORT_WITHOUT_DIGIT)
    )


def strings_may_have_a_form(text: str) -> bool:
    """Return whether `MAY_HAVE_A_FORM` may be in a string or key in JSON text."""
    return (
        ("\\" in text and "\\u" in text)  # any character may be written so
        or may_have_a_form(text)
        or ("@" in text and re.search(r":(?:\\?/){2}[^\s/@]{0,99}@", text) is not None)
    )


def kind_of(text: str) -> str | None:
    """Return the form of the first secret in a string that has a known one."""
    return _kind_of_short(text) if len(text) <= _SHORT else _searched(text)


def _searched(text: str) -> str | None:
    if not re.search(MAY_HAVE_A_FORM, text):
        return None
    from manifest_lint.document.secret_forms import kind_of  # only for a likely one

    return kind_of(text)


_kind_of_short = lru_cache(4096)(_searched)


def json_in(text: str) -> Any:
    """Return the value of a string that is JSON itself; None if it is not."""
    if text.lstrip()[:1] not in ("{", "[") or '"' not in text:
        return None
    try:
        return decode(text)[0]
    except NotJson:
        return None


def pairs_within(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return where each secret after its name is in a string, and the name."""
    if _DIGITS.isdisjoint(text):
        return ()  # most strings
    from manifest_lint.document.secret_text import secrets_in_text  # only for such a string

    return tuple(secrets_in_text(text))


def may_be_one(text: str, has_forms: bool) -> bool:
    """Return whether a string that no key names is a secret, has one, or is a line of one.

    `has_forms` is what `strings_may_have_a_form` returns for the text that it is from.
    """
    return (_may_be_one_short if len(text) <= _SHORT else _may_be_one)(text, has_forms)


def _may_be_one(text: str, has_forms: bool) -> bool:
    if has_forms and len(text) >= SHORTEST_URL and (PRIVATE_KEY in text or kind_of(text)):
        return True
    if len(text) < SHORTEST_FORM or _MARKS.isdisjoint(text):
        return False
    return isinstance(json_in(text), dict | list) or bool(pairs_within(text))


_may_be_one_short = lru_cache(4096)(_may_be_one)
