"""What is a secret, what is a placeholder for one, and how a placeholder is resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from manifest_lint.document.go_json import RepeatedKeys, fold, members

MASK = "***"
"""What is shown instead of a secret."""

SHORTEST = 4
"""A shorter string is in other strings by chance: it is masked only where it belongs."""

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
_IN_TEXT = r"\$(?:(\w+)|\{(\w+)[^}]*\})"
_PLACEHOLDER = r"\.{3}|\u2026|\$\w+|\$\{\w+\}|<[^<>]+>|x{3,}"
_AROUND = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))
"""The categories of white space and control characters [Unicode, DerivedGeneralCategory]."""
_STAND_IN = (
    r"\W*|none|null|n/a|tbd|test|foo"
    r"|(?=[^0-9]*$).*(?:secret|token|your|change|replace|todo|fixme|dummy|example|sample|fake"
    r"|placeholder|insert|redacted).*"
)
"""Words without a digit that people write instead of a secret, besides placeholders."""

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
    r"|manager|question|interval|error|message)s?$"
)
"""Names of what is said about a secret, but is not one: `token_url`, `password_length`."""

_OTHER_PLACEHOLDER = r"\{\{[^{}]*\}\}|%\w+%|process\.env\.\w+"
_ADDRESS = r"https?://[^\s@]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_IS_NOT_ONE = (
    r"passw(?:or)?d|pwd|motdepasse|passphrase|(?:api|private|access)key|credentials?|bearer"
    r"|basic|text|string|hidden|number|boolean|email|login|identifier|dropdown|checkbox|date"
    r"|object|array|auto|true|false|yes|no|on|off|oui|non|required|optional"
)
"""Words, in letters alone, that name a kind of value or of field, and are not a secret."""

_PAIR = r'"((?:[^"\\\n]|\\.){1,200})"\s{0,40}:\s{0,40}"((?:[^"\\\n]|\\.){1,20000})"'
_PUBLIC_WITHIN = r"(?:_(?:uri|url|email|domain)|^(?:type|project_id|client_id|id|slug))$"
_FEWEST_DIGITS = 4
_SHORTEST_IN_TEXT = 16


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
    value = bare(value)
    name = variable(value)
    if not name:
        if is_placeholder(value):
            raise Unresolved("is a placeholder that names no variable")
        if any(source(one[0] or one[1]) for one in re.findall(_IN_TEXT, value, re.ASCII)):
            raise Unresolved("has a variable within other text, which is not filled in")
        return Secret(value)
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
    if folded in SECRET_KEYS or surely_names_a_secret(key):
        return True
    return folded not in PUBLIC_KEYS and re.search(_LIKE_A_SECRET, key, re.IGNORECASE) is not None


@lru_cache(4096)
def surely_names_a_secret(key: str) -> bool:
    """Return whether the value under a key is a secret by the key's name, without a false alarm.

    `names_a_secret` says where to hide and search; this one, what to report. Any spelling counts,
    `clientSecret` as `client_secret`, but not a name for what is said about a secret, `token_url`.
    """
    if not re.search(r"s[ec]|tok|pas|pwd|bea|key|cred", fold(key), re.IGNORECASE):
        return False  # most keys
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key)
    name = re.sub(r"[\W_]+", "_", fold(name)).strip("_")
    return (
        name not in PUBLIC_KEYS
        and re.search(_SURELY_A_SECRET, name) is not None
        and re.search(_ABOUT_A_SECRET, name) is None
    )


def is_a_secret(value: object) -> bool:
    """Return whether the value under such a key is a secret.

    It is one if it is a string that looks real, or a number, but not an address, a sentence or the
    name of a kind of value.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    if not isinstance(value, str):
        return sum(map(str.isdigit, json.dumps(value))) >= _FEWEST_DIGITS
    text = value.strip()
    if not looks_real(text) or _matches(_OTHER_PLACEHOLDER, text) or _matches(_ADDRESS, text):
        return False
    if any(map(str.isdigit, text)):
        return True
    return len(text.split()) == 1 and not _matches(_IS_NOT_ONE, re.sub(r"[\W_]", "", text))


def is_a_secret_among_words(value: object) -> bool:
    """Return whether a value is a secret where sentences are expected: it looks random."""
    return (
        isinstance(value, str)
        and len(value) >= _SHORTEST_IN_TEXT
        and len(value.split()) == 1
        and re.search("[0-9]", value) is not None
        and re.search("[A-Za-z]", value) is not None
        and is_a_secret(value)
    )


def is_public_within(key: str) -> bool:
    """Return whether a value within the object of a secret is public, by its key.

    Such are some of the keys of a Google service account's document.
    """
    return re.search(_PUBLIC_WITHIN, key, re.IGNORECASE) is not None


def named_secrets(
    value: Any, names: Callable[[str], bool] = names_a_secret
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield each string of a decoded document under a key of a secret: (pointer, key, string).

    `names` decides on keys. The key may be at any depth, and further up than the string.
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
        elif isinstance(inner, str) and name:
            yield pointer, name, inner


def pairs_in(text: str) -> Iterator[tuple[int, int, str, str]]:
    """Yield each string after a key of a secret in text that need not be JSON.

    Each is (start, end, key, value): start and end are those of the string with its quotes.
    """
    for found in re.finditer(_PAIR, text, re.DOTALL):
        key, value = _unescaped(found[1]), _unescaped(found[2])
        if names_a_secret(key):
            yield found.start(2) - 1, found.end(2) + 1, key, value


def names_a_client_secret(key: str) -> bool:
    """Return whether a key of a manifest holds a client secret that does not belong there.

    The other names mean nothing in a manifest: it describes fields named password.
    """
    return _matches(_CLIENT_SECRET, key)


def mentions_a_client_secret(text: str) -> bool:
    """Return whether a file may have such a key."""
    return re.search(_CLIENT_SECRET, text, re.IGNORECASE) is not None


def mentions_a_secret(text: str) -> bool:
    """Return whether a file may have a key for which `names_a_secret` is true."""
    return re.search(_LIKE_A_SECRET, text, re.IGNORECASE) is not None


def secrets_by_name(value: Any, key: str = "") -> Iterator[str]:
    """Yield the strings and numbers of a decoded file whose keys name a secret, as strings.

    Placeholders are left out, and what is shorter than SHORTEST.
    """
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from secrets_by_name(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from secrets_by_name(inner, key)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        text = value if isinstance(value, str) else json.dumps(value)
        if len(text) >= SHORTEST and names_a_secret(key) and not is_placeholder(text):
            yield text


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


def _matches(pattern: str, text: str, flags: int = 0) -> bool:
    return re.fullmatch(pattern, text, re.IGNORECASE | flags) is not None
