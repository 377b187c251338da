"""What may be shown of a login: secrets are masked, except placeholders."""

from __future__ import annotations

from dataclasses import replace

from manifest_lint.cozy import go_url
from manifest_lint.document.masking import Hider, shown_address, shown_parameter, shown_url
from manifest_lint.document.secret import MASK, Secret, is_placeholder
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
