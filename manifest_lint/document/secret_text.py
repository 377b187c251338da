"""The secrets in text that is not JSON: `NAME=secret`, `name: "secret"`, `Bearer secret`.

Words follow a name as often as secrets do, so only what looks random is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.document.public_values import is_a_name_in_code
from manifest_lint.document.secret import is_a_secret_among_words
from manifest_lint.document.secret_checks import is_made_up
from manifest_lint.document.secret_names import perhaps_names_a_secret, surely_names_a_secret

_VALUE = r"[\"'`]?([\w.~+/%-]{8,400}={0,2})(?![\w.~+/%=:(\[{$-])"
_IS = r"(?:=>|[:=]?=|:)"
"""What is between a name and its value; HTTPie has `:=` and `==` [httpie.io/docs/cli]."""
_PATTERN = (
    rf"(?ia)(?<!\w)(?P<name>\w[\w-]{{0,60}})\\?[\"'`]?\]?\s{{0,9}}{_IS}\s{{0,9}}\\?(?:[\"'`]\\?)?{_VALUE}"
    rf"|--(?P<option>\w[\w-]{{0,60}})\s{{1,9}}{_VALUE}"
    rf"|\b(?P<scheme>bearer|basic)\s{{1,9}}(?:(?:-a|--auth)[\s=]{{1,9}})?{_VALUE}"
    r"|(?<!\S)(?:-u|--user|--proxy-user|(?P<auth>-a|--auth))"
    rf"[\s=]{{0,9}}[\"'`]?[^\s:\"'`]{{1,99}}:{_VALUE}"
)
_HTTPIE = r"(?:^|[\s`$|])(?:https?|xhs?)\s(?:\\\r?\n|[^\r\n])*\Z"
"""A command of HTTPie or xh, up to its `-a` [httpie.io/docs/cli/authentication]."""
_LONGEST_COMMAND = 500
_MARKS = r"(?i)[=:]|--|bearer|basic"
_DIGITS = frozenset("0123456789")
_PUBLIC = ("pk.", "pk_")
"""How keys start that are made to be published [docs.mapbox.com, docs.stripe.com/keys]."""


def secrets_in_text(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each secret in a text starts and ends, and what names it."""
    if _DIGITS.isdisjoint(text) and "basic" not in text.lower():
        return  # nothing in it looks random
    if not re.search(_MARKS, text):
        return
    for found in re.finditer(_PATTERN, text):
        name = found["name"] or found["option"] or found["scheme"] or "user"
        number = next(at for at in (2, 4, 6, 8) if found[at])
        if found["scheme"]:
            is_one = _is_credential(found["scheme"], found[number])
        elif found["auth"] and not _is_to_httpie(found):
            is_one = False
        else:
            is_named = name == "user" or surely_names_a_secret(name) or perhaps_names_a_secret(name)
            is_one = is_named and _is_one(found[number]) and not _is_code(found, number)
        if is_one:
            yield *found.span(number), name


def _is_to_httpie(option: re.Match[str]) -> bool:
    before = option.string[max(0, option.start() - _LONGEST_COMMAND) : option.start()]
    return bool(re.search(_HTTPIE, before))


def _is_one(value: str) -> bool:
    is_public = value.startswith(_PUBLIC) or is_made_up(value)
    return not is_public and is_a_secret_among_words(value)


def _is_code(found: re.Match[str], number: int) -> bool:
    """Return whether a value is a name in a program: `token: accessToken2`, `token=a.token2`."""
    value, before = found[number], found.string[found.start(number) - 1]
    may_be = before.isspace() or ("." in value and before not in "\"'`")
    return may_be and is_a_name_in_code(value)


def _is_credential(scheme: str, value: str) -> bool:
    """Return whether an `Authorization` header has a secret.

    Source: RFC 6750 section 2.1; RFC 7617 section 2.
    """
    if scheme.lower() == "bearer":
        return _is_one(value)
    import binascii  # only for what may be such a header

    try:
        _, colon, password = binascii.a2b_base64(value).partition(b":")
        return bool(colon) and _is_one(password.decode())
    except ValueError:
        return False
