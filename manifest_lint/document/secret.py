"""Which values are secrets, which are placeholders, and how a placeholder is resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

MASK = "***"
"""What is shown instead of a secret."""

SHORTEST = 4
"""A shorter string is in other strings by chance: it is masked only where it belongs."""

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

_OTHER_PLACEHOLDER = r"\{\{[^{}]*\}\}|%\w+%|process\.env\.\w+"
_ADDRESS = r"https?://[^\s@]*|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_IS_NOT_ONE = (
    r"passw(?:or)?d|pwd|motdepasse|passphrase|(?:api|private|access)key|credentials?|bearer"
    r"|basic|text|string|hidden|number|boolean|email|login|identifier|dropdown|checkbox|date"
    r"|object|array|auto|true|false|yes|no|on|off|oui|non|required|optional"
)
"""Words, in letters alone, that name a kind of value or of field, and are not a secret."""

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


def _matches(pattern: str, text: str, flags: int = 0) -> bool:
    return re.fullmatch(pattern, text, re.IGNORECASE | flags) is not None
