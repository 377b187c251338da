"""O: what a provider publishes of itself, asked for with --online alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.oauth.account_type import asks_for_tokens, is_placeholder
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, quoted, short

if TYPE_CHECKING:
    from manifest_lint.project.providers import Provider

_METHODS = {"form": "client_secret_post", "basic": "client_secret_basic"}
"""What the stack's token modes are called in metadata; for `get` there is no name."""


@rule("O001", "provider-without-metadata", on="provider", severity=WARNING)
def without_metadata(provider: Provider) -> Iterator[Finding]:
    """The provider cannot be asked for its metadata.

    A user's browser goes to the host of `auth_endpoint`: a host that cannot show that it is the
    right one ends the login there. That it could not be reached from here is a note: another
    network, a proxy or a firewall may be the reason. That it publishes no metadata is a note too:
    many providers do not, and then nothing can be compared.

    Bad: an `auth_endpoint` on a host whose certificate cannot be verified
    Good: an `auth_endpoint` on a host with `/.well-known/openid-configuration`
    Source: RFC 8414 section 3; OpenID Connect Discovery 1.0 section 4
    """
    answer = provider.answer
    if answer.metadata is None:
        message = f"{quoted(provider.origin)} {answer.why}"
        severity = WARNING if answer.stops_login else NOTE
        pointer = provider.account_type.at("auth_endpoint")
        yield Finding(message, pointer, severity=severity)


@rule("O002", "endpoint-not-published", on="provider", severity=WARNING)
def endpoint_not_published(provider: Provider) -> Iterator[Finding]:
    """An endpoint is not the one that the provider publishes.

    It may be an older one, which will be switched off, or that of somebody else: `token_endpoint`
    receives the client secret.

    Bad: a `token_endpoint` that differs from the one in the provider's metadata
    Good: the `token_endpoint` of the provider's metadata
    Source: RFC 8414 section 2
    """
    for name, published in (
        ("auth_endpoint", provider.text("authorization_endpoint")),
        ("token_endpoint", provider.text("token_endpoint")),
    ):
        written = provider.account_type.text(name)
        if written and published and not _same(written, published) and not is_placeholder(written):
            fix = Fix(f"see whether {quoted(_shown(published))} is meant")
            message = f"`{name}` is not the one that the provider publishes"
            yield Finding(message, provider.account_type.at(name), fix=fix)


@rule("O003", "scope-not-published", on="provider", severity=WARNING)
def scope_not_published(provider: Provider) -> Iterator[Finding]:
    """The provider does not publish a scope that the connector asks for.

    A provider refuses a scope that it does not know, or leaves it out without a word. It may also
    know more of them than it publishes.

    Bad: an `oauth.scope` with a scope that is not among the provider's `scopes_supported`
    Good: an `oauth.scope` of those alone
    Source: RFC 8414 section 2; RFC 6749 section 3.3
    """
    known = provider.listed("scopes_supported")
    if known is None:
        return
    for connector in provider.connectors:
        for token in dict.fromkeys(connector.sent_scope.split(" ")):
            if token and token not in known:
                near = nearest(token, known)
                fix = Fix(f"the nearest one is {quoted(near)}") if near else None
                message = f"the provider does not publish the scope {quoted(token)}"
                yield Finding(message, ("oauth", "scope"), fix=fix, document=connector.manifest)


@rule("O004", "token-mode-not-published", on="provider", refused_by="login")
def token_mode_not_published(provider: Provider) -> Iterator[Finding]:
    """The provider does not take the client secret in this way.

    It publishes how a client may show its secret when it asks for a token: `form` is
    `client_secret_post` there, `basic` is `client_secret_basic`, and a secret in a URL, as `get`
    has it, is none of them. Where it publishes nothing, a note says that `basic` is what it must
    take.

    Bad: the token mode "form" where the provider publishes client_secret_basic alone
    Good: the token mode "basic" there
    Source: RFC 8414 section 2, token_endpoint_auth_methods_supported; RFC 6749 section 2.3.1
    """
    account_type = provider.account_type
    if provider.answer.metadata is None or not asks_for_tokens(account_type):
        return
    written = account_type.text("token_mode")
    mode = written if written in ("get", "basic") else "form"
    published = provider.listed("token_endpoint_auth_methods_supported")
    pointer = account_type.at("token_mode")
    if published is None:
        if mode != "basic":
            message = f"the provider publishes no way to show the secret, and {mode} is not basic"
            why = "RFC 8414 has basic hold then. Many providers take form all the same."
            yield Finding(message, pointer, severity=NOTE, why=why)
    elif _METHODS.get(mode) not in published:
        others = [name for name, method in _METHODS.items() if method in published]
        fix = Fix(f'write "{others[0]}"') if others else None
        ways = one_of([short(name, 40) for name in sorted(published)[:5]]) if published else "none"
        message = f"the provider does not take the secret by {mode}: it publishes {ways}"
        yield Finding(message, pointer, fix=fix)


@rule("O005", "response-type-not-published", on="provider", refused_by="login")
def response_type_not_published(provider: Provider) -> Iterator[Finding]:
    """The provider does not know the response type of this grant mode.

    The stack asks for `code` with `authorization_code`, and for `token` with `token`. A provider
    that does not know it sends the user back with `unsupported_response_type`.

    Bad: the grant mode "token" where the provider publishes the response type code alone
    Good: the grant mode "authorization_code" there
    Source: RFC 8414 section 2; RFC 6749 section 4.1.2.1
    """
    published = provider.listed("response_types_supported")
    mode = provider.account_type.grant_mode
    wanted = "token" if mode.startswith("token") else "code"
    if published is not None and wanted not in published:
        message = f"the provider does not publish the response type {wanted} that {mode} needs"
        yield Finding(message, provider.account_type.at("grant_mode"), severity=ERROR)


@rule("O006", "code-challenge", on="provider", severity=NOTE)
def code_challenge(provider: Provider) -> Iterator[Finding]:
    """The provider knows PKCE, and the stack sends no code challenge.

    Providers that know it may demand it, of all clients or of some: such a login ends before the
    user is asked for anything. See that this client's registration does not.

    Bad: a provider with `code_challenge_methods_supported` that demands a code challenge
    Good: the same, with PKCE left optional for this client
    Source: RFC 8414 section 2; RFC 7636 section 4.4.1; cozy-stack model/account/type.go
    """
    by_code = provider.account_type.grant_mode.startswith("authorization_code")
    if by_code and provider.listed("code_challenge_methods_supported"):
        message = "the provider knows PKCE, and the stack sends no code challenge"
        yield Finding(message, provider.account_type.at("auth_endpoint"))


def _same(written: str, published: str) -> bool:
    """Tell whether two endpoints are one; a query of our own may stand in the first."""
    return written == published or written.split("?", 1)[0] == published.split("?", 1)[0]


def _shown(published: str) -> str:
    """Give an endpoint as it may be shown: nothing of a stranger's query or user info."""
    return short(published.split("?", 1)[0], 100)
