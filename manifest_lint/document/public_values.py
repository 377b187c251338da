"""Which values under keys of secrets are public: selectors, code, names, sentences.

Unlike random characters, they are a word, or words joined as programs join them, with
at most two digits after each.
"""

from __future__ import annotations

import re

from manifest_lint.document.secret import is_a_secret_among_words, is_a_variable
from manifest_lint.document.secret_names import perhaps_names_a_secret, surely_names_a_secret

_LONGEST = 200
_WORD = r"[a-z]{1,30}[0-9]{0,2}"
_NEXT = rf"[-_](?:{_WORD}|[0-9]{{1,2}})"
_NAME = rf"{_WORD}(?:{_NEXT}){{0,9}}"
_MEMBERS = r"[a-z_$][\w$]{0,60}(?:\.[a-z_$][\w$]{0,60}){0,9}"
_MOST_DIGITS_OF_A_NAME = 2

_CODE = (
    rf"(?ia)[#.]{_NAME}"  # a selector of CSS, by an id or a class
    rf"|\$\.{_NAME}(?:\.{_NAME}){{0,9}}"  # JSONPath
    rf"|(?:\.{{0,2}}|~)/(?:{_NAME}/){{1,9}}{_NAME}(?:\.[a-z]{{1,5}})?/?"  # a path
    r"|\^.*\$|/.*/[gimsuy]{1,4}"  # a regular expression
)
_HAS_CODE = (
    r"(?ia)\[@?[a-z][\w:-]{0,60}(?:[~|^$*]?=[^\[\]]{0,99})?\]"  # an attribute, of CSS or XPath
    r"|=>|\w\([^()]{0,99}\)|\(\)"  # a function, a call
    r"|\\[dwsb]|\[\^?\w-\w|[\])\w]\{[0-9]{1,3}(?:,[0-9]{0,3})?\}"  # a regular expression
)
_KIND = (
    r"(?ia)(?:jw[stek]|jwt|paseto|macaroons?|saml|oauth|oidc|openid|mac|hmac|otp|totp|hotp|sha|md"
    r"|aes|rsa|[hrep]s|v|version)[-_ ]?[0-9]{0,3}(?:\.[0-9])?[a-z]?"
    r"|same-origin|omit|include|withCredentials|use-credentials|anonymous"
)
"""Names of formats, methods and their versions, and what `credentials` may be in `fetch` and HTML
[Fetch Standard, 5.4; HTML Standard, 2.5.4]."""

_SCHEME = r"(?i)(?:bearer|basic|token)\s+(?=\S+$)"
_LINES = r"[\n\r]|PRIVATE KEY"


def is_public(key: str, value: str | int | float) -> bool:
    """Return whether a value is public by its form, although its key may name a secret.

    It is code, a name, a kind of secret, a sentence, or a number of tokens.
    """
    if not isinstance(value, str):
        return "token" in key.lower()  # a limit or a time: tokens are text
    text = re.sub(_SCHEME, "", value.strip())
    words = text.split()
    if len(words) > 1:
        is_random = (is_a_secret_among_words(one) and not _is_word(one) for one in words)
        return not re.search(_LINES, text) and not any(is_random)
    return _is_word(text)


def _is_word(text: str) -> bool:
    if len(text) > _LONGEST:
        return False
    return _is_code(text) or _is_a_name(text) or re.fullmatch(_KIND, text) is not None


def _is_code(text: str) -> bool:
    is_member = "." in text and is_a_name_in_code(text)
    return (
        is_member or re.fullmatch(_CODE, text) is not None or re.search(_HAS_CODE, text) is not None
    )


def is_a_name_in_code(text: str) -> bool:
    """Return whether a text may be a name in a program, or a member: `fields.accessToken2`."""
    has_few_digits = sum(map(str.isdigit, text)) <= _MOST_DIGITS_OF_A_NAME
    return has_few_digits and re.fullmatch(_MEMBERS, text, re.IGNORECASE | re.ASCII) is not None


def _is_a_name(text: str) -> bool:
    """Return whether a text is the name of a variable, or of what has a secret: `access_token2`."""
    if is_a_variable(text):
        return True
    name = re.sub("[-_]?[0-9]{1,2}$", "", text)
    is_joined = re.fullmatch(rf"{_WORD}(?:{_NEXT}){{1,9}}", text, re.IGNORECASE | re.ASCII)
    return is_joined is not None and (surely_names_a_secret(name) or perhaps_names_a_secret(name))
