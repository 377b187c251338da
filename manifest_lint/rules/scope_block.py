"""S010 to S015 and S018: the rest of the `oauth` object, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from manifest_lint.cozy.stack import ACCOUNT_TYPE_FIELDS
from manifest_lint.cozy.vocabulary import FIELD_PROPERTIES
from manifest_lint.document.go_json import fold
from manifest_lint.document.secret import bare
from manifest_lint.oauth import wire
from manifest_lint.oauth.names import our_key
from manifest_lint.project.connector import Connector
from manifest_lint.project.keys import written_as
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import count, listed, nearest, quoted, shown

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

_KNOWN = ("scope", "account_type")
_MOST_COMPARED = 50
_OF_OPENID = ("profile", "email", "offline_access")
_OF_OTHERS = ("https://www.googleapis.com/auth/", "public_profile")
"""Scopes of Google and Facebook, which have a `profile` or an `email` scope of their own."""


@rule("S010", "access-token-field", severity=NOTE, defers_to=("M003", "M012", "M019"))
def access_token_field(connector: Connector) -> Iterator[Finding]:
    """An OAuth connector declares no hidden field `access_token`.

    The connector's code gets the token of the login as `fields.access_token`. If this field has
    another type, a form made from `fields` asks the user for the token; if the field is missing,
    readers of the manifest cannot see where the token comes from.

    Bad: {"fields": {"access_token": {"type": "text"}}}
    Good: {"fields": {"access_token": {"type": "hidden"}}}
    Source: the platform's tutorial on OAuth connectors; the manifests of its OAuth connectors
    """
    fields = connector.value.get("fields")
    if not wire.is_oauth(connector.value) or not isinstance(fields, dict | None):
        return
    field = (fields or {}).get("access_token")
    fix = Fix('declare `"access_token": {"type": "hidden"}` in `fields`')
    if field is None:
        message = "missing hidden field `access_token`, which OAuth connectors declare"
        # All fields may be there, under a misspelt key: M003 reports that.
        written = written_as(connector.value) if fields is None else {}
        cause: Pointer = (written.get("fields", "oauth"),)
        yield Finding(message, ("fields", "access_token"), fix=fix, cause=cause)
    elif isinstance(field, dict) and "type" not in field:
        # The key may be there, misspelt: M012 reports that.
        near = next((key for key in list(field)[:_MOST_COMPARED] if _means_type(key)), None)
        cause = ("fields", "access_token", near) if near else ("oauth",)
        message = "the field `access_token` has no type: it must be hidden"
        yield Finding(message, ("fields", "access_token", "type"), fix=fix, cause=cause)
    elif isinstance(field, dict) and isinstance(field["type"], str) and field["type"] != "hidden":
        message = f"the field `access_token` has the type {quoted(field['type'])}, not hidden"
        yield Finding(message, ("fields", "access_token", "type"), fix=fix, cause=("oauth",))


@rule("S018", "oauth-field-never-asked", severity=WARNING, defers_to=("M019",))
def field_never_asked(connector: Connector) -> Iterator[Finding]:
    """An OAuth connector has a field that users are never asked for.

    For a connector with `oauth`, Harvest shows only the button of the login page, and no form: the
    connector's code gets nothing for the field.

    Bad: {"fields": {"access_token": {"type": "hidden"}, "password": {"type": "password"}}}
    Good: {"fields": {"access_token": {"type": "hidden"}}}
    Source: cozy-libs packages/cozy-harvest-lib/src/components/DumbTriggerManager.jsx, render
    """
    fields = connector.value.get("fields")
    if not wire.is_oauth(connector.value) or not isinstance(fields, dict):
        return
    asked = [
        name
        for name, field in fields.items()
        if isinstance(field, dict)
        and isinstance(field.get("type"), str)
        and field["type"] != "hidden"
        and name not in _NOT_OF_THE_FORM
    ]
    if asked:
        named = quoted(asked[0])
        if len(asked) > 1:
            named += f" and {count(len(asked) - 1, 'more field')}"
        message = f"users are never asked for {named}: with `oauth` there is no form"
        fix = Fix("remove the fields, or make those hidden that the connector's code sets")
        yield Finding(message, ("fields", asked[0]), "key", fix=fix, cause=("oauth",))


_NOT_OF_THE_FORM = ("access_token", "refresh_token", "advancedFields")
"""Fields that S010 checks, and where files are saved."""


def _means_type(key: str) -> bool:
    return 2 < len(key) <= 30 and nearest(key, FIELD_PROPERTIES) == "type"


@rule("S011", "oauth-without-scope", severity=WARNING)
def oauth_without_scope(connector: Connector) -> Iterator[Finding]:
    """`oauth` is set, but has no `scope`.

    The login asks the provider for no scope, so the connector may get no access to the user's data.
    If none is needed, write `"oauth": {"scope": null}`; an `oauth` without keys, such as `true`, is
    a note.

    Bad: {"oauth": {"scopes": ["read"]}}
    Good: {"oauth": {"scope": ["read"]}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js and oauth.js; their runs
    """
    written = connector.value.get("oauth")
    if written == {} or written is True or isinstance(written, list):
        what = "an empty object" if written == {} else shown(written)
        message = f"`oauth` is {what}: the login uses OAuth, but asks for no scope"
        fix = Fix('write `{"scope": ["..."]}`, or `{"scope": null}` if none is needed')
        yield Finding(message, ("oauth",), severity=NOTE, fix=fix)
    elif isinstance(written, dict) and "scope" not in written:
        for key in list(written)[:_MOST_COMPARED]:
            if key != "account_type" and nearest(key[:20], ("scope",)):
                message = f"`oauth.{quoted(key)[1:-1]}` is ignored: the key is `scope`"
                yield Finding(message, ("oauth", key), "key", fix=Fix("rename it to `scope`"))


@rule("S012", "account-type-name", refused_by="login")
def account_type_name(connector: Connector) -> Iterator[Finding]:
    """`oauth.account_type` cannot be the id of an account type.

    Harvest puts the value into the URL that starts the login: null becomes "null", and a `/`, `?`
    or `#` leads elsewhere, so the user's login fails. Without the key, Harvest uses the slug.

    Bad: {"oauth": {"account_type": null, "scope": ["read"]}}
    Good: {"oauth": {"account_type": "sunmeter", "scope": ["read"]}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js; cozy-stack
    web/accounts/oauth.go; their runs
    """
    if (fault := names_no_account_type(connector.value)) is not None:
        pointer = ("oauth", "account_type")
        yield Finding(fault, pointer, fix=Fix("write an id, or remove the key to use the slug"))


def names_no_account_type(manifest: dict[str, Any]) -> str | None:
    """Return why `oauth.account_type` cannot be an id; None if it can, or is missing."""
    block = manifest.get("oauth")
    if not isinstance(block, dict) or "account_type" not in block:
        return None
    written = block["account_type"]
    if not isinstance(written, str):
        used = f"Harvest uses the id {quoted(wire.javascript_text(written))}"
        return f"`oauth.account_type` must be a string, not {shown(written)}: {used}"
    if not written:
        return "`oauth.account_type` is empty, so the login page is not found"
    if not wire.reaches_its_route(written):
        alone = "write the id without its context, which the stack adds"
        why = alone if "/" in written else f"it is {wire.fate(written)}"
        return f"`oauth.account_type` cannot be {quoted(written)}: {why}"
    return None


@rule(
    "S013",
    "scope-openid",
    severity=NOTE,
    defers_to=("S017",),
    compares=("account type", "auth_endpoint"),
)
def scope_openid(connector: Connector) -> Iterator[Finding]:
    """A scope of OpenID Connect is asked for without `openid`.

    Many providers ignore or refuse `profile`, `email` and `offline_access` without `openid`. Some
    have scopes of their own with these names: Google, Facebook and others are recognised, most of
    them by the account type.

    Bad: {"oauth": {"scope": ["profile offline_access"]}}
    Good: {"oauth": {"scope": ["openid profile offline_access"]}}
    Source: OpenID Connect Core 1.0 sections 3.1.2.1, 5.4 and 11
    """
    texts = list(wire.texts_in(connector.value))
    written = " ".join(text for _, text in texts)
    tokens = set(written.replace("+", " ").replace(",", " ").split())
    named = [name for name in _OF_OPENID if name in tokens]
    if named and "openid" not in tokens and not any(t.startswith(_OF_OTHERS) for t in tokens):
        wanted = wire.javascript_text(wire.account_type_id(connector.value))
        from manifest_lint.oauth.own_scopes import without_openid  # few scopes need it

        known = without_openid(connector.given, wanted)
        named = [name for name in named if name not in known]
        if not named:
            return
        names = listed([f"`{name}`" for name in named])
        fix = Fix("add openid, if the service speaks OpenID Connect")
        message = f"the scope asks for {names} without `openid`"
        # It may be there, misspelt: S017 reports that.
        yield Finding(message, ("oauth", "scope"), fix=fix, cause=texts[0][0])


@rule("S014", "no-token-in-development", severity=NOTE)
def no_token_in_development(connector: Connector) -> Iterator[Finding]:
    """The developer's configuration of an OAuth connector has no access token, or not it alone.

    In development no stack logs in for the connector: its code gets `fields.access_token` from
    konnector-dev-config.json as it is written there, or nothing if it is missing.

    Bad: an OAuth connector next to a konnector-dev-config.json that contains {"fields": {}}
    Good: the same with {"fields": {"access_token": "<ACCESS_TOKEN>"}}
    Source: the platform's tutorial on OAuth connectors; cozy-konnector-libs, standalone mode
    """
    document = connector.dev_config
    if not document or not isinstance(document.value, dict) or not wire.is_oauth(connector.value):
        return
    fields = document.value.get("fields")
    token = fields.get("access_token") if isinstance(fields, dict) else None
    if token in (None, ""):
        how = "is empty" if token == "" else "is missing"
        message = f"`fields.access_token` {how}: in development the connector gets no token"
        fix = Fix("get a token, and write it here")
    elif message := _not_alone(token):
        fix = Fix("write the token alone")
    else:
        return
    yield Finding(message, ("fields", "access_token"), document=document, fix=fix)


def _not_alone(token: object) -> str:
    """Return what is wrong with an access token, "" if nothing is; it does not quote it."""
    if not isinstance(token, str):
        return "`fields.access_token` must be a string"
    if token.lower().startswith("bearer "):
        return "`fields.access_token` starts with `Bearer`, which is not a part of the token"
    if token != bare(token):
        return "`fields.access_token` has white space around it"
    if len(token) > 2 and token[0] == token[-1] and token[0] in "'\"`":
        return "`fields.access_token` has quotes around it"
    return ""


@rule("S015", "oauth-unknown-key", severity=WARNING, defers_to=("K005", "S011"))
def oauth_unknown_key(connector: Connector) -> Iterator[Finding]:
    """A key of `oauth` is unknown.

    Harvest reads only `scope` and `account_type` and ignores other keys; the stack reads the rest
    from the account type. Comments (`_...`, `//...`) are allowed.

    Bad: {"oauth": {"scope": ["read"], "accountType": "sunmeter"}}
    Good: {"oauth": {"scope": ["read"], "account_type": "sunmeter"}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js and oauth.js; cozy-stack
    model/account/type.go
    """
    block = connector.value.get("oauth")
    if not isinstance(block, dict):
        return
    unknown = [key for key in block if key not in _KNOWN and not key.startswith(("_", "//"))]
    for index, key in enumerate(unknown):
        name = quoted(key)[1:-1]
        near = nearest(key, _KNOWN) if index < _MOST_COMPARED else None
        message, fix = f"unknown key `oauth.{name}`", Fix("remove it")
        if near:
            message += f": did you mean `{near}`?"
            is_there = near in block
            fix = Fix(f"keep only `{near}`" if is_there else f"rename to `{near}`")
        elif fold(key) in ACCOUNT_TYPE_FIELDS:
            message = f"`oauth.{name}` is ignored: it is a key of the account type"
            fix = Fix("write it in the account type, and remove it here")
        elif ours := our_key(key) or (index < _MOST_COMPARED and nearest(key, ACCOUNT_TYPE_FIELDS)):
            message = f"`oauth.{name}` is ignored: the account type has `{ours}`"
            fix = Fix(f"write it in the account type as `{ours}`, and remove it here")
        yield Finding(message, ("oauth", key), "key", fix=fix)
