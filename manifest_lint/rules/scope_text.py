"""S: `oauth.scope`: what is written, compared with what the provider receives."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import one_of, quoted, short, shown

_SCOPE: tuple[str | int, ...] = ("oauth", "scope")
_LOST = r"[&#;\t\n\r]|%(?![0-9A-Fa-f]{2})"
_LOST_NAMES = {"\t": "a tab", "\n": "a line break", "\r": "a line break"}
_ESCAPED = r"%[0-9A-Fa-f]{2}"
_CHANGED = frozenset("&#;%\t\n\r")
_MOST_SHOWN = 200
_JOINED_OR_LOST = ("S002", "S003", "S007")
"""The rules that report what is joined, lost or decoded on the way."""


@rule("S001", "scope-type", refused_by="login")
def scope_type(connector: Connector) -> Iterator[Finding]:
    """The scope, or a part of it, is not a string.

    Harvest turns it into a string as JavaScript does, so the provider is asked for a wrong scope,
    such as `[object Object]`, and refuses the login. It is a warning if the right scope arrives by
    accident, for example a string in a nested list, or null in a list.

    Bad: {"oauth": {"scope": {"read": true}}}
    Good: {"oauth": {"scope": ["read"]}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js, getOAuthUrl; its runs
    """
    scope = wire.scope(connector.value)
    if scope is wire.ABSENT or scope is None or scope is False:
        return
    parts: list[tuple[str, tuple[str | int, ...], object]] = [("`oauth.scope`", _SCOPE, scope)]
    if isinstance(scope, list):
        name = "a part of `oauth.scope`"
        parts = [(name, (*_SCOPE, index), item) for index, item in enumerate(scope)]
    for name, pointer, value in parts:
        if not isinstance(value, str):
            received = f"the provider receives {_quoted(connector.sent_scope)}"
            message = f"{name} must be a string, not {shown(value)}: {received}"
            # A string in a nested list arrives by accident; null alone asks for no scope.
            alone = isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)
            harmless = len(parts) == 1 and (value is None or alone)
            yield Finding(message, pointer, severity=WARNING if harmless else None)


@rule("S002", "scope-array-joined-with-plus", refused_by="login", fix="unsafe")
def joined_with_plus(connector: Connector) -> Iterator[Finding]:
    """An `oauth.scope` list of several values reaches the provider as one scope.

    Harvest joins the values with an encoded plus, not with a space as documented, and the stack
    decodes it to a `+`. The provider is asked for one scope that it does not know, and refuses the
    login; only the mobile application, which decodes once more, sends a space.

    Bad: {"oauth": {"scope": ["read", "write"]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js, getOAuthUrl; its runs
    """
    scope = wire.scope(connector.value)
    if not isinstance(scope, list) or len(scope) < 2:
        return
    fix = None
    if all(isinstance(item, str) for item in scope):
        fix = Fix("write all scopes in one string, separated by single spaces")
        # What does not arrive, or is decoded, must be fixed first: S003 and S007 report it.
        if any(map(_tokens, scope)) and all(map(_CHANGED.isdisjoint, scope)):
            from manifest_lint.document.lists import rewritten  # only for this fix

            text = _as_json(_tidy(" ".join(" ".join(scope).split())))
            edit = Edit(rewritten(connector.manifest, _SCOPE, len(scope), [text]), _SCOPE)
            fix = Fix(f"write {short(f'[{text}]')}: all scopes in one string", False, (edit,))
    message = f"{len(scope)} values in `oauth.scope` become one: {_sent(connector)}"
    yield Finding(message, _SCOPE, fix=fix)


@rule("S003", "scope-characters", refused_by="login")
def scope_characters(connector: Connector) -> Iterator[Finding]:
    """The scope has characters that do not reach the provider, or are not allowed.

    `#` and `&` cut the scope, `;` or a lone `%` makes the stack drop all of it, and browsers remove
    tabs and line breaks, so the provider refuses the login or gives less access. It is a warning if
    only white space around scopes is lost, or for a character that RFC 6749 does not allow.

    Bad: {"oauth": {"scope": ["read&write"]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: WHATWG URL; golang net/url ParseQuery; runs of Harvest and stack; RFC 6749 section 3.3
    """
    sent = connector.sent_scope
    for pointer, text in wire.texts_in(connector.value):
        lost = list(dict.fromkeys(_lost(text)))
        if lost and sent != text:
            names = one_of(list(dict.fromkeys(_LOST_NAMES.get(c, f"`{c}`") for c in lost)))
            message = f"{names} in a scope: {_sent(connector)}"
            # White space that is lost around the scopes, or next to a space, changes no scope.
            same = sent.split() == re.findall(r"[^\s+]+", text) and _is_sent_by_all(connector)
            yield Finding(message, pointer, severity=WARNING if same else None)
        elif odd := _odd(text):
            char = f"`{odd}`" if odd.isprintable() else f"U+{ord(odd):04X}"
            message = f"{char} is not allowed in a scope (RFC 6749)"
            why = "It arrives unchanged, and most providers refuse it."
            yield Finding(message, pointer, severity=WARNING, why=why)


@rule("S004", "scope-empty", severity=WARNING)
def scope_empty(connector: Connector) -> Iterator[Finding]:
    """The scope, or a part of it, is empty.

    With an empty scope the login asks the provider for nothing: write null, or the scope that is
    needed. An empty part of a list adds a stray `+` to the scope.

    Bad: {"oauth": {"scope": []}}
    Good: {"oauth": {"scope": ["read"]}}
    Source: runs of Harvest and stack
    """
    scope = wire.scope(connector.value)
    if scope in ("", []) or (isinstance(scope, str) and not scope.strip()):
        message = "`oauth.scope` is empty: write the scope, or null for none"
        yield Finding(message, _SCOPE)
    elif isinstance(scope, list):
        for index, item in enumerate(scope):
            if isinstance(item, str) and not item.strip():
                message = f"a part of `oauth.scope` is empty: {_sent(connector)}"
                yield Finding(message, (*_SCOPE, index), fix=Fix("remove the empty part"))


@rule("S005", "scope-repeated", severity=WARNING, fix="safe", defers_to=_JOINED_OR_LOST)
def scope_repeated(connector: Connector) -> Iterator[Finding]:
    """The same scope is asked for twice.

    Some providers refuse a login that repeats a scope. Most often one of the two should be another
    scope.

    Bad: {"oauth": {"scope": ["read write read"]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: RFC 6749 section 3.3; runs of Harvest and stack
    """
    for pointer, text, cause in _texts(connector):
        repeated = [token for token, times in Counter(_tokens(text)).items() if times > 1]
        if repeated:
            names = ", ".join(quoted(token) for token in repeated[:3])
            fix = _rewrite("write it once", pointer, text, _tidy(text))
            message = f"the scope repeats {names}"
            yield Finding(message, pointer, fix=fix, cause=cause)


@rule(
    "S006",
    "scope-spaces",
    severity=WARNING,
    fix="safe",
    defers_to=("S004", "S008", *_JOINED_OR_LOST),
)
def scope_spaces(connector: Connector) -> Iterator[Finding]:
    """The scope starts or ends with a space, or has two in a row.

    A provider that splits the scope at each space finds an empty one, and may refuse the login. RFC
    6749 allows one space between two scopes and none around them.

    Bad: {"oauth": {"scope": ["read  write "]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: RFC 6749 section 3.3; runs of Harvest and stack
    """
    for pointer, text, cause in _texts(connector):
        fixed = " ".join(_tokens(text))
        if " ".join(filter(None, text.split(" "))) != text:
            place = "around" if fixed in text else "between"
            message = f"too many spaces {place} the scopes: {_sent(connector)}"
            fix = _rewrite("remove the extra spaces", pointer, text, fixed)
            if "+" in text or not text.strip():  # S008 and S004 report these
                cause = cause or pointer
            yield Finding(message, pointer, fix=fix, cause=cause)


@rule("S007", "scope-percent-encoded", refused_by="login", defers_to=("S003",))
def percent_encoded(connector: Connector) -> Iterator[Finding]:
    """The scope is percent-encoded.

    The scope is decoded on the way, twice from the mobile application: an encoded `+` arrives as a
    plus that does not separate scopes, and the provider refuses the login. It is a warning if the
    right scope arrives.

    Bad: {"oauth": {"scope": ["read%2Bwrite"]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: golang net/url QueryUnescape; runs of Harvest and stack
    """
    parts = list(wire.texts_in(connector.value))
    sent = connector.sent_scope
    for pointer, text in parts:
        if "%" in text and re.search(_ESCAPED, text):
            alone = len(parts) == 1 and not _lost(text)
            joined = alone and "+" in sent
            message = f"do not percent-encode the scope: {_sent(connector)}"
            cause = pointer if _lost(text) else ()
            wrong = joined or (alone and not _is_sent_by_all(connector))
            yield Finding(message, pointer, severity=None if wrong else WARNING, cause=cause)


@rule("S008", "scope-plus-separated", severity=WARNING, fix="safe", defers_to=_JOINED_OR_LOST)
def plus_separated(connector: Connector) -> Iterator[Finding]:
    """Scopes are separated by `+`.

    It works only because Harvest, by a bug, decodes the URL that it has just encoded. If Harvest
    fixes this bug, the provider is asked for one unknown scope, and every login breaks.

    Bad: {"oauth": {"scope": "read+write"}}
    Good: {"oauth": {"scope": "read write"}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js, getOAuthUrl; its runs
    """
    for pointer, text, cause in _texts(connector):
        if "+" in text:
            message = f"`+` separates scopes only by accident: {_sent(connector)}"
            fix = _rewrite("write spaces", pointer, text, " ".join(_tokens(text)))
            yield Finding(message, pointer, fix=fix, cause=cause)


@rule("S009", "scope-comma-separated", severity=NOTE)
def comma_separated(connector: Connector) -> Iterator[Finding]:
    """The scope contains a comma.

    RFC 6749 separates scopes by spaces, so most providers read `a,b` as one unknown scope and
    refuse the login. Facebook and a few others separate theirs by commas: where the account type
    is known to be for one of them, the scope is not reported.

    Bad: {"oauth": {"scope": ["read,write"]}}
    Good: {"oauth": {"scope": ["read write"]}}
    Source: RFC 6749 section 3.3; the manuals of Facebook, Strava, Slack, Withings and others on
    their OAuth logins
    """
    for pointer, text in wire.texts_in(connector.value):
        if "," in text:
            wanted = wire.javascript_text(wire.account_type_id(connector.value))
            from manifest_lint.oauth.own_scopes import separates_by_commas  # only for a comma

            if separates_by_commas(connector.given, wanted):
                return
            message = "the scope contains `,`: few providers accept it as a separator"
            yield Finding(message, pointer, fix=Fix("write spaces, unless yours needs commas"))


def _lost(text: str) -> list[str]:
    """Return each part of a text after which a query ends, or that is dropped from it."""
    return [] if _CHANGED.isdisjoint(text) else re.findall(_LOST, text)


def _odd(text: str) -> str:
    """Return the first character that no list of scopes may have [RFC 6749 section 3.3]."""
    return next((char for char in text if not " " <= char <= "~" or char in '"\\'), "")


def _tokens(text: str) -> list[str]:
    """Return the scopes, split at spaces and at the pluses that arrive as spaces."""
    return [token for token in text.replace("+", " ").split(" ") if token]


def _tidy(text: str) -> str:
    """Return each scope once, with single spaces between."""
    return " ".join(dict.fromkeys(_tokens(text)))


def _as_json(text: str) -> str:
    """Return a string as JSON, with escapes only if it has characters that cannot be shown."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _texts(
    connector: Connector,
) -> Iterator[tuple[tuple[str | int, ...], str, tuple[str | int, ...]]]:
    """Yield pointer and text of each string, and where other rules report it; () if nowhere.

    They report what is lost or decoded at the string, and what is joined at the list.
    """
    scope = wire.scope(connector.value)
    around = _SCOPE if isinstance(scope, list) and len(scope) > 1 else ()
    for pointer, text in wire.texts_in(connector.value):
        yield pointer, text, around if _CHANGED.isdisjoint(text) else pointer


def _rewrite(title: str, pointer: tuple[str | int, ...], text: str, fixed: str) -> Fix:
    """Return a fix that writes another text, without edits where the author must fix more first."""
    if not fixed or not _CHANGED.isdisjoint(text):
        return Fix(title)
    return Fix(title, True, (Edit(_as_json(fixed), pointer),))


def _sent(connector: Connector) -> str:
    """Return what the provider receives, from browsers and the mobile application."""
    sent, on_mobile = connector.sent_scope, wire.mobile_scope(connector.value)
    received = f"the provider receives {_quoted(sent)}"
    if on_mobile == sent:
        return received
    if on_mobile is None:
        return f"{received} (no login opens on mobile)"
    written = [text.split() for _, text in wire.texts_in(connector.value)]
    if on_mobile.split(" ") == [token for tokens in written for token in tokens]:
        return f"{received} (right on mobile only)"
    return f"{received}; mobile: {_quoted(on_mobile)}"


def _is_sent_by_all(connector: Connector) -> bool:
    """Return whether browsers and the mobile application send the same scope."""
    return connector.sent_scope == wire.mobile_scope(connector.value)


def _quoted(scope: str) -> str:
    """Return a scope in quotes, long enough to show where scopes are joined."""
    return quoted(scope, _MOST_SHOWN) if scope else "no scope"
