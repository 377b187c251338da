"""R: the redirect URI in force."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlunsplit

from manifest_lint.cozy.domain import host_of, normalised
from manifest_lint.finding import Severity
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens, is_development_domain
from manifest_lint.oauth.names import written_as
from manifest_lint.oauth.redirect_uri import (
    is_after_another_scheme,
    is_sent,
    leads_elsewhere,
    parts_of,
    path_after_placeholder,
    registered,
    unfilled,
    unusable,
)
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Edit, Finding, Fix, rule
from manifest_lint.text.wording import one_of, quoted, short

_CALLBACK = "oauthcallback."
_SLASH = "the path of `redirect_uri` must not end with a slash"
_PORT = r":([0-9]+)$"
_IN_DOMAINS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
_DEFAULT_PORTS = {"https": "443", "http": "80"}


@rule(
    "R001",
    "redirect-path",
    on="account type",
    refused_by="login",
    fix="unsafe",
    compares=("manifest", "slug"),
)
def redirect_path(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI's path does not lead back to this account type.

    The provider sends the user back to the redirect URI, and the login fails with "bad state"
    unless its path is `/accounts/<id>/redirect`; leave the context out of the id. With
    `skip_redirect_uri_on_authorize` this is a warning.

    Bad: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/other/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack web/accounts/oauth.go
    """
    uri = registered(account_type)
    pointer = account_type.at("redirect_uri")
    wanted = wire.redirect_path(account_type.service_id)
    parts = parts_of(uri)
    severity = ERROR if is_sent(account_type) else WARNING
    if not uri:
        path = path_after_placeholder(account_type)
        if path and account_type.id and path != wanted:
            message = f"the path of `redirect_uri` must be {quoted(wanted)}, not {quoted(path)}"
            fix = Fix(f"write {wanted} as the path, and register the new URI with the provider")
            yield Finding(message, pointer, severity=severity, fix=fix)
    elif parts is None and (within := parts_of(uri.strip())):
        # What is wrong with the rest is reported when this is right; it may hold a secret.
        is_good = uri.strip().endswith(wanted) and within.path == wanted and "@" not in uri
        edit = Edit(json.dumps(uri.strip(), ensure_ascii=False), pointer)
        fix = Fix("remove it", False, (edit,) if is_good else ())
        yield Finding(unusable(uri), pointer, severity=severity, fix=fix)
    elif why := unusable(uri):
        one = Fix("remove one of them") if parts else None
        yield Finding(why, pointer, severity=severity, fix=one)
    elif parts and leads_elsewhere(account_type):
        fix = Fix(f"write {wanted} as the path, and register the new URI with the provider")
        is_fixed_by_it = "/" not in account_type.service_id  # no path leads to such an id
        if is_fixed_by_it and not parts.username and not parts.query:  # they may hold a secret
            fixed = urlunsplit(parts._replace(path=wanted))
            fix = fix._replace(edits=(Edit(json.dumps(fixed, ensure_ascii=False), pointer),))
        message = f"the path of `redirect_uri` must be {quoted(wanted)}, not {quoted(parts.path)}"
        yield Finding(message, pointer, severity=severity, fix=fix)


@rule("R002", "redirect-host", on="account type", severity=WARNING)
def redirect_host(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI's host is not `oauthcallback.<domain>`.

    The provider knows one URI for all users, so with the host of one instance the login fails for
    the users of all others; with a host that cannot be a domain, for all. On a development domain
    the instance's own host is accepted.

    Bad: {"redirect_uri": "https://alice.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack docs/konnectors-workflow.md and web/accounts/oauth.go; the platform's
    tutorial on OAuth connectors
    """
    parts = parts_of(registered(account_type))
    if parts is None or is_after_another_scheme(parts):
        return
    host = parts.hostname or ""
    if is_development_domain(host):
        return
    domain = host.removeprefix(_CALLBACK)
    if domain == host or domain.startswith(_CALLBACK):
        message = f"the host of `redirect_uri` must be {_CALLBACK}<domain>, not {quoted(host)}"
    elif not _is_domain(normalised(host) or ""):
        message = f"the host of `redirect_uri` cannot be {quoted(host)}: it is not a domain name"
    else:
        return
    yield Finding(message, account_type.at("redirect_uri"))


@rule("R003", "redirect-https", on="account type", severity=WARNING)
def redirect_https(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI is not https.

    The code that the provider sends back then crosses the network unencrypted, and most providers
    refuse to register such a URI. On a development domain it is a note.

    Bad: {"redirect_uri": "http://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: RFC 6749 section 3.1.2.1; RFC 9700 section 2.6
    """
    parts = parts_of(registered(account_type))
    if parts is not None and parts.scheme != "https":
        development = is_development_domain(parts.hostname or "")
        severity = NOTE if development else WARNING
        message = f"the redirect URI uses {parts.scheme}: write https"
        yield Finding(message, account_type.at("redirect_uri"), severity=severity)


@rule(
    "R004",
    "redirect-form",
    on="account type",
    refused_by="login",
    fix="unsafe",
    defers_to=("R001",),
)
def redirect_form(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI has a part that it should not have.

    The login fails with a fragment or a slash at the end of the path. A query, a user name,
    capitals or the default port is a warning: it works only if the provider has registered exactly
    the same characters.

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
    worst = ERROR if is_sent(account_type) else WARNING
    for severity, message, fixed in _faults(uri, parts):
        fix = Fix("remove it, and register the new URI with the provider")
        if not may_hold_secret:
            edit = Edit(json.dumps(fixed, ensure_ascii=False), pointer)
            title = f"write {short(fixed, 100)}, and register the new URI with the provider"
            fix = Fix(title, False, (edit,))
        # R001 reports a path that leads elsewhere, with or without a slash at its end.
        cause = pointer if message == _SLASH else ()
        yield Finding(message, pointer, severity=min(severity, worst), fix=fix, cause=cause)


@rule("R005", "redirect-port", on="account type", severity=WARNING)
def redirect_port(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI of a production domain has a port.

    Only a developer's stack uses a port of its own. In production the provider sends the user to a
    port where no server answers.

    Bad: {"redirect_uri": "https://oauthcallback.cozy.rocks:8080/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.tools:8080/accounts/x/redirect"}
    Source: the platform's tutorial on OAuth connectors; cozy-stack docs/konnectors-workflow.md
    """
    parts = parts_of(registered(account_type))
    found = re.search(_PORT, parts.netloc) if parts and ":" in parts.netloc else None
    if not parts or not found or found[1] == _DEFAULT_PORTS.get(parts.scheme):
        return
    if not is_development_domain(parts.hostname or ""):
        message = f"port {found[1][:5]} on {quoted(parts.hostname or '')}: remove it in production"
        yield Finding(message, account_type.at("redirect_uri"))


@rule("R006", "redirect-uri-missing", on="account type", refused_by="login", defers_to=("A001",))
def redirect_uri_missing(account_type: AccountType) -> Iterator[Finding]:
    """No redirect URI is registered.

    Each instance then sends a redirect URI of its own, and logins fail for users whose URI is not
    registered with the provider, which is a warning. If the account type's id has a context, the
    stack does not answer at that URI, and every login fails.

    Bad: {"_id": "ctx/x", "redirect_uri": ""}
    Good: {"_id": "ctx/x", "redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: cozy-stack model/account/type.go, RedirectURI; RFC 6749 section 3.1.2.3; RFC 9700
    """
    how = account_type.gap("redirect_uri")
    if not how or not account_type.is_oauth or not account_type.id or account_type.is_local:
        return
    if not is_sent(account_type) and not asks_for_tokens(account_type):
        return
    own = wire.own_redirect_uri(account_type.id, "<instance>")
    wanted = wire.own_redirect_uri(account_type.service_id, "oauthcallback.<domain>")
    severity = ERROR if account_type.context and is_sent(account_type) else WARNING
    message = f"`redirect_uri` {how}: each instance sends its own, `{own}`"
    yield Finding(
        message,
        account_type.at("redirect_uri"),
        severity=severity,
        fix=Fix(f"register `{wanted}` with the provider, and write it here"),
        cause=written_as(account_type, "redirect_uri") or account_type.at("redirect_url"),
    )


@rule("R007", "redirect-domain", on="account type", severity=WARNING, defers_to=("R002",))
def redirect_domain(account_type: AccountType) -> Iterator[Finding]:
    """The redirect URI's domain is not in the setting `redirect-domains`.

    The provider sends users to a domain where your stacks do not answer. Most often it is left
    over from development, or was copied from another platform's account type.

    Bad: a redirect URI on oauthcallback.cozy.tools where `redirect-domains` is ["cozy.rocks"]
    Good: a redirect URI on oauthcallback.cozy.rocks with that setting
    Source: the project's own configuration
    """
    written = account_type.settings.redirect_domains
    parts = parts_of(registered(account_type)) if written else None
    if parts is None:
        return
    domains = set(map(host_of, written))
    host = normalised(parts.hostname or "") or ""
    domain = host.removeprefix(_CALLBACK)
    if domain == host:
        if any(f".{host}".endswith(f".{d}") for d in domains):
            return
    elif domain in domains:
        return
    message = f"{quoted(domain)} is not in `redirect-domains`: use {one_of(list(written))}"
    yield Finding(message, account_type.at("redirect_uri"))


@rule("R009", "redirect-uri-template", on="account type", refused_by="login")
def redirect_uri_template(account_type: AccountType) -> Iterator[Finding]:
    """A part of the redirect URI is still to be filled in.

    The login sends the URI as it is written, such as `<domain>` or `your-domain` copied from the
    documentation, and the provider refuses it. What programs fill in, such as `${DOMAIN}`, is
    allowed.

    Bad: {"redirect_uri": "https://oauthcallback.<domain>/accounts/x/redirect"}
    Good: {"redirect_uri": "https://oauthcallback.cozy.rocks/accounts/x/redirect"}
    Source: the platform's tutorial on OAuth connectors; RFC 6749 section 3.1.2.3; RFC 2606
    section 3
    """
    if account_type.is_oauth and (message := unfilled(account_type)):
        severity = ERROR if is_sent(account_type) else WARNING
        yield Finding(message, account_type.at("redirect_uri"), severity=severity)


def _is_domain(text: str) -> bool:
    return _IN_DOMAINS.issuperset(text) and all(text.split("."))


def _faults(uri: str, parts: SplitResult) -> Iterator[tuple[Severity, str, str]]:
    """Yield what a redirect URI should not have: severity, message, and the URI without it."""
    before, mark, _ = uri.partition("#")
    if mark:
        yield ERROR, "a redirect URI must not have a fragment", before
    start = uri.index("//") + 2
    end = start + len(parts.netloc)
    if parts.path.endswith("/"):
        fixed = uri[:end] + parts.path.rstrip("/") + uri[end + len(parts.path) :]
        yield ERROR, _SLASH, fixed
    if "?" in before:
        yield WARNING, "a redirect URI should not have a query", uri
    if "@" in parts.netloc:
        yield WARNING, "a redirect URI should not have a user name before the host", uri
    scheme_and_host = uri[:start] + parts.netloc.rpartition("@")[2]  # a password may have capitals
    if scheme_and_host != scheme_and_host.lower():
        fixed = uri[:end].lower() + uri[end:]
        yield WARNING, "the redirect URI's scheme or host has capitals: use lower case", fixed
    port = re.search(_PORT, parts.netloc) if ":" in parts.netloc else None
    if port and port[1] == _DEFAULT_PORTS.get(parts.scheme):
        fixed = uri[: end - len(port[0])] + uri[end:]
        yield WARNING, f"port {port[1]} is the default of {parts.scheme}: remove it", fixed
