"""A: the account type document."""

from __future__ import annotations

import json
from collections.abc import Iterator

from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.stack import ACCOUNT_TYPE_FIELDS, account_type_refusals
from manifest_lint.cozy.vocabulary import GRANT_MODES, TOKEN_MODES
from manifest_lint.document.document import PUBLIC_KEYS
from manifest_lint.document.go_json import fold
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens, is_placeholder
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, pointer_text, quoted, short, shown

_DATABASE_KEYS = frozenset(("_attachments", "_conflicts", "_deleted", "_revisions", "_revs_info"))
_CODE_GRANTS = ("authorization_code", "authorization_code+secret")
_WITHOUT_CLIENT_ID = ("secret", "token_redirect_url")


@rule("A001", "account-type-unknown-key", on="account type", refused_by="login", fix="safe")
def unknown_key(account_type: AccountType) -> Iterator[Finding]:
    """A key that the stack does not read.

    The stack ignores it without a word. `redirect_url`, which the platform's own tutorial writes
    in its example, is such a key: the login then goes out with an address of the user's own
    instance, different for each, and the provider refuses it.

    Bad: {"redirect_url": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack model/account/type.go; its runs
    """
    for key in account_type.value:
        if fold(key) in ACCOUNT_TYPE_FIELDS or key in _DATABASE_KEYS:
            continue
        if fold(key) == "redirect_url":
            yield _redirect_url(account_type, key)
        else:
            pointer = (*account_type.pointer, key)
            near = nearest(key, ACCOUNT_TYPE_FIELDS)
            message = f"the stack does not read `{short(key)}`"
            message += f": did you mean `{near}`?" if near else ""
            why = "The stack ignores it without a word: what was meant with it does not happen."
            yield Finding(message, pointer, "key", severity=WARNING, why=why)


def _redirect_url(account_type: AccountType, key: str) -> Finding:
    """Tell of the key that should be `redirect_uri`: an error where that one says nothing."""
    pointer, written = (*account_type.pointer, key), account_type.value[key]
    rivals = [name for name in account_type.value if fold(name) in ("redirect_uri", "redirect_url")]
    needed = not account_type.text("redirect_uri") and written not in (None, "")
    if not needed:
        fix = Fix("remove it")
    elif rivals == [key] and isinstance(written, str):
        fix = Fix("rename to `redirect_uri`", True, (Edit('"redirect_uri"', pointer, "key"),))
    else:
        fix = Fix("write under `redirect_uri` what is meant, and remove this one")
    message = "`redirect_url` is ignored by the stack: the key is `redirect_uri`"
    severity = ERROR if needed and account_type.is_oauth else WARNING
    return Finding(message, pointer, "key", severity=severity, fix=fix)


@rule("A002", "grant-mode", on="account type", refused_by="login")
def grant_mode(account_type: AccountType) -> Iterator[Finding]:
    """The grant mode is none that the stack knows.

    The page that starts the login fails with "Wrong account type". `refresh_token`, which the
    platform's tutorial lists, is one of these: the stack refreshes tokens by itself, under
    `authorization_code`.

    Bad: {"grant_mode": "refresh_token"}
    Good: {"grant_mode": "authorization_code"}
    Source: cozy-stack model/account/type.go; its runs
    """
    written = field(account_type.value, "grant_mode")
    if written in GRANT_MODES or not (written is None or isinstance(written, str)):
        return
    if is_placeholder(written):
        return
    pointer = account_type.at("grant_mode")
    if not written:
        message = "`grant_mode` is missing"
        fix = Fix('write "authorization_code", unless the service uses another')
    else:
        message = f"{quoted(written)} is not a grant mode: {one_of(list(GRANT_MODES))}"
        near = nearest(written, GRANT_MODES) or "authorization_code"
        fix = Fix(f'write "{near}"', False, (Edit(json.dumps(near), pointer),))
    yield Finding(message, pointer, fix=fix)


@rule("A003", "account-type-missing-key", on="account type", refused_by="login")
def missing_key(account_type: AccountType) -> Iterator[Finding]:
    """A key that the grant mode needs is missing or empty.

    The login cannot start without `auth_endpoint` and `client_id`, nor finish without
    `client_secret`. Without `token_endpoint` the connector must do the stack's work: that is a
    warning, and so is a `client_secret` missing from a file of placeholders.

    Bad: {"auth_endpoint": ""}
    Good: {"auth_endpoint": "https://provider.example/authorize"}
    Source: cozy-stack model/account/type.go; RFC 6749 sections 4.1 and 4.2
    """
    mode = account_type.grant_mode
    if mode not in GRANT_MODES or mode == "secret":
        return
    needed = ["auth_endpoint"]
    needed += ["client_id"] if mode not in _WITHOUT_CLIENT_ID else []
    needed += ["client_secret"] if mode in _CODE_GRANTS else []
    for key in needed:
        if field(account_type.value, key) in (None, ""):
            template = key == "client_secret" and account_type.has_placeholders
            message = f"`{key}` is missing, and {quoted(mode)} needs it"
            severity = WARNING if template else ERROR
            yield Finding(message, account_type.at(key), severity=severity)
    if mode in _CODE_GRANTS and field(account_type.value, "token_endpoint") in (None, ""):
        yield Finding(
            "`token_endpoint` is missing: the connector must exchange the code itself",
            account_type.at("token_endpoint"),
            severity=WARNING,
            why="The stack then hands client id and secret to the connector, and asks no token.",
        )


@rule("A005", "token-mode", on="account type", severity=WARNING)
def token_mode(account_type: AccountType) -> Iterator[Finding]:
    """The token mode is unknown, or puts the secret into a URL.

    The stack takes an unknown token mode for `form` without a word. With `get`, which a few
    services ask for, the secret is kept in the logs of servers: a note.

    Bad: {"token_mode": "post"}
    Good: {"token_mode": "form"}
    Source: cozy-stack model/account/type.go; its runs
    """
    written = account_type.text("token_mode")
    pointer = account_type.at("token_mode")
    if written == "get" and asks_for_tokens(account_type):
        message = "`token_mode` is get: the client secret stands in a URL"
        why = "URLs are kept in the logs of proxies and servers. Use it only if the service must."
        yield Finding(message, pointer, severity=NOTE, why=why)
    elif written and written not in TOKEN_MODES and not is_placeholder(written):
        near = nearest(written, TOKEN_MODES) or "form"
        message = f"{quoted(written)} is not a token mode, and acts as form"
        yield Finding(message, pointer, fix=Fix(f'write "{near}"'))


@rule("A010", "basic-credentials", on="account type", severity=WARNING)
def basic_credentials(account_type: AccountType) -> Iterator[Finding]:
    """Client id or secret do not survive HTTP Basic as the stack sends it.

    With the token mode `basic` a client must form-encode both before it joins them, and providers
    that keep to that decode them. The stack does not encode: a `+` is then read as a space, `%`
    as the beginning of an escape, and a colon in the id ends it. The provider refuses the secret
    when the code is exchanged. `form` sends all of them as they are.

    Bad: {"token_mode": "basic", "client_secret": "a+b"}
    Good: {"token_mode": "form", "client_secret": "a+b"}
    Source: RFC 6749 section 2.3.1; runs of cozy-stack's code and of a certified OpenID provider
    """
    if account_type.text("token_mode") != "basic" or not asks_for_tokens(account_type):
        return
    for name, lost in (("client_id", "+%:"), ("client_secret", "+%")):
        if not set(account_type.text(name)).isdisjoint(lost):
            characters = one_of([f"`{character}`" for character in lost])
            message = f"`{name}` holds {characters}, which providers decode from HTTP Basic"
            fix = Fix('write "form", if the provider takes it, or get another from it')
            yield Finding(message, account_type.at(name), fix=fix)


@rule("A008", "account-type-wrong-type", on="account type", refused_by="login")
def wrong_type(account_type: AccountType) -> Iterator[Finding]:
    """A value is of a type that the stack cannot decode.

    The stack fails to read the whole document, and every login with it fails.

    Bad: {"skip_state_on_token": "true"}
    Good: {"skip_state_on_token": true}
    Source: cozy-stack model/account/type.go; its runs
    """
    for refusal in account_type_refusals(account_type.value):
        value, public = refusal.value, fold(str(refusal.pointer[-1])) in PUBLIC_KEYS
        if public or isinstance(value, bool | list | dict):
            actual = shown(value)
        else:  # it may be a secret
            actual = "text" if isinstance(value, str) else "a number"
        message = f"`{pointer_text(refusal.pointer)}` must be {refusal.wanted}, not {actual}"
        yield Finding(message, (*account_type.pointer, *refusal.pointer))


@rule("A009", "account-type-id", on="account type", refused_by="login")
def account_type_id(account_type: AccountType) -> Iterator[Finding]:
    """The document's id does not survive on its way through URLs.

    Harvest makes it a part of the path of the URL that starts the login, and decodes the whole
    URL; the provider's answer comes back by such a path too. A `/`, `?` or `#` ends that part, a
    `%` is decoded, and the stack finds no document of the id that is left. One `/` may part a
    context from the rest.

    Bad: {"_id": "my bank?", "redirect_uri": "$REDIRECT_URI"}
    Good: {"_id": "mybank", "redirect_uri": "$REDIRECT_URI"}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js, getOAuthUrl; WHATWG URL;
    cozy-stack web/accounts/oauth.go
    """
    if not account_type.is_oauth or not account_type.id:
        return
    if not wire.reaches_its_route(account_type.service_id):
        message = f"the id {quoted(account_type.id)} does not survive in a URL's path"
        yield Finding(message, account_type.at("_id"), fix=Fix("write letters, digits, `-`"))
