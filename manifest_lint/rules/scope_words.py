"""S016 and S017: the words of the scope."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import quoted

_EXAMPLES = frozenset(("scope", "scopes", "scope1", "scope2", "todo", "tbd"))
_NUMBERED = r"scope[-_]?1(?: scope[-_]?[0-9]){1,9}"
_PART_TO_REPLACE = r"<[^<>]*>|\.{3}|\u2026|\$\{[A-Za-z_]\w*\}|\{\{[\w. -]*\}\}"
_TO_REPLACE = (
    r"<[^<>]*>|\.{3}|\u2026|\$\{?[A-Z][A-Z0-9_]*\}?|\{\{?[\w. -]*\}?\}|\[[\w. -]*\]"
    r"|(?:your|votre)[-_ ]?(?:own[-_ ]?)?scopes?|x{3,}"
)
_FIRST = "<.\u2026${[yvx"
"""The first letters of such a scope; others need not be compared with the expression."""

_OF_OPENID = ("openid", "offline_access")
_OWN_NAMES = ("offline.access", "openid2", "open_id")
"""Scopes of X and others that are not misspelt."""


@rule("S016", "scope-not-filled-in", refused_by="login", fix="unsafe")
def not_filled_in(connector: Connector) -> Iterator[Finding]:
    """The scope is an example, or has more than scopes in it.

    The login sends it as it is written, such as `scope1 scope2` of the platform's tutorial, and the
    provider refuses it. It is a warning for quotes around it, and for `scope=` before it.

    Bad: {"oauth": {"scope": ["scope1 scope2"]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: the platform's tutorial on OAuth connectors; RFC 6749 sections 3.3 and 4.1.2.1
    """
    texts = [(pointer, text.strip()) for pointer, text in wire.texts_in(connector.value)]
    tokens = [token for _, text in texts for token in text.replace("+", " ").split()]
    whole = " ".join(dict.fromkeys(tokens))  # however they are separated
    left = whole if _is_an_example(whole) else next(filter(_is_to_replace, tokens), "")
    if left:
        at = texts[0][0] if len(texts) == 1 else ("oauth", "scope")
        yield Finding(f"fill in the scope: {quoted(left)} is sent as it is", at)
        return
    for pointer, text in texts:
        if text.lower().startswith("scope="):
            message, kept = "the scope starts with `scope=`, which is sent too", text[6:]
        elif len(text) > 2 and text[0] == text[-1] and text[0] in "'`":
            message, kept = "the scope has quotes around it, which are sent too", text[1:-1]
        else:
            continue
        is_whole = kept.strip() == kept and kept and not _is_an_example(kept)
        fix = _rewrite("write the scope alone", pointer, kept if is_whole else "")
        yield Finding(message, pointer, severity=WARNING, fix=fix)


def _is_to_replace(token: str) -> bool:
    """Return whether one scope of several is still to be filled in, such as `<scope2>`."""
    return token[:1] in _FIRST and re.fullmatch(_PART_TO_REPLACE, token.rstrip(",")) is not None


def _is_an_example(text: str) -> bool:
    small = text.lower()
    if small.startswith("scope") and re.fullmatch(_NUMBERED, small):
        return True
    looks_so = small[:1] in _FIRST and re.fullmatch(_TO_REPLACE, small, re.IGNORECASE) is not None
    return small in _EXAMPLES or looks_so


@rule("S017", "scope-misspelt", severity=WARNING, fix="unsafe")
def misspelt(connector: Connector) -> Iterator[Finding]:
    """A scope is nearly one of OpenID Connect.

    Scopes are compared character by character, capitals included. A provider ignores or refuses
    one that it does not know: without `openid` there is no identity, without `offline_access` no
    refresh token.

    Bad: {"oauth": {"scope": ["openid offline_acces"]}}
    Good: {"oauth": {"scope": ["openid offline_access"]}}
    Source: OpenID Connect Core 1.0 sections 3.1.2.1 and 11; RFC 6749 section 3.3
    """
    for pointer, text in wire.texts_in(connector.value):
        tokens = text.replace("+", " ").replace(",", " ").split()
        for token in dict.fromkeys(tokens[:_MOST_COMPARED]):
            if near := _meant(token):
                message = f"unknown scope {quoted(token)}: did you mean `{near}`?"
                as_word = rf"(?<![^\s+,]){re.escape(token)}(?![^\s+,])"
                fixed = "" if near in tokens else re.sub(as_word, near, text, count=1)
                yield Finding(message, pointer, fix=_rewrite(f"write `{near}`", pointer, fixed))


def _rewrite(title: str, pointer: tuple[str | int, ...], fixed: str) -> Fix:
    """Return a fix that writes another text; only in words if that is empty."""
    edit = Edit(json.dumps(fixed, ensure_ascii=not fixed.isprintable()), pointer)
    return Fix(title, False, (edit,) if fixed else ())


def _meant(token: str) -> str:
    """Return the scope of OpenID Connect that a scope was meant to be, "" if it may be another."""
    small = token.lower()
    if token in (*_OF_OPENID, *_OWN_NAMES) or small[:1] != "o" or not 4 < len(small) < 20:
        return ""
    from difflib import get_close_matches  # only for a scope that may be one of the two

    return next(iter(get_close_matches(small, _OF_OPENID, 1, _NEAR)), "")


_MOST_COMPARED = 200
_NEAR = 0.9
"""As near as `offline_acces`, but not as near as `online_access` and `opened`."""
