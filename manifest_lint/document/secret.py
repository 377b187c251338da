"""What is a secret, what is a placeholder for one, and how secrets are hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote_plus

from manifest_lint.document.go_json import fold

MASK = "***"
"""What is shown instead of a secret."""

SECRET_KEYS = frozenset(
    ("client_secret", "secret", "fcm_credentials", "access_token", "refresh_token", "password")
)
"""Folded keys of an account type whose values are secrets, at any depth."""

PUBLIC_KEYS = frozenset(
    (
        "_id",
        "_rev",
        "id",
        "slug",
        "grant_mode",
        "client_id",
        "auth_endpoint",
        "manage_endpoint",
        "reconnect_endpoint",
        "token_endpoint",
        "token_mode",
        "redirect_uri",
        "redirect_url",
        "skip_redirect_uri_on_authorize",
        "skip_state_on_token",
    )
)
"""Folded keys of an account type whose values may be shown. Under any other key there may be a
secret, as keys are misspelt."""

_LIKE_A_SECRET = r"secret|secert|token|passw|private|api_?key"
_CLIENT_SECRET = r"client_?secret"
_VARIABLE = r"\$(?:(\w+)|\{(\w+)\})"
_PLACEHOLDER = r"\.{3}|\u2026|\$\w+|\$\{\w+\}|<[^<>]+>|x{3,}"
_AROUND = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))
"""The categories of white space and control characters [Unicode, DerivedGeneralCategory]."""
_STAND_IN = (
    r"\W*|none|null|n/a|tbd|test|foo"
    r"|(?=[^0-9]*$).*(?:secret|token|your|change|replace|todo|fixme|dummy|example|sample|fake"
    r"|placeholder|insert|redacted).*"
)
"""Words without a digit that people write instead of a secret, besides placeholders."""


Source = Callable[[str], str | None]
"""Returns the value of a variable that a placeholder names, None if it is not set.

The environment's is `environment.get`.
"""


class Secret:
    """A string that is never shown: printed, it is `***`. `reveal` returns it.

    It is not a str: joining and encoding would read that without asking.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str):
        self._value = value

    def __repr__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        return (Secret, (repr(self),))

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value


class Hider:
    """Hides secrets in a string: as they are, URL-encoded, and with the escapes of JSON."""

    def __init__(self, secrets: Iterable[str]):
        found = set(secrets) - {""}
        found |= {quote_plus(one, errors="surrogatepass") for one in found} | {
            json.dumps(one, ensure_ascii=ascii)[1:-1] for one in found for ascii in (False, True)
        }
        longest_first = sorted(found, key=len, reverse=True)  # one may be part of another
        self._secret = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """Return a string with `***` in place of each secret."""
        return self._secret.sub(MASK, text)


def is_placeholder(value: object) -> bool:
    """Return whether a value is a placeholder, to be filled in: `...`, `$NAME`, `<NAME>`."""
    return isinstance(value, str) and _matches(_PLACEHOLDER, value.strip())


def looks_real(text: str) -> bool:
    """Return whether a string may be a secret: not a placeholder, nor a word written for one."""
    return not is_placeholder(text) and not is_stand_in(text)


def is_stand_in(text: str) -> bool:
    """Return whether a string is a word that people write instead of a secret."""
    return _matches(_STAND_IN, text, re.DOTALL)


def variable(value: object) -> str:
    """Return the name of the environment variable that a placeholder names; empty for none."""
    found = re.fullmatch(_VARIABLE, value.strip(), re.ASCII) if isinstance(value, str) else None
    return (found[1] or found[2]) if found else ""


class Unresolved(ValueError):
    """There is no value for a placeholder; the message says why, after its name."""


def resolve(value: str, source: Source) -> Secret:
    """Return the secret that a value is, or that its placeholder names in a source.

    Raises Unresolved for a placeholder without a variable, or whose variable has no secret.
    """
    name = variable(value)
    if not name:
        if is_placeholder(value):
            raise Unresolved("is a placeholder that names no variable")
        return Secret(bare(value))
    found = source(name)
    if found is None:
        raise Unresolved(f"${name} is not set")
    if not bare(found):
        raise Unresolved(f"${name} is empty")
    if is_placeholder(bare(found)):
        raise Unresolved(f"${name} holds another placeholder")
    return Secret(bare(found))


def bare(value: str) -> str:
    """Return a value without the white space and control characters around it.

    A file adds a line break, an editor a byte order mark, a web page a no-break space.
    """
    if value.isascii() and value.isprintable():
        return value.strip(" ")
    from unicodedata import category  # only for the values that need it

    start, end = 0, len(value)
    while start < end and category(value[start]) in _AROUND:
        start += 1
    while start < end and category(value[end - 1]) in _AROUND:
        end -= 1
    return value[start:end]


def names_a_secret(key: str) -> bool:
    """Return whether the value under a key is a secret, by the key's name."""
    folded = fold(key)
    return folded in SECRET_KEYS or (
        folded not in PUBLIC_KEYS and re.search(_LIKE_A_SECRET, key, re.IGNORECASE) is not None
    )


def names_a_client_secret(key: str) -> bool:
    """Return whether a key of a manifest holds a client secret that does not belong there.

    The other names mean nothing in a manifest: it describes fields named password.
    """
    return _matches(_CLIENT_SECRET, key)


def mentions_a_client_secret(text: str) -> bool:
    """Return whether a file may have such a key."""
    return re.search(_CLIENT_SECRET, text, re.IGNORECASE) is not None


def may_be_secret(keys: tuple[str, ...], text: str) -> bool:
    """Return whether a value of an account type, as JSON and under these keys, may be a secret.

    It may unless its key is known to be public: secrets are also under misspelt keys, and in the
    user info, query or fragment of a URL.
    """
    if any(fold(key) in SECRET_KEYS for key in keys):
        return True
    return not keys or fold(keys[-1]) not in PUBLIC_KEYS or any(mark in text for mark in "@?#")


def secrets_in(value: Any, keys: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield each string or number of a decoded account type that may be a secret, as a string."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from secrets_in(inner, (*keys, key))
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_in(inner, keys)
    elif isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        text = json.dumps(value)
        if may_be_secret(keys, text):
            yield value if isinstance(value, str) else text


def _matches(pattern: str, text: str, flags: int = 0) -> bool:
    return re.fullmatch(pattern, text, re.IGNORECASE | flags) is not None
