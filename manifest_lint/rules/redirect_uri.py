"""R: the redirect URI in force."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import SplitResult, urlunsplit

from manifest_lint.cozy.go_struct import field
from manifest_lint.finding import Severity
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens, is_development_domain
from manifest_lint.oauth.redirect_uri import leads_elsewhere, parts_of, registered
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import one_of, quoted, short

_CALLBACK = "oauthcallback."
_SENT_AS = ("redirect_uri", "redirect_url")
_PORT = re.compile(r":([0-9]+)$")
_DEFAULT_PORTS = {"https": "443", "http": "80"}


@rule("R001", "redirect-path", on="account type", refused_by="login", fix="unsafe")
def redirect_path(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI's path does not lead back to this account type.

    The provider sends the user back to it, and the stack answers "bad state" unless the path is
    `/accounts/<id>/redirect`, with the document's id without its context. It is a warning where
    `skip_redirect_uri_on_authorize` leaves the choice to the provider.

    Bad: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/other/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack web/accounts/oauth.go
    """
    uri = registered(account_type)
    if not uri:
        return
    pointer = account_type.at("redirect_uri")
    wanted = wire.redirect_path(account_type.service_id)
    parts = parts_of(uri)
    severity = ERROR if _is_sent(account_type) else WARNING
    if parts is None:
        message = "`redirect_uri` is no absolute URL, or holds white space or a port that is none"
        yield Finding(message, pointer, severity=severity)
    elif leads_elsewhere(account_type):
        fix = Fix(f"make the path {wanted}, and tell the provider")
        if not parts.username and not parts.query:  # where a secret could stand
            mended = urlunsplit(parts._replace(path=wanted))
            fix = replace(fix, edits=(Edit(json.dumps(mended, ensure_ascii=False), pointer),))
        message = f"the path must be {quoted(wanted)}, not {quoted(parts.path)}"
        yield Finding(message, pointer, severity=severity, fix=fix)


@rule("R002", "redirect-host", on="account type", severity=WARNING)
def redirect_host(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI's host is not `oauthcallback.<domain>`.

    The provider knows one address for all users, so it cannot be that of one instance: the stack
    answers on `oauthcallback.` of its domain for every instance, and finds the user's by the
    login's state. On a development domain the instance's own host will do.

    Bad: {"redirect_uri": "https://alice.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack docs/konnectors-workflow.md and web/accounts/oauth.go; the platform's
    tutorial on OAuth connectors
    """
    parts = parts_of(registered(account_type))
    if parts is None:
        return
    host = parts.hostname or ""
    if not host.startswith(_CALLBACK) and not is_development_domain(host):
        message = f"the host must be {_CALLBACK}<domain>, not {quoted(host)}"
        yield Finding(message, account_type.at("redirect_uri"))


@rule("R003", "redirect-https", on="account type", severity=WARNING)
def redirect_https(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI is not https.

    The code that the provider sends back then crosses the network in the clear, and most
    providers refuse to register such a URI. On a domain of development it is a note.

    Bad: {"redirect_uri": "http://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: RFC 6749 section 3.1.2.1; RFC 9700 section 2.6
    """
    parts = parts_of(registered(account_type))
    if parts is not None and parts.scheme != "https":
        development = is_development_domain(parts.hostname or "")
        severity = NOTE if development else WARNING
        message = f"the redirect URI is {parts.scheme}, not https"
        yield Finding(message, account_type.at("redirect_uri"), severity=severity)


@rule("R004", "redirect-form", on="account type", refused_by="login", fix="unsafe")
def redirect_form(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI holds what it should not.

    Providers compare it character by character with what they have registered. A fragment is
    forbidden, and with a slash behind it the path matches no route of the stack. What works but
    is easily registered otherwise is a warning: a query, a user name, capitals, the usual port.

    Bad: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect/"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: RFC 6749 section 3.1.2; RFC 9700 section 2.1; cozy-stack web/accounts/oauth.go
    """
    uri = registered(account_type)
    parts = parts_of(uri)
    if parts is None:
        return
    pointer = account_type.at("redirect_uri")
    may_hold_secret = "@" in parts.netloc or "?" in uri
    worst = ERROR if _is_sent(account_type) else WARNING
    for severity, message, mended in _flaws(uri, parts, leads_elsewhere(account_type)):
        fix = Fix("write it without, and tell the provider")
        if not may_hold_secret:
            edit = Edit(json.dumps(mended, ensure_ascii=False), pointer)
            fix = Fix(f"write {short(mended, 100)}, and tell the provider", False, (edit,))
        yield Finding(message, pointer, severity=min(severity, worst), fix=fix)


@rule("R005", "redirect-port", on="account type", severity=WARNING)
def redirect_port(account_type: AccountType) -> Iterator[Finding]:
    """A port stands in the redirect URI of a production domain.

    Only a developer's stack listens on a port of its own; in production the provider sends the
    user where nobody answers.

    Bad: {"redirect_uri": "https://oauthcallback.cozy.rocks:8080/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.tools:8080/accounts/x/redirect"}
    Source: the platform's tutorial on OAuth connectors; cozy-stack docs/konnectors-workflow.md
    """
    parts = parts_of(registered(account_type))
    found = _PORT.search(parts.netloc) if parts else None
    if not parts or not found or found[1] == _DEFAULT_PORTS.get(parts.scheme):
        return
    if not is_development_domain(parts.hostname or ""):
        message = f"port {found[1][:5]} on {quoted(parts.hostname or '')}: is it for development?"
        yield Finding(message, account_type.at("redirect_uri"))


@rule("R006", "redirect-uri-missing", on="account type", refused_by="login", defers_to=("A001",))
def redirect_uri_missing(account_type: AccountType) -> Iterator[Finding]:
    """No redirect URI is registered.

    Each instance then sends an address of its own, and a provider compares it character by
    character with those it knows: it refuses all but the instances registered with it, which is
    a warning. With a context in the document's id that address matches no route of the stack, and
    no login ends.

    Bad: {"_id": "ctx/x", "redirect_uri": ""}
    Good: {"_id": "ctx/x", "redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack model/account/type.go, RedirectURI; RFC 6749 section 3.1.2.3; RFC 9700
    """
    missing = field(account_type.value, "redirect_uri") in (None, "")
    if not missing or not account_type.is_oauth or not account_type.id:
        return
    if not _is_sent(account_type) and not asks_for_tokens(account_type):
        return
    own = wire.own_redirect_uri(account_type.id, "<instance>")
    wanted = f"https://oauthcallback.<domain>/accounts/{account_type.service_id}/redirect"
    severity = ERROR if account_type.context and _is_sent(account_type) else WARNING
    message = f"`redirect_uri` is missing: each instance sends its own, {own}"
    yield Finding(
        message,
        account_type.at("redirect_uri"),
        severity=severity,
        fix=Fix(f"register {wanted} with the provider, and write it here"),
        cause=account_type.at("redirect_url"),
    )


@rule("R007", "redirect-domain", on="account type", severity=WARNING, defers_to=("R002",))
def redirect_domain(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI's domain is none of those that the configuration names.

    A platform's operator knows on which domains its stacks answer. Another one is most often
    left over from a development set-up, or copied from another platform's account type.

    Bad: a redirect URI on oauthcallback.cozy.tools where `redirect-domains` is ["cozy.rocks"]
    Good: a redirect URI on oauthcallback.cozy.rocks there
    Source: the project's own configuration
    """
    domains = account_type.settings.redirect_domains
    parts = parts_of(registered(account_type)) if domains else None
    if parts is None:
        return
    host = parts.hostname or ""
    domain = host.removeprefix(_CALLBACK)
    if domain == host:
        if any(f".{host}".endswith(f".{d}") for d in domains):
            return
    elif domain in domains:
        return
    message = f"{quoted(domain)} is none of the domains configured: {one_of(list(domains))}"
    yield Finding(message, account_type.at("redirect_uri"))


def _is_sent(account_type: AccountType) -> bool:
    """Tell whether the login names the redirect URI, and does not leave it to the provider."""
    return not wire.authorize_parameters(account_type).isdisjoint(_SENT_AS)


def _flaws(uri: str, parts: SplitResult, elsewhere: bool) -> Iterator[tuple[Severity, str, str]]:
    """Tell what a redirect URI should not hold: how bad it is, in words, and the URI without it.

    Of a path that leads `elsewhere`, R001 tells.
    """
    before, mark, _ = uri.partition("#")
    if mark:
        yield ERROR, "a redirect URI must not have a fragment", before
    start = uri.index("//") + 2
    end = start + len(parts.netloc)
    if parts.path.endswith("/") and not elsewhere:
        mended = uri[:end] + parts.path.rstrip("/") + uri[end + len(parts.path) :]
        yield ERROR, "the path ends with a slash, and matches no route of the stack", mended
    if "?" in before:
        yield WARNING, "the redirect URI holds a query", uri
    if "@" in parts.netloc:
        yield WARNING, "a user name stands before the redirect URI's host", uri
    if uri[:end] != uri[:end].lower():
        mended = uri[:end].lower() + uri[end:]
        yield WARNING, "the redirect URI's scheme or host is in capitals", mended
    port = _PORT.search(parts.netloc)
    if port and port[1] == _DEFAULT_PORTS.get(parts.scheme):
        mended = uri[: end - len(port[0])] + uri[end:]
        yield WARNING, f"port {port[1]} is the one of {parts.scheme} anyway", mended
