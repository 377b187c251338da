"""R: the redirect URI in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit, urlunsplit

from manifest_lint import oauth
from manifest_lint.account_types import AccountType, is_development_domain, is_placeholder
from manifest_lint.go_struct import field
from manifest_lint.rules import ERROR, NOTE, WARNING, Change, Mend, Problem, rule
from manifest_lint.wording import quoted


@rule("R001", "redirect-path", on="account type", refused_by="login", fix="unsafe")
def redirect_path(account_type: AccountType) -> Iterator[Problem]:
    """The redirect URI's path does not lead back to this account type.

    The provider sends the user back to it, and the stack answers "bad state" unless the path is
    `/accounts/<id>/redirect`, with the document's id without its context.

    Bad: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/other/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack web/accounts/oauth.go
    """
    uri = _registered(account_type)
    if not uri or not account_type.id:
        return
    pointer = account_type.at("redirect_uri")
    wanted = oauth.redirect_path(account_type.service_id)
    parts = _parts(uri)
    if parts is None:
        yield Problem("`redirect_uri` is not an absolute URL without white space", pointer)
    elif parts.path != wanted:
        fix = Mend(f"make the path {wanted}, and tell the provider")
        if not parts.username and not parts.query:  # where a secret could stand
            mended = json.dumps(urlunsplit(parts._replace(path=wanted)), ensure_ascii=False)
            fix = replace(fix, changes=(Change(mended, pointer),))
        message = f"the path must be {quoted(wanted)}, not {quoted(parts.path)}"
        yield Problem(message, pointer, mend=fix)


@rule("R003", "redirect-https", on="account type", severity=WARNING)
def redirect_https(account_type: AccountType) -> Iterator[Problem]:
    """The redirect URI is not https.

    The code that the provider sends back then crosses the network in the clear, and most
    providers refuse to register such a URI.

    Bad: {"redirect_uri": "http://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: RFC 6749 section 3.1.2.1; RFC 9700 section 2.6
    """
    parts = _parts(_registered(account_type))
    if parts is not None and parts.scheme != "https":
        development = is_development_domain(parts.hostname or "")
        severity = NOTE if development else WARNING
        message = f"the redirect URI is {parts.scheme}, not https"
        yield Problem(message, account_type.at("redirect_uri"), severity=severity)


@rule("R006", "redirect-uri-missing", on="account type", refused_by="login")
def redirect_uri_missing(account_type: AccountType) -> Iterator[Problem]:
    """No redirect URI is registered.

    Each instance then sends an address of its own, and a provider compares it character by
    character with those it knows: it refuses all but the instances registered with it. With a
    context in the document's id that address matches no route of the stack, and no login ends.

    Bad: {"_id": "ctx/x", "redirect_uri": ""}
    Good: {"_id": "ctx/x", "redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack model/account/type.go, RedirectURI; RFC 6749 section 3.1.2.3; RFC 9700
    """
    missing = field(account_type.value, "redirect_uri") in (None, "")
    renamed = field(account_type.value, "redirect_url") not in (None, "")  # A001 tells that
    if not missing or renamed or not account_type.is_oauth or not account_type.id:
        return
    own = oauth.own_redirect_uri(account_type.id, "<instance>")
    wanted = f"https://oauthcallback.<domain>/accounts/{account_type.service_id}/redirect"
    severity = ERROR if account_type.context else WARNING
    message = f"`redirect_uri` is missing: each instance sends its own, {own}"
    yield Problem(
        message,
        account_type.at("redirect_uri"),
        severity=severity,
        mend=Mend(f"register {wanted} with the provider, and write it here"),
    )


def _registered(account_type: AccountType) -> str:
    """Give the redirect URI as written, empty where none is, or where none is used."""
    uri = account_type.text("redirect_uri")
    return uri if account_type.is_oauth and not is_placeholder(uri) else ""


def _parts(uri: str) -> SplitResult | None:
    """Take an absolute URL apart; None for anything else, white space and controls included."""
    if not uri.isprintable() or " " in uri:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    return parts if parts.scheme and parts.netloc else None
