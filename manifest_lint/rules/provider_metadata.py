"""O: the metadata that a provider publishes, only with --online."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from manifest_lint.document.secret import is_placeholder
from manifest_lint.oauth.account_type import asks_for_tokens
from manifest_lint.rules.base import ERROR, NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, one_of, quoted, short

if TYPE_CHECKING:
    from manifest_lint.project.providers import Provider

_METHODS = {"form": "client_secret_post", "basic": "client_secret_basic"}
"""The names of the stack's token modes in metadata; `get` has no name there."""


@rule("O001", "provider-without-metadata", on="provider", severity=WARNING)
def without_metadata(provider: Provider) -> Iterator[Finding]:
    """The provider's metadata cannot be read.

    If the certificate of a host is not valid, the user's browser or the stack stops the login. It
    is a note if the host cannot be reached from here, or publishes no metadata for any issuer that
    the endpoints' paths allow.

    Bad: an `auth_endpoint` on a host whose certificate cannot be verified
    Good: an `auth_endpoint` on a host with `/.well-known/openid-configuration`
    Source: RFC 8414 section 3; OpenID Connect Discovery 1.0 section 4
    """
    from manifest_lint.oauth.provider import NONE, origin_of  # loaded only with --online

    answer = provider.answer
    if answer.metadata is not None:
        return
    origin, why = origin_of(provider.issuer), None
    message = f"{quoted(provider.issuer, 50)} {answer.why}"
    if answer.of_host:
        message = f"{quoted(origin, 50)} {answer.why}"
    elif answer.why == NONE:
        message = _with_asked(f"{quoted(origin, 40)} {NONE}", origin, provider.asked)
        asked = ", ".join(quoted(issuer) for issuer in provider.asked)
        why = f"Nothing can be compared: at none of the well-known places are metadata of {asked}."
    field = "auth_endpoint"
    if origin != origin_of(provider.account_type.text(field)):
        field = "token_endpoint"
    severity = WARNING if answer.stops_login else NOTE
    yield Finding(message, provider.account_type.at(field), severity=severity, why=why)


def _with_asked(message: str, origin: str, asked: Iterable[str]) -> str:
    """Return a message with the issuers that were asked besides the host itself: what fits."""
    names = [quoted(one.removeprefix(origin), 30) for one in asked if one != origin]
    if not names:
        return message
    names.sort(key=len)
    shown = 1
    while shown < len(names) and len(message) + len(", ".join(names[: shown + 1])) < _ROOM:
        shown += 1
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{message}; also asked {', '.join(names[:shown])}{more}"


_ROOM = 75
"""At most this many characters of a message are filled with issuers."""


@rule("O002", "endpoint-not-published", on="provider", severity=WARNING)
def endpoint_not_published(provider: Provider) -> Iterator[Finding]:
    """An endpoint is not the one that the provider publishes.

    It may be an old one, and logins fail when the provider turns it off. It may also belong to
    someone else, who then receives the client secret.

    Bad: a `token_endpoint` that differs from the one in the provider's metadata
    Good: the `token_endpoint` of the provider's metadata
    Source: RFC 8414 section 2
    """
    from manifest_lint.oauth.provider import is_same_endpoint  # loaded only with --online

    for name, published in (
        ("auth_endpoint", provider.text("authorization_endpoint")),
        ("token_endpoint", provider.text("token_endpoint")),
    ):
        written = provider.account_type.text(name)
        if (
            written
            and published
            and not is_same_endpoint(written, published)
            and not is_placeholder(written)
        ):
            fix = Fix(f"check whether it should be {quoted(_shown(published))}")
            message = f"`{name}` differs from the one that the provider publishes"
            yield Finding(message, provider.account_type.at(name), fix=fix)


@rule(
    "O003",
    "scope-not-published",
    on="provider",
    severity=WARNING,
    compares=("account type", "auth_endpoint"),
)
def scope_not_published(provider: Provider) -> Iterator[Finding]:
    """The provider does not publish a scope that the connector asks for.

    A provider refuses a scope that it does not know, or ignores it silently, so the connector gets
    less access. Some providers know more scopes than they publish.

    Bad: an `oauth.scope` with a scope that is not among the provider's `scopes_supported`
    Good: an `oauth.scope` with only published scopes
    Source: RFC 8414 section 2; RFC 6749 section 3.3
    """
    known = provider.listed("scopes_supported")
    if known is None:
        return
    for connector in provider.connectors:
        for token in dict.fromkeys(connector.sent_scope.split(" ")):
            if token and token not in known:
                near = nearest(token, known)
                fix = Fix(f"write {quoted(near)}, if you meant that scope") if near else None
                message = f"the provider does not publish the scope {quoted(token)}"
                yield Finding(message, ("oauth", "scope"), fix=fix, document=connector.manifest)


@rule("O004", "token-mode-not-published", on="provider", refused_by="login")
def token_mode_not_published(provider: Provider) -> Iterator[Finding]:
    """The provider does not publish the way in which the stack sends the client secret.

    The stack sends the secret in a way that the provider does not publish (`form` is
    `client_secret_post`, `basic` is `client_secret_basic`, `get` has no name), so no login gets a
    token. It is a note if the provider publishes none and the mode is not `basic`.

    Bad: the token mode "form" where the provider publishes only client_secret_basic
    Good: the token mode "basic" for that provider
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
            message = (
                "the provider publishes no way to send the secret: it may accept only"
                f' "basic", not "{mode}"'
            )
            why = (
                "If a provider publishes no way, RFC 8414 says that it accepts `basic`, and it may"
                " refuse every login with another mode. Many providers accept `form` anyway."
            )
            yield Finding(message, pointer, severity=NOTE, why=why)
    elif _METHODS.get(mode) not in published:
        others = [name for name, method in _METHODS.items() if method in published]
        fix = Fix(f'write "{others[0]}"') if others else None
        ways = one_of([short(name, 40) for name in sorted(published)[:5]]) if published else "none"
        message = f'the provider does not publish the token mode "{mode}": it publishes {ways}'
        yield Finding(message, pointer, fix=fix)


@rule("O005", "response-type-not-published", on="provider", refused_by="login")
def response_type_not_published(provider: Provider) -> Iterator[Finding]:
    """The provider does not know the response type of this grant mode.

    The stack asks for `code` with `authorization_code`, and for `token` with `token`. A provider
    that does not know it sends the user back with the error `unsupported_response_type`.

    Bad: the grant mode "token" where the provider publishes only the response type code
    Good: the grant mode "authorization_code" for that provider
    Source: RFC 8414 section 2; RFC 6749 section 4.1.2.1
    """
    published = provider.listed("response_types_supported")
    mode = provider.account_type.grant_mode
    wanted = "token" if mode.startswith("token") else "code"
    if published is not None and wanted not in published:
        message = (
            f'the provider does not publish the response type "{wanted}": the grant mode'
            f" {quoted(mode)} needs it"
        )
        yield Finding(message, provider.account_type.at("grant_mode"), severity=ERROR)


@rule("O006", "code-challenge", on="provider", severity=NOTE)
def code_challenge(provider: Provider) -> Iterator[Finding]:
    """The provider supports PKCE, but the stack sends no code challenge.

    If the provider requires PKCE from this client, the login fails before the user sees a form.
    Check that PKCE is optional in the client's registration.

    Bad: a provider with `code_challenge_methods_supported` that demands a code challenge
    Good: the same, with PKCE left optional for this client
    Source: RFC 8414 section 2; RFC 7636 section 4.4.1; cozy-stack model/account/type.go
    """
    by_code = provider.account_type.grant_mode.startswith("authorization_code")
    if by_code and provider.listed("code_challenge_methods_supported"):
        message = "the provider supports PKCE, but the stack sends no code challenge"
        yield Finding(message, provider.account_type.at("auth_endpoint"))


def _shown(published: str) -> str:
    """Return an endpoint as it may be shown: without the query that the provider publishes."""
    return short(published.split("?", 1)[0], 100)
