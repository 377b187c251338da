"""A004, A006 and A007: the service's own endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from manifest_lint.cozy import go_url
from manifest_lint.cozy.domain import host_of
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.go_url import GoURL
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, asks_for_tokens, is_development_domain
from manifest_lint.oauth.endpoint import endpoint_of, has_a_lost_query, unusable
from manifest_lint.oauth.unfilled import left_in
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import quoted, short

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_ENDPOINTS = ("auth_endpoint", "token_endpoint", "manage_endpoint", "reconnect_endpoint")

_FAMILIES = (
    frozenset(("google.com", "googleapis.com")),
    frozenset(("dropbox.com", "dropboxapi.com")),
    frozenset(
        (
            *("amazon.com", "amazon.co.uk", "amazon.co.jp", "amazon.fr", "amazon.de", "amazon.es"),
            *("amazon.it", "amazon.nl", "amazon.com.be"),
        )
    ),
    frozenset(("twitter.com", "x.com")),
    frozenset(("withings.com", "withings.net")),
    frozenset(("hubspot.com", "hubapi.com")),
    frozenset(("polar.com", "polarremote.com")),
    frozenset(("tiktok.com", "tiktokapis.com")),
    frozenset(("biapi.pro", "budget-insight.com", "powens.com")),
)
"""Registrable domains of the same service, from each service's manual of its OAuth endpoints."""


@rule("A004", "endpoint", on="account type", refused_by="login")
def endpoint(account_type: AccountType) -> Iterator[Finding]:
    """An endpoint is not a URL that the login can use.

    If the stack cannot parse the endpoint, it has no scheme and host, or a part such as `{tenant}`
    is still to be filled in, the user's login fails. It is a warning for http (on a development
    domain, a note), for a fragment, and for a parameter that the stack sends too, because some
    providers accept these.

    Bad: {"auth_endpoint": "provider.example/authorize"}
    Good: {"auth_endpoint": "https://provider.example/authorize"}
    Source: cozy-stack model/account/type.go; golang net/url; their runs; RFC 6749 section 3.1; RFC
    2606 section 3
    """
    if not account_type.is_oauth:
        return
    for name in _ENDPOINTS:
        written = account_type.text(name)
        pointer = account_type.at(name)
        if why := unusable(account_type, name):
            yield _unreachable(account_type, name, why)
            continue
        if not written or left_in(name, written) or go_url.is_template(written):
            continue
        url = go_url.parse(written)
        if url.path.endswith((",", ";")):
            message = f"`{name}` ends with `{url.path[-1]}`: remove it"
            why = "It is sent as a part of the address, and the service does not know the address."
            yield Finding(message, pointer, severity=WARNING, why=why)
        if url.scheme != "https":
            yield _not_https(name, url, pointer)
        if url.has_fragment:
            message = f"`{name}` has a fragment, which RFC 6749 forbids: remove `#` and the rest"
            why = "Browsers do not send what comes after `#`, and some providers refuse it."
            yield Finding(message, pointer, severity=WARNING, why=why)
        yield from _query(account_type, name, url)


@rule("A006", "endpoint-domains", on="account type", severity=WARNING)
def endpoint_domains(account_type: AccountType) -> Iterator[Finding]:
    """The two endpoints belong to different domains.

    The stack sends the client secret and each user's code to `token_endpoint`: a wrong one gives
    them to someone else. If both domains belong to the service, list them in the setting
    `endpoint-families`.

    Bad: {"token_endpoint": "https://tokens.example/token"}
    Good: {"token_endpoint": "https://login.provider.example/token"}
    Source: cozy-stack docs/konnectors-workflow.md; publicsuffix.org
    """
    if not account_type.is_oauth:
        return
    login, tokens = (_host(account_type, name) for name in ("auth_endpoint", "token_endpoint"))
    if not login or not tokens or _are_same_service(login, tokens, account_type):
        return
    what = "hosts" if _is_address(login) or _is_address(tokens) else "domains"
    message = (
        f"`auth_endpoint` and `token_endpoint` have different {what}:"
        f" {quoted(_registrable(login))} and {quoted(_registrable(tokens))}"
    )
    yield Finding(message, account_type.at("token_endpoint"))


@rule("A007", "extras-repeated", on="account type", severity=WARNING)
def extras_repeated(account_type: AccountType) -> Iterator[Finding]:
    """`extras` repeats a parameter that is sent anyway.

    The stack adds the extras to its own parameters and to those in `auth_endpoint`, without
    replacing any. Many providers, such as Google, refuse a login that sends a parameter twice.

    Bad: {"extras": {"response_type": "code"}}
    Good: {"extras": {"access_type": "offline"}}
    Source: cozy-stack model/account/type.go; its runs; RFC 6749 section 3.1
    """
    extras = field(account_type.value, "extras")
    if not account_type.is_oauth or not isinstance(extras, dict):
        return
    sent = wire.authorize_parameters(account_type)
    written = {name for name, _ in _pairs(account_type.text("auth_endpoint"))}
    for name in extras:
        if name in sent or name in written:
            whose = "the stack sends its own" if name in sent else "`auth_endpoint` has it too"
            pointer = (*account_type.at("extras"), name)
            message = f"`{short(name)}` is sent twice: {whose}"
            if name == "scope" and name not in written:
                message = "`scope` is sent twice if the manifest has a scope too"
            yield Finding(message, pointer, "key", fix=Fix("remove it from `extras`"))


def _unreachable(account_type: AccountType, name: str, message: str) -> Finding:
    """Return the finding for an endpoint that cannot be reached: an error if the login needs it."""
    asks = name == "token_endpoint" and asks_for_tokens(account_type)
    needed = name == "auth_endpoint" or asks
    why = None if name == "auth_endpoint" else "Every request of the stack to this endpoint fails."
    severity = ERROR if needed else WARNING
    return Finding(message, account_type.at(name), severity=severity, why=why)


def _not_https(name: str, url: GoURL, pointer: tuple[str | int, ...]) -> Finding:
    severity = NOTE if is_development_domain(url.host) else WARNING
    scheme = f"uses {url.scheme}" if url.scheme else "has no scheme"
    message = f"`{name}` {scheme}: write https"
    why = "Secrets, codes and tokens then cross the network unencrypted."
    return Finding(message, pointer, severity=severity, why=why)


def _query(account_type: AccountType, name: str, url: GoURL) -> Iterator[Finding]:
    """Yield findings about the query of an endpoint."""
    pointer = account_type.at(name)
    if name == "auth_endpoint":
        sent = wire.authorize_parameters(account_type)
        written = dict.fromkeys(key for key, _ in go_url.query_pairs(url.query))
        for key in written:
            if key in sent:
                own = "the manifest's, if any" if key == "scope" else "its own"
                message = f"remove `{key}` from `{name}`: the stack also adds {own}"
                why = "Both are sent: the provider uses the first one, or refuses the login."
                yield Finding(message, pointer, severity=WARNING, why=why)
        if go_url.drops_pairs(url.query):
            message = f"the stack drops a parameter of `{name}`"
            message += ": it has a `;`, or a `%` without two hex digits"
            why = "The stack drops such a parameter silently, so the provider never receives it."
            yield Finding(message, pointer, severity=WARNING, why=why)
    elif name == "token_endpoint" and has_a_lost_query(account_type, url):
        message = f'with the token mode "get", `{name}` must not have a query'
        why = "The stack adds a second `?` after the query, so the provider finds no client id."
        severity = ERROR if asks_for_tokens(account_type) else WARNING
        fix = Fix("remove the query, or use another token mode")
        yield Finding(message, pointer, severity=severity, why=why, fix=fix)


def _pairs(url: str) -> Iterator[tuple[str, str]]:
    return go_url.query_pairs(url.partition("#")[0].partition("?")[2])


def _host(account_type: AccountType, name: str) -> str:
    """Return an endpoint's host, empty where there is none to compare."""
    url = endpoint_of(account_type, name)
    return url.host.rstrip(".") if url else ""


def _are_same_service(one: str, other: str, account_type: AccountType) -> bool:
    """Return whether two hosts belong to one service; the large list is loaded only if needed."""
    if one == other or one.endswith(f".{other}") or other.endswith(f".{one}"):
        return True
    hosts = [host_of(host) for host in (one, other)]
    own = (set(map(host_of, family)) for family in account_type.settings.endpoint_families)
    for family in (*_FAMILIES, *own):
        if all(any(f".{host}".endswith(f".{domain}") for domain in family) for host in hosts):
            return True
    if one.split(".")[-2:] != other.split(".")[-2:] or _is_address(one):
        return False
    return _registrable(one) == _registrable(other)


def _registrable(host: str) -> str:
    """Return the registrable domain of a host, the host itself where there is none."""
    return host if _is_address(host) else _public_suffixes().privatesuffix(host) or host


def _is_address(host: str) -> bool:
    """Return whether a host is an IP address, not a name [WHATWG URL, host parsing]."""
    return ":" in host or host.rpartition(".")[2].isdigit()


@cache
def _public_suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # slow to load: only for hosts that may differ

    return PublicSuffixList()
