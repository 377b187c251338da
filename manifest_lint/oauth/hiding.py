"""What may be shown of a login: secrets are masked, except placeholders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from manifest_lint.cozy import go_url
from manifest_lint.cozy.go_struct import field
from manifest_lint.document.common_words import is_ordinary
from manifest_lint.document.go_json import fold
from manifest_lint.document.masking import Hider, shown_address, shown_parameter, shown_url
from manifest_lint.document.secret import MASK, Secret, is_placeholder
from manifest_lint.document.secret_names import SECRET_KEYS
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.flow import Flow
from manifest_lint.oauth.token_request import Request


def shown_parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    """Return a URL up to its query, without user information, and the pairs that Go reads."""
    address, _, query = url.partition("#")[0].partition("?")
    return shown_address(address), list(go_url.query_pairs(query))


def shown_value(value: str | Secret) -> str:
    """Return a value as it may be shown: a Secret is masked unless it is a placeholder."""
    if not isinstance(value, Secret):
        return value
    return value.reveal() if is_placeholder(value.reveal()) else MASK


def hider(account_type: AccountType | None, others: Iterable[str] = ()) -> Hider:
    """Return what masks an account type's secrets in other strings, and those of `others`."""
    found = _secrets(account_type) if account_type else ()
    return Hider((*others, *(secret for secret in found if not is_ordinary(secret))))


def with_shown_requests(found: Flow, hide: Hider) -> Flow:
    """Return a login whose requests have only parameters that may be shown, and Secrets."""

    def shown(request: Request | None) -> Request | None:
        return request and replace(
            request,
            endpoint=hide(shown_url(go_url.as_requested(request.endpoint))),
            parameters=tuple(
                (name, value if isinstance(value, Secret) else hide(shown_parameter(name, value)))
                for name, value in request.parameters
            ),
            basic=request.basic and (hide(request.basic[0]), request.basic[1]),
        )

    token, refresh = shown(found.token_request), shown(found.refresh_request)
    return replace(found, token_request=token, refresh_request=refresh)


def _secrets(account_type: AccountType) -> Iterator[str]:
    """Yield the client secret, and each value that is sent under the name of a secret.

    Such values are in `extras` and in the query of `auth_endpoint`.
    """
    if isinstance(field(account_type.value, "client_secret"), str):
        yield wire.scalar(account_type.client_secret.reveal())
    extras = field(account_type.value, "extras")
    pairs = list(extras.items()) if isinstance(extras, dict) else []
    pairs += shown_parts(account_type.text("auth_endpoint"))[1]
    yield from (
        wire.scalar(value)
        for name, value in pairs
        if isinstance(value, str) and fold(name) in SECRET_KEYS
    )
