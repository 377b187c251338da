"""Which values are secrets, which are placeholders, and how a placeholder is resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

MASK = "***"
"""What is shown instead of a secret."""

SHORTEST = 4
"""A shorter string is in other strings by chance: it is masked only where it belongs."""

_NAME = r"(?-i:[A-Z_][A-Z0-9_]*)"
_COMMON = r"\$(\w+)"
_LEFT_OUT = "..."
"""The placeholders that most files have. The expressions below take long to compile."""
_NAMES_A_VARIABLE = (
    rf"{_COMMON}|\$(?:env:|\s{{1,3}})({_NAME})|\$\((\w+)\)"
    r"|\$\{\s?(?:env[.:])?(\w+)(?::?(?:[-=]([^{}]*)|[+?][^{}]*))?\s?\}"
    r"|(?:\$|#)?\{\{\s?(?:(?:secrets|env|vars)\.)?(\w+)\s?\}\}"
    rf"|%({_NAME})%|(?:process|import\.meta)\.env\.(\w+)"
    rf"|(?:env|secrets|vars)[.:]({_NAME})|!env\s{{1,3}}({_NAME})|\{{(?:env[.:])?({_NAME})\}}"
    rf"|(?:process\.env|import\.meta\.env|os\.environ|env|secrets|vars)\[['\"]({_NAME})['\"]\]"
    rf"|(?:(?:os\.)?(?:get)?env|os\.environ\.get|env\.(?:get|fetch))\(['\"]({_NAME})['\"]\)"
)
"""A placeholder with the name of a variable, and in one group the default of `${NAME:-default}`.

They are those of shells, PowerShell, make, cmd.exe, GitHub's workflows, Mustache, Node.js, Python,
Ruby, PHP, and of the configurations of programs, such as Tomcat and Caddy, and tags of YAML.
"""
_DEFAULT = 5
"""The group with the default."""

_PLACEHOLDER = (
    rf"{_NAMES_A_VARIABLE}|\.{{3}}|\u2026|\{{\{{[^{{}}]*\}}\}}|<[^<>]+>|x{{3,}}"
    rf"|\${_NAME}(?:[.-]{_NAME})+"
    r"|\$\{[\w.\s\[\]'\"]+\}|\#\{[^{}]+\}|__(?-i:[A-Z0-9_]+)__|@@?[\w.]+@@?|\[[a-z _-]+\]"
)
"""Also those of Ruby, Ant, autoconf and other templates, which name no variable of ours."""
_MARKS = frozenset("${%<@[\u2026")
_WORDS = ("...", "env", "secrets", "vars", "__", "xxx")
"""One of these is in every placeholder, but not in most values."""

_VARIABLE = r"[A-Z]{1,30}[0-9]{0,2}(?:_(?:[A-Z]{1,30}[0-9]{0,2}|[0-9]{1,2})){1,9}"
_A_NAME_WITHIN = r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9]{0,60}(?:_[A-Z0-9]{1,60}){1,20}(?![A-Za-z0-9_])"
"""The name of a variable as a whole word; one of a single word, such as `HOME`, means nothing."""

_HAS_ONE_WITHIN = r"\{\{[^{}]{1,99}\}\}|\$\{[^{}]{1,99}\}"
_LONGEST = 200
"""No placeholder, and no words written in place of a secret, are longer."""

_AROUND = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp"))
"""The categories of white space and control characters [Unicode, DerivedGeneralCategory]."""

_SAYS_SO = frozenset(
    (
        *("your", "votre", "changeme", "placeholder", "todo", "fixme", "dummy", "fake", "example"),
        *("exemple", "sample", "redacted", "replace", "insert"),
    )
)
"""A text with one of these words is not a secret."""
_STAND_IN = (
    r"(?:(?:your|votre|my|mon|the|le|la|our|own|some|client|app|application|api|oauth|service"
    r"|account|consumer|user|provider|access|refresh|bearer|auth|private|public|super|secret|token"
    r"|jeton|key|cl[e\u00e9]|credential|value|id|code|string|here|ici"
    r"|goes|put|set|insert|enter|fill|in|with|de|change|replace|remplacer|me|this|todo|fixme|tbd"
    r"|dummy|example|sample|fake|mock|demo|test|placeholder|redacted|removed|hidden|none|null"
    r"|default|undefined|unknown|na|foo|bar|xxx)s?)*"
)
"""Letters of nothing but words that people write instead of a secret."""

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
    """Return whether a value is a placeholder, to be filled in: `...`, `$NAME`, `<NAME>`.

    One with a default is none if the default may be a secret: `${NAME:-9f8e7d6c}`.
    """
    text = _inner(value)
    if text == _LEFT_OUT or _common(text):
        return True
    found = _matched(_PLACEHOLDER, text)
    return found is not None and not (found[_DEFAULT] and looks_real(found[_DEFAULT]))


def looks_real(text: str) -> bool:
    """Return whether a string may be a secret: not a placeholder, nor a word written for one."""
    return not is_placeholder(text) and not is_stand_in(text)


def is_stand_in(text: str) -> bool:
    """Return whether a string is what people write instead of a secret: `your-secret-here`.

    Its words decide, as a secret may have `token` in it by chance.
    """
    numbered = re.fullmatch(r"(\D{2,200}?)[\W_]?[0-9]{1,2}", text)
    plain = numbered[1] if numbered else text
    if len(text) > _LONGEST or any(map(str.isdigit, plain)):
        return not re.search(r"\w", text)
    words = {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", plain)}
    if numbered:  # `YOUR_API_KEY_1`, `TODO2`, but `secret1` and `foo12` may be secrets
        return not words.isdisjoint(_SAYS_SO)
    return not words.isdisjoint(_SAYS_SO) or _matches(_STAND_IN, re.sub(r"[\W_]", "", text))


def variable(value: object) -> str:
    """Return the name of the environment variable that a placeholder names; empty for none."""
    text = _inner(value)
    if text == _LEFT_OUT:
        return ""
    if text.isascii() and (name := _common(text)):
        return name
    found = _matched(_NAMES_A_VARIABLE, text, re.ASCII)
    return _named_by(found) if found else ""


def is_a_variable(text: str) -> bool:
    """Return whether a text is, as the names of variables are, words in capitals: `X_TOKEN_2`."""
    return re.fullmatch(_VARIABLE, text) is not None


def _common(text: str) -> str:
    """Return the name in `$NAME`, which most placeholders are; "" for any other text."""
    name = text[1:]
    return name if text[:1] == "$" and name.replace("_", "a").isalnum() else ""


def _matched(pattern: str, text: str, flags: int = 0) -> re.Match[str] | None:
    """Return the match of a placeholder. Most values are none, which takes no long expression."""
    if not _may_have_one(text):
        return None
    return re.fullmatch(pattern, text, flags | re.IGNORECASE)


def _may_have_one(text: str) -> bool:
    small = text.casefold()
    return not _MARKS.isdisjoint(text) or any(word in small for word in _WORDS)


def _named_by(placeholder: re.Match[str]) -> str:
    return next(
        (one for at, one in enumerate(placeholder.groups(), 1) if one and at != _DEFAULT), ""
    )


def _inner(value: object) -> str:
    """Return what may be a placeholder in a value: without quotes and invisible characters."""
    if not isinstance(value, str) or len(value) > 10 * _LONGEST:
        return ""
    text = value
    if not value.isascii():
        from unicodedata import category  # only for the values that need it

        text = "".join(char for char in value if category(char) != "Cf")
    text = _without_quotes(bare(text))
    return text if len(text) <= _LONGEST else ""


def _without_quotes(text: str) -> str:
    """Return a text without the quotes around it, which are not the variable's but a file's."""
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'`"
    return bare(text[1:-1]) if is_quoted else text


class Unresolved(ValueError):
    """There is no value for a placeholder; the message says why, after its name."""


def resolve(value: str, source: Source) -> Secret:
    """Return the secret that a value is, or that its placeholder names in a source.

    It is without quotes around it: whoever searches for it finds it also within them. Raises
    Unresolved for a placeholder without a variable, or whose variable has no secret.
    """
    found = _matched(_NAMES_A_VARIABLE, _inner(value), re.ASCII)
    if not found:
        return _literal(bare(value), source)
    name = _named_by(found)
    own = source(name)
    if own is None and looks_real(found[_DEFAULT] or ""):
        return _literal(found[_DEFAULT], source)
    if own is None:
        raise Unresolved(f"${name} is not set")
    if not _without_quotes(bare(own)):
        raise Unresolved(f"${name} is empty")
    other = variable(own)
    if is_a_variable(bare(own)) and source(bare(own)) is not None:
        raise Unresolved(f"${name} holds another placeholder")
    if is_placeholder(own) and other == other.upper():  # `$ecret` is a secret, `$SECRET` is not
        raise Unresolved(f"${name} holds another placeholder")
    return Secret(_without_quotes(bare(own)))


def _literal(value: str, source: Source) -> Secret:
    """Return the secret that a value is. Raises Unresolved if it is not complete."""
    if is_placeholder(value):
        raise Unresolved("is a placeholder that names no variable")
    inner = value[: 10 * _LONGEST]
    for name in re.findall(_A_NAME_WITHIN, inner):
        if source(name) is not None:
            what = "is" if inner == name else "has"
            raise Unresolved(f"{what} the name of a variable that is set, and is not filled in")
    if not _may_have_one(value):
        return Secret(_without_quotes(value))
    within = re.finditer(_NAMES_A_VARIABLE, value, re.ASCII | re.IGNORECASE)
    if re.search(_HAS_ONE_WITHIN, value) or any(source(_named_by(one)) for one in within):
        raise Unresolved("has a variable within other text, which is not filled in")
    return Secret(_without_quotes(value))


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
        return is_a_number_of_a_secret(json.dumps(value))
    text = value.strip()
    if not looks_real(text) or _matches(rf"{_ADDRESS}|%\w+%", text):
        return False
    if any(map(str.isdigit, text)):
        return True
    return len(text.split()) == 1 and not _matches(_IS_NOT_ONE, re.sub(r"[\W_]", "", text))


def is_a_number_of_a_secret(text: str) -> bool:
    """Return whether a number, as written, is one that may be a secret: it has enough digits."""
    return sum(map(str.isdigit, text)) >= _FEWEST_DIGITS


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
