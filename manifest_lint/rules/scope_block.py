"""S010 to S014: the rest of the `oauth` object, and what goes with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from manifest_lint.cozy.vocabulary import FIELD_TYPES
from manifest_lint.oauth import wire
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, quoted, shown

_MOST_COMPARED = 50
_OF_OPENID = ("profile", "email", "offline_access")
_OF_OTHERS = ("https://www.googleapis.com/auth/", "public_profile")
"""Scopes of Google and Facebook: the first takes `profile` and `email` as short for its own."""


@rule("S010", "access-token-field", severity=NOTE)
def access_token_field(connector: Connector) -> Iterator[Finding]:
    """An OAuth connector declares no hidden field `access_token`.

    The token that the stack gets at the login reaches the connector's code as
    `fields.access_token`. OAuth connectors declare it as a hidden field: it tells a reader where
    the value comes from, and a form made of `fields` has nothing to ask.

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
        message = "an OAuth connector has a hidden field `access_token`, and this one has none"
        yield Finding(message, ("fields", "access_token"), fix=fix)
        return
    written = field.get("type") if isinstance(field, dict) else None
    if written in FIELD_TYPES and written != "hidden":
        message = f"the field `access_token` is of type {written}, not hidden"
        yield Finding(message, ("fields", "access_token", "type"), fix=fix)


@rule("S011", "oauth-without-scope", severity=WARNING)
def oauth_without_scope(connector: Connector) -> Iterator[Finding]:
    """`oauth` is there, and says nothing of a scope.

    Anything but false, null, zero and an empty text makes an OAuth connector, an empty object and
    an empty list too. The login starts, and asks the provider for no scope. If that is meant,
    `"scope": null` says so: an `oauth` that is empty is a note. Where the scope stands under
    another key, as in `scopes`, nobody reads it.

    Bad: {"oauth": {"scopes": ["read"]}}
    Good: {"oauth": {"scope": ["read"]}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js and oauth.js; their runs
    """
    written = connector.value.get("oauth")
    if written == {} or written is True or isinstance(written, list):
        what = "an empty object" if written == {} else shown(written)
        message = f"`oauth` is {what}: the login is by OAuth, and asks for no scope"
        fix = Fix("name the scope, or say that it is null")
        yield Finding(message, ("oauth",), severity=NOTE, fix=fix)
    elif isinstance(written, dict) and "scope" not in written:
        for key in list(written)[:_MOST_COMPARED]:
            if key != "account_type" and nearest(key[:20], ("scope",)):
                message = f"`oauth.{quoted(key)[1:-1]}` is read by nobody: the key is `scope`"
                yield Finding(message, ("oauth", key), "key", fix=Fix("rename it to `scope`"))


@rule("S012", "account-type-name", refused_by="login")
def account_type_name(connector: Connector) -> Iterator[Finding]:
    """`oauth.account_type` cannot be the id of an account type.

    Harvest takes the value as it is for a part of the URL that starts the login, wherever the key
    is present: of null it makes the account type "null", of an empty text none, and a `/`, `?` or
    `#` leads elsewhere. Without the key, the slug is taken.

    Bad: {"oauth": {"account_type": null, "scope": ["read"]}}
    Good: {"oauth": {"account_type": "sunmeter", "scope": ["read"]}}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js; cozy-stack
    web/accounts/oauth.go; their runs
    """
    if (trouble := names_no_account_type(connector.value)) is not None:
        pointer = ("oauth", "account_type")
        yield Finding(trouble, pointer, fix=Fix("name one, or leave the key out for the slug"))


def names_no_account_type(manifest: dict[str, Any]) -> str | None:
    """Tell why `oauth.account_type`, where it is there, cannot be an id; None if it can."""
    block = manifest.get("oauth")
    if not isinstance(block, dict) or "account_type" not in block:
        return None
    written = block["account_type"]
    if not isinstance(written, str):
        taken = quoted(wire.javascript_text(written))
        return f"`oauth.account_type` must be text, not {shown(written)}: {taken} is looked for"
    if not written:
        return "`oauth.account_type` is empty: the login page is not found"
    if not wire.reaches_its_route(written):
        alone = "write the id without its context, which the stack adds"
        why = alone if "/" in written else "it does not survive in a URL's path"
        return f"`oauth.account_type` cannot be {quoted(written)}: {why}"
    return None


@rule("S013", "scope-openid", severity=NOTE)
def scope_openid(connector: Connector) -> Iterator[Finding]:
    """A scope of OpenID Connect is asked for without `openid`.

    `profile`, `email` and `offline_access` have their meaning from OpenID Connect, whose requests
    must ask for `openid`; without it many providers pass over them, or refuse them. Some have
    scopes of their own by these names, as Google and Facebook do, whose scopes are known: then all
    is well.

    Bad: {"oauth": {"scope": ["profile offline_access"]}}
    Good: {"oauth": {"scope": ["openid profile offline_access"]}}
    Source: OpenID Connect Core 1.0 sections 3.1.2.1, 5.4 and 11
    """
    tokens = {
        token for _, text in wire.texts_in(connector.value) for token in re.split(r"[\s+,]+", text)
    }
    named = [name for name in _OF_OPENID if name in tokens]
    if named and "openid" not in tokens and not any(t.startswith(_OF_OTHERS) for t in tokens):
        names = ", ".join(f"`{name}`" for name in named)
        fix = Fix("add openid, if the service speaks OpenID Connect")
        yield Finding(f"asked for without `openid`: {names}", ("oauth", "scope"), fix=fix)


@rule("S014", "no-token-in-development", severity=NOTE)
def no_token_in_development(connector: Connector) -> Iterator[Finding]:
    """The developer's configuration of an OAuth connector has no access token.

    Run by its developer a connector has no stack that logs in for it: its code gets
    `fields.access_token` from konnector-dev-config.json, and nothing if it is not there.

    Bad: an OAuth connector beside a konnector-dev-config.json that holds {"fields": {}}
    Good: the same with {"fields": {"access_token": "<ACCESS_TOKEN>"}}
    Source: the platform's tutorial on OAuth connectors; cozy-konnector-libs, standalone mode
    """
    document = connector.dev_config
    if not document or not isinstance(document.value, dict) or not wire.is_oauth(connector.value):
        return
    fields = document.value.get("fields")
    token = fields.get("access_token") if isinstance(fields, dict) else None
    if token in (None, ""):
        message = "`fields.access_token` is missing: in development the connector gets no token"
        pointer = ("fields", "access_token")
        yield Finding(message, pointer, document=document, fix=Fix("get one, and write it here"))
