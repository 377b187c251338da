"""Which keys name secrets, and what is under them in a document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from manifest_lint.document.go_json import RepeatedKeys, fold, members
from manifest_lint.document.secret import (
    SHORTEST,
    is_a_number_of_a_secret,
    is_a_secret,
    is_placeholder,
)

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
        "token_access_type",  # of Dropbox, in `extras`: "offline"
    )
)
"""Folded keys of an account type whose values may be shown. Under any other key there may be a
secret, as keys are misspelt."""


_LIKE_A_SECRET = r"secret|secert|token|passw|private|api_?key"
_CLIENT_SECRET = r"client_?secret"

_SURELY_A_SECRET = (
    r"secret(?!ar)|secert|token(?!iz)|passw|passphrase|pwd|mot_?de_?passe|credential|bearer"
    r"|(?:private|api|access)_?key"
)
_ABOUT_A_SECRET = (
    r"^(?:max|min|num|nb|has|is|use|needs|requires|forgot|forgotten|lost)_"
    r"|_(?:ur[il]|endpoint|type|mode|name|label|title|description|hint|help|link|field|header"
    r"|param|parameter|path|page|lifetime\w*|validity|ttl|expir\w*|length|size|min|max|pattern"
    r"|format|policy|method|alg\w*|required|id|location|selector|regexp?|count|limit|duration"
    r"|at|env|var|variable|version|prefix|suffix|input|css|class|cookie|issuer|audience|scope"
    r"|manager|question|interval|error|message|bucket|budget|quota|rate|window|threshold|capacity"
    r"|usage|cost|price|rule|requirement|strength|complexity|strategy|status|state|kind|handler"
    r"|callback|function|generator|separator|delimiter|element|xpath|attribute|attr|property)s?$"
    r"|(?:token|password|credential)s?_keys?$|(?:^|_)tokens?_per_\w+$"
    r"|(?:^|_)(?:next|page|continuation|idempotency|request|sync|delta|cancel\w*)_token$"
)
"""Names of what is said about a secret, but is not one: `token_url`, `password_length`; and of
tokens that are public, or of what may be the name of a key, `token_key`."""

_PERHAPS_A_SECRET = (
    r"(?:^|_)(?:(?:account|admin|aes|app|application|auth|authentication|authorization|client"
    r"|consumer|crypto|deploy|encryption|encrypt|decryption|hmac|jwt|licen[cs]e|master|partner|root"
    r"|rsa|server|service|session|shared|signing|signature|sign|ssh|storage|subscription|user"
    r"|webhook|token|password|credentials)_?keys?"
    r"|pin|otp|totp|mfa|cvv|pass|creds?|jwt|cookies?|authorization"
    r"|(?:pin|otp|pass|auth|authorization|security|access|sms|verification|confirmation"
    r"|confidential|one_time|mfa)_?code)$"
    r"|(?:^|_)(?<!client_)secret_id$"
)
"""Names of what is a secret at one service and public at another, and of codes that people get."""

_PARTS_OF_SURE_ONES = (
    *("secret", "secert", "token", "passw", "passphrase", "passe", "pwd", "bearer"),
    *("credential", "key"),
)
_PARTS_OF_LIKELY_ONES = (
    *("key", "pin", "otp", "cvv", "pass", "code", "cook", "jwt", "authoriz", "cred", "mfa"),
)
"""One of them is in each such name, but for ids of secrets. Few keys have one."""

_IN_PLAIN_WORDS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_PAIR = (
    r'"((?:[^"\\\n]|\\.){1,200})"\s{0,40}:\s{0,40}'
    r'(?:"((?:[^"\\\n]|\\.){1,20000})"|(-?[0-9][0-9.]{0,40})(?![\w.]))'
)
_PUBLIC_ENDS = ("_uri", "_url", "_email", "_domain")
_PUBLIC_WITHIN = frozenset(("type", "project_id", "client_id", "id", "slug"))
_NOT_A_SECRET = (
    *("name", "label", "title", "description", "help", "format", "url", "uri", "scope"),
    *("verbs", "selector"),
)
"""Keys within a secret's object that say something about it, besides those always public."""

_SHORTEST_KEY = 8
"""A shorter key, such as `key1`, is a name."""

_NAME = ("name", "key", "id", "field", "header")
NAMES = frozenset(_NAME)
"""Keys of a name; the same object may have its value: see `name_for_a_value`."""


@lru_cache(4096)
def names_a_secret(key: str) -> bool:
    """Return whether to search for the value under a key, by the key's name."""
    return is_named_like_one(key) or perhaps_names_a_secret(key)


@lru_cache(4096)
def is_named_like_one(key: str) -> bool:
    """Return whether to hide the value under a key wherever it is, by the key's name."""
    folded = fold(key)
    if folded in SECRET_KEYS or surely_names_a_secret(key):
        return True
    return folded not in PUBLIC_KEYS and re.search(_LIKE_A_SECRET, key, re.IGNORECASE) is not None


@lru_cache(4096)
def surely_names_a_secret(key: str) -> bool:
    """Return whether the value under a key is a secret by the key's name, without a false alarm.

    `names_a_secret` says where to hide and search; this one, what to report. Any spelling counts,
    `clientSecret` as `client_secret`, but not a name for what is said about a secret, `token_url`.
    """
    folded = fold(key)
    if not any(part in folded for part in _PARTS_OF_SURE_ONES):
        return False  # most keys
    if key in SECRET_KEYS:
        return True
    name = _in_words(key)
    if name in SECRET_KEYS:
        return True
    return (
        name not in PUBLIC_KEYS
        and re.search(_SURELY_A_SECRET, name) is not None
        and re.search(_ABOUT_A_SECRET, name) is None
    )


@lru_cache(4096)
def perhaps_names_a_secret(key: str) -> bool:
    """Return whether the value under a key may be a secret or something public: `appKey`, `pin`.

    It is a secret if it looks random, or in a developer's own file.
    """
    folded = fold(key)
    is_id_of_one = "secret" in folded and folded.endswith(("id", "id\n"))
    if not is_id_of_one and not any(part in folded for part in _PARTS_OF_LIKELY_ONES):
        return False  # most keys
    return re.search(_PERHAPS_A_SECRET, _in_words(key)) is not None


def _in_words(key: str) -> str:
    """Return a key in small letters with `_` between its words."""
    if _IN_PLAIN_WORDS.issuperset(key) and "__" not in key:
        return key.strip("_")  # most keys
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    return re.sub(r"[\W_]+", "_", fold(name)).strip("_")


def is_public_within(key: str) -> bool:
    """Return whether a value within the object of a secret is public, by its key.

    Such are some of the keys of a Google service account's document.
    """
    small = key.lower()
    return small in _PUBLIC_WITHIN or small.endswith(_PUBLIC_ENDS)


def describes_a_secret(key: str) -> bool:
    """Return whether a value within the object of a secret only says something about it."""
    return fold(key) in _NOT_A_SECRET or is_public_within(key)


def secret_name(name: str) -> str:
    """Return a key if it names a secret, surely or perhaps; empty if it does not."""
    return name if surely_names_a_secret(name) or perhaps_names_a_secret(name) else ""


def name_for_a_value(value: dict[str, Any]) -> str:
    """Return the name of a secret that an object has for its value; empty if it has none."""
    names = (value.get(key) for key in _NAME)
    return next((one for one in names if isinstance(one, str) and secret_name(one)), "")


def named_secrets(
    value: Any, names: Callable[[str], bool] = names_a_secret
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield each string of a decoded document under a key of a secret: (pointer, key, string).

    `names` decides on keys. The key may be at any depth, and further up than the string. A number
    that may be a secret counts as a string.
    """
    waiting: list[tuple[tuple[str | int, ...], str, str, Any]] = [((), "", "", value)]
    while waiting:  # no recursion: values may be nested deep
        pointer, key, name, inner = waiting.pop()
        if key and names(key):
            name = key
        elif name and is_public_within(key):
            name = ""
        if isinstance(inner, dict):
            repeats = isinstance(inner, RepeatedKeys)
            for index, (below, its) in reversed(list(enumerate(members(inner)))):
                waiting.append(((*pointer, index if repeats else below), below, name, its))
        elif isinstance(inner, list):
            waiting += [((*pointer, i), "", name, inner[i]) for i in reversed(range(len(inner)))]
        elif name and isinstance(inner, str):
            yield pointer, name, inner
        elif name and is_a_secret(inner):
            yield pointer, name, json.dumps(inner)


def pairs_in(
    text: str, names: Callable[[str], bool] = names_a_secret
) -> Iterator[tuple[int, int, str, str]]:
    """Yield each string after a key of a secret in text that need not be JSON.

    Each is (start, end, key, value): start and end are those of the string with its quotes. A
    number that may be a secret counts as a string. `names` decides on keys.
    """
    for found in re.finditer(_PAIR, text, re.DOTALL):
        key = _unescaped(found[1])
        if not names(key):
            continue
        if found[2]:
            yield found.start(2) - 1, found.end(2) + 1, key, _unescaped(found[2])
        elif is_a_number_of_a_secret(found[3]):
            yield *found.span(3), key, found[3]


@lru_cache(4096)
def names_a_client_secret(key: str) -> bool:
    """Return whether a key of a manifest holds a client secret that does not belong there.

    The other names mean nothing in a manifest: it describes fields named password.
    """
    return re.fullmatch(_CLIENT_SECRET, key, re.IGNORECASE) is not None


def mentions_a_secret(text: str) -> bool:
    """Return whether a file may have a key for which `is_named_like_one` is true."""
    return re.search(_LIKE_A_SECRET, text, re.IGNORECASE) is not None


def secrets_by_name(value: Any, key: str = "") -> Iterator[str]:
    """Yield the strings and numbers of a decoded file whose keys name a secret, as strings.

    Placeholders are left out, and what is shorter than SHORTEST. A secret may also be a key in an
    object in the place of one.
    """
    waiting = [(value, key)]
    while waiting:  # no recursion, which takes longer
        value, key = waiting.pop()
        if isinstance(value, dict):
            if names_a_secret(key):
                yield from filter(_is_a_secret_as_key, value)
            are_named = any(map(names_a_secret, value))  # few objects have such a key
            waiting += [
                (inner, name)
                for name, inner in reversed(value.items())
                if isinstance(inner, (dict, list)) or (are_named and names_a_secret(name))
            ]
        elif isinstance(value, list):
            is_named = names_a_secret(key)
            waiting += [
                (inner, key)
                for inner in reversed(value)
                if is_named or isinstance(inner, (dict, list))
            ]
        elif isinstance(value, str | int | float) and names_a_secret(key):
            text = value if isinstance(value, str) else json.dumps(value)
            if not isinstance(value, bool) and len(text) >= SHORTEST and not is_placeholder(text):
                yield text


def _is_a_secret_as_key(key: str) -> bool:
    """Return whether a key in the object of a secret is one itself, as it looks random."""
    is_random = len(key) >= _SHORTEST_KEY and re.search(r"[0-9][^\W\d_]|[^\W\d_][0-9]", key)
    return bool(is_random) and is_a_secret(key) and not is_public_within(key)


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


def _unescaped(written: str) -> str:
    """Return the string that JSON text means; as written if it is not JSON."""
    try:
        return str(json.loads(f'"{written}"', strict=False))
    except ValueError:
        return written
