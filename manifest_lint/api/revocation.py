"""End the token of a login that was only a check [RFC 7009]."""

from __future__ import annotations

from collections.abc import Mapping

from manifest_lint.cozy import go_url
from manifest_lint.errors import UserError
from manifest_lint.network.metadata import Asking
from manifest_lint.network.token_endpoint import send
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.provider import Answer, is_same_endpoint, issuers_of
from manifest_lint.oauth.token_request import revocation_request
from manifest_lint.oauth.tokens import Refused, Tokens

REVOKED = "revoked"


def revoked(account_type: AccountType, tokens: Tokens, environment: Mapping[str, str]) -> str:
    """Revoke the tokens of a login, and return REVOKED, or why they still count.

    The client's secret is only sent to the endpoint that the provider publishes together with the
    account type's `token_endpoint`.
    """
    asking = Asking(environment, allow_private=True)
    endpoint = ""
    try:
        for issuer in issuers_of(account_type):
            answer = asking([issuer])[issuer]
            if endpoint := _endpoint(answer, account_type):
                break
            if answer.of_host:
                break
        if not endpoint:
            return "not revoked: the provider publishes no address for it (RFC 7009)"
        for hint in ("refresh_token", "access_token"):
            if token := getattr(tokens, hint):
                request = revocation_request(account_type, endpoint, token, hint)
                status = send(request, environment).status
                if status != 200:
                    return f"not revoked: the provider answers with status {status}"
    except (UserError, Refused) as error:
        return f"not revoked: {error}"
    return REVOKED


def _endpoint(answer: Answer, account_type: AccountType) -> str:
    """Return where to revoke tokens of an account type, "" if the answer is not of its provider."""
    written = account_type.text("token_endpoint")
    if not is_same_endpoint(written, answer.text("token_endpoint")):
        return ""
    found = answer.text("revocation_endpoint")
    try:
        return found if go_url.parse(found).is_web else ""
    except ValueError:
        return ""
