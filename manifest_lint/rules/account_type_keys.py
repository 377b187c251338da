"""A: the account type document."""

from __future__ import annotations

import json
from collections.abc import Iterator

from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.stack import ACCOUNT_TYPE_FIELDS, account_type_refusals
from manifest_lint.cozy.vocabulary import GRANT_MODES, TOKEN_MODES
from manifest_lint.document.go_json import fold, with_keys
from manifest_lint.document.secret import is_placeholder
from manifest_lint.document.secret_names import PUBLIC_KEYS
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens, is_implicit
from manifest_lint.oauth.names import instead_of, written_as
from manifest_lint.oauth.required import needed, refused_keys
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import listed, nearest, pointer_text, quoted, short, shown

_DATABASE_KEYS = frozenset(
    (
        *("_attachments", "_conflicts", "_deleted", "_deleted_conflicts"),
        *("_local_seq", "_revisions", "_revs_info"),
    )
)
_NO_EFFECT = "The stack ignores the key silently, so it has no effect."
_NOT_STORED = "CouchDB does not store the document, so no login can start with it."
_FINISHING = tuple(mode for mode in GRANT_MODES if not mode.startswith("token"))


@rule("A001", "account-type-unknown-key", on="account type", refused_by="login", fix="safe")
def unknown_key(account_type: AccountType) -> Iterator[Finding]:
    """The stack does not read this key, or CouchDB refuses it.

    The stack ignores it silently. If `redirect_url` is written in place of `redirect_uri`, as in
    the platform's tutorial, the login sends the address of the user's own instance, and the
    provider refuses it; CouchDB refuses a key such as `_comment`, and a key that no login needs is
    a warning.

    Bad: {"redirect_url": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack model/account/type.go; CouchDB src/couch/src/couch_doc.erl; their runs
    """
    # A009 reports the id.
    refused = {key: why for key, why in refused_keys(account_type).items() if key != "_id"}
    wrong = [
        key
        for key in account_type.value
        if key in refused or not (fold(key) in ACCOUNT_TYPE_FIELDS or key in _DATABASE_KEYS)
    ]
    if not wrong:
        return
    misspelt = _misspelt(account_type)
    redirects = _redirect_urls(account_type)
    for key in wrong:
        pointer = (*account_type.pointer, key)
        if key in refused:
            message = f"CouchDB refuses `{short(key)}`: {refused[key]}"
            yield Finding(message, pointer, "key", why=_NOT_STORED)
        elif finding := redirects.get(key) or misspelt.get(key):
            yield finding
        else:
            message = f"the stack does not read `{short(key)}`: {instead_of(key)}"
            yield Finding(message, pointer, "key", severity=WARNING, why=_NO_EFFECT)


def _misspelt(account_type: AccountType) -> dict[str, Finding]:
    """Return the finding for each key in place of one that a login or a run needs."""
    wanted = {**needed(account_type), "redirect_uri": ERROR} if account_type.is_oauth else {}
    if account_type.has_secret_grant:
        wanted["slug"] = ERROR
    found = {}
    for ours, severity in wanted.items():
        if pointer := written_as(account_type, ours):
            key = str(pointer[-1])
            message = f"the stack does not read `{short(key)}`: {instead_of(key)}"
            why = f"The stack ignores the key silently, and `{ours}` is missing."
            refused_by = ("run",) if ours == "slug" else None
            fix = Fix(f"rename to `{ours}`")
            found[key] = Finding(
                message, pointer, "key", severity=severity, why=why, refused_by=refused_by, fix=fix
            )
    return found


def _redirect_urls(account_type: AccountType) -> dict[str, Finding]:
    """Return the finding for each `redirect_url`: an error if it lacks a `redirect_uri`."""
    wrong = [key for key in account_type.value if fold(key) == "redirect_url"]
    if not wrong:
        return {}
    has_rival = len(wrong) > 1 or any(fold(key) == "redirect_uri" for key in account_type.value)
    is_missing, is_oauth = not account_type.text("redirect_uri"), account_type.is_oauth
    message = "the stack ignores `redirect_url`: the key is `redirect_uri`"
    found = {}
    for key in wrong:
        pointer, written = (*account_type.pointer, key), account_type.value[key]
        needed = is_missing and written not in (None, "")
        if not needed:
            fix = Fix("remove it")
        elif isinstance(written, str) and not has_rival:
            fix = Fix("rename to `redirect_uri`", True, (Edit('"redirect_uri"', pointer, "key"),))
        else:
            fix = Fix("write the right URL in `redirect_uri`, and remove this key")
        severity = ERROR if needed and is_oauth else WARNING
        found[key] = Finding(message, pointer, "key", severity=severity, fix=fix)
    return found


@rule("A002", "grant-mode", on="account type", refused_by="login", defers_to=("A001",))
def grant_mode(account_type: AccountType) -> Iterator[Finding]:
    """No login finishes with this grant mode.

    The page that starts the login fails for every user with "Wrong account type", or with `token`
    and `token_redirect_url` the way back from the provider. Logins finish with
    `authorization_code`, `bi_webauth` and `bi_webview`, alone or with `+secret` at the end.

    Bad: {"grant_mode": "refresh_token"}
    Good: {"grant_mode": "authorization_code"}
    Source: cozy-stack model/account/type.go and web/accounts/oauth.go, redirect; its runs; RFC 6749
    section 4.2.2
    """
    written = field(account_type.value, "grant_mode")
    if is_implicit(account_type) and written in GRANT_MODES:
        yield _implicit(account_type)
    if written in GRANT_MODES or not (written is None or isinstance(written, str)):
        return
    if is_placeholder(written):
        return
    pointer = account_type.at("grant_mode")
    cause = written_as(account_type, "grant_mode")
    if not written:
        message = f"`grant_mode` {account_type.gap('grant_mode')}"
        fix = Fix('write "authorization_code", unless the service uses another')
    else:
        near = nearest(written, _FINISHING) or "authorization_code"
        message = f"{quoted(written)} is not a grant mode: use {near} or another"
        message += " (`manifest-lint explain A002` lists all)"
        fix = Fix(f'write "{near}"', False, (Edit(json.dumps(near), pointer),))
    yield Finding(message, pointer, fix=fix, cause=cause)


def _implicit(account_type: AccountType) -> Finding:
    """Return the finding for a grant mode in which the provider shall send the token itself."""
    message = f"a login with the grant mode {quoted(account_type.grant_mode)} never finishes"
    why = (
        "A token in the query is refused on a host that is not an instance, and Harvest never"
        " learns of it on one that is. A token in the fragment, where RFC 6749 puts it, reaches no"
        " server."
    )
    fix = Fix('write "authorization_code", with `token_endpoint` and `client_secret`')
    return Finding(message, account_type.at("grant_mode"), why=why, fix=fix)


@rule(
    "A003",
    "account-type-missing-key",
    on="account type",
    refused_by="login",
    defers_to=("A001",),
)
def missing_key(account_type: AccountType) -> Iterator[Finding]:
    """A key that the grant mode needs is missing or empty.

    The user's login cannot start without `auth_endpoint` and `client_id`, and cannot finish without
    `client_secret`. A missing `token_endpoint`, or a missing `client_secret` in a file with
    placeholders, is a warning.

    Bad: {"auth_endpoint": ""}
    Good: {"auth_endpoint": "https://provider.example/authorize"}
    Source: cozy-stack model/account/type.go; RFC 6749 sections 4.1 and 4.2
    """
    for key, severity in needed(account_type).items():
        how = account_type.gap(key)
        if not how or key == "grant_mode":  # A002 reports that
            continue
        message = f"`{key}` {how}: the grant mode {quoted(account_type.grant_mode)} needs it"
        why = None
        if key == "token_endpoint":
            message = f"`token_endpoint` {how}: the connector must exchange the code itself"
            why = (
                "The stack gets no token: it passes client id and secret to the connector instead."
            )
        cause = written_as(account_type, key)
        yield Finding(message, account_type.at(key), severity=severity, why=why, cause=cause)


@rule("A005", "token-mode", on="account type", severity=WARNING)
def token_mode(account_type: AccountType) -> Iterator[Finding]:
    """The token mode is unknown, or puts the secret into a URL.

    The stack silently treats an unknown token mode as `form`. With `get`, which a few services
    need, the secret ends up in server logs: that is a note.

    Bad: {"token_mode": "post"}
    Good: {"token_mode": "form"}
    Source: cozy-stack model/account/type.go; its runs
    """
    written = account_type.text("token_mode")
    pointer = account_type.at("token_mode")
    if written == "get" and asks_for_tokens(account_type):
        message = '`token_mode` is "get": the stack sends the client secret in a URL'
        why = (
            "Proxies and servers log URLs, so others can read the secret in their logs. Use `get`"
            " only if the service accepts nothing else."
        )
        yield Finding(message, pointer, severity=NOTE, why=why)
    elif written and written not in TOKEN_MODES and not is_placeholder(written):
        near = nearest(written, TOKEN_MODES) or "form"
        message = f"{quoted(written)} is not a token mode: the stack uses form instead"
        yield Finding(message, pointer, fix=Fix(f'write "{near}"'))


@rule("A010", "basic-credentials", on="account type", severity=WARNING)
def basic_credentials(account_type: AccountType) -> Iterator[Finding]:
    """The client id or secret has a character that the stack does not encode for HTTP Basic.

    With the token mode `basic` the stack does not encode the client id and secret, although RFC
    6749 demands it, so a provider reads `+` as a space, `%` as an escape and a colon as the end of
    the id. The provider refuses them, and no user can log in; the token mode `form` delivers both
    unchanged.

    Bad: {"token_mode": "basic", "client_secret": "a+b"}
    Good: {"token_mode": "form", "client_secret": "a+b"}
    Source: RFC 6749 section 2.3.1; runs of cozy-stack's code and of a certified OpenID provider
    """
    if account_type.text("token_mode") != "basic" or not asks_for_tokens(account_type):
        return
    for name, lost in (("client_id", "+%:"), ("client_secret", "+%")):
        written = account_type.text(name)
        if found := [f"`{character}`" for character in lost if character in written]:
            message = f"`{name}` contains {listed(found)}, which the stack does not encode"
            message += ' with the token mode "basic"'
            fix = Fix(
                'set `token_mode` to "form" if the provider accepts it, or ask for another'
                f" `{name}`"
            )
            yield Finding(message, account_type.at(name), fix=fix)


@rule("A008", "account-type-wrong-type", on="account type", refused_by="login")
def wrong_type(account_type: AccountType) -> Iterator[Finding]:
    """A value has a type that the stack cannot decode.

    The stack cannot read the document at all, so every login with it fails.

    Bad: {"skip_state_on_token": "true"}
    Good: {"skip_state_on_token": true}
    Source: cozy-stack model/account/type.go; its runs
    """
    for refusal in account_type_refusals(account_type.value):
        named, value = with_keys(account_type.value, refusal.pointer)
        public = fold(str(named[-1])) in PUBLIC_KEYS
        if public or isinstance(value, bool | list | dict):
            actual = shown(value)
        else:  # it may be a secret
            actual = "a string" if isinstance(value, str) else "a number"
        message = f"`{pointer_text(named)}` must be {refusal.wanted}, not {actual}"
        yield Finding(message, (*account_type.pointer, *refusal.pointer))


@rule("A009", "account-type-id", on="account type", refused_by="login")
def account_type_id(account_type: AccountType) -> Iterator[Finding]:
    """The account type's id is cut or changed in the URLs of the login, or CouchDB refuses it.

    Harvest puts the id into the path of the login URL, where a `/`, `?` or `#` ends it and a `%` is
    decoded; only one `/`, after a context, is allowed. CouchDB refuses an id that is empty or
    starts with `_`.

    Bad: {"_id": "my bank?", "redirect_uri": "$REDIRECT_URI"}
    Good: {"_id": "mybank", "redirect_uri": "$REDIRECT_URI"}
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/oauth.js, getOAuthUrl; WHATWG URL;
    cozy-stack web/accounts/oauth.go; runs of CouchDB
    """
    written = account_type.value.get("_id")
    reason = refused_keys(account_type).get("_id")
    if reason and (written is None or isinstance(written, str)):  # A008 reports other types
        message = f"CouchDB refuses the id {quoted(written or '')}: {reason}"
        yield Finding(message, (*account_type.pointer, "_id"), why=_NOT_STORED)
    if not account_type.is_oauth or not account_type.id:
        return
    if not wire.reaches_its_route(account_type.service_id):
        message = f"the id {quoted(account_type.id)} is {wire.fate(account_type.service_id)}"
        why = "The stack finds no account type for the login's URL, and every user's login fails."
        fix = Fix("use letters, digits and `-` only")
        yield Finding(message, account_type.at("_id"), why=why, fix=fix)
