"""K003 and K004: secrets in files that git tracks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manifest_lint.account_types import AccountType, is_placeholder
from manifest_lint.connector import Connector
from manifest_lint.rules import WARNING, Mend, Problem, rule

_SECRETS = ("client_secret", "secret")
_STANDS_FOR_ONE = re.compile(
    r"\W*|none|null|n/a|tbd|test|foo"
    r"|(?=[^0-9]*$).*(?:secret|token|your|change|replace|todo|fixme|dummy|example|sample|fake"
    r"|placeholder|insert|redacted).*",
    re.IGNORECASE | re.DOTALL,
)
"""What people write for a secret beside placeholders: words, and no digit among them."""


@rule("K003", "tracked-client-secret", on="account type", severity=WARNING)
def tracked_client_secret(account_type: AccountType) -> Iterator[Problem]:
    """A client secret stands in a file that git tracks.

    Whoever can read the repository, now or in its history, can pass for the platform at the
    service. Take it for known: ask the service for another, keep that out of git, and write
    `$NAME` here.

    Bad: a tracked account-types-def.json whose `client_secret` is no placeholder
    Good: the same file with "$SUNMETER_CLIENT_SECRET"
    Source: RFC 6749 section 2.3.1; the account types beside real connectors, which have `$NAME`
    """
    for name in _SECRETS:
        if _looks_real(account_type.text(name)) and account_type.document.is_tracked:
            message = f"`{name}` holds a secret, and git tracks this file"
            fix = Mend("replace it at the service, and write a placeholder such as `$NAME` here")
            yield Problem(message, account_type.at(name), mend=fix)


@rule("K004", "tracked-access-token", severity=WARNING)
def tracked_access_token(connector: Connector) -> Iterator[Problem]:
    """An access token stands in a konnector-dev-config.json that git tracks.

    Whoever can read the repository, now or in its history, reads the developer's account at the
    service with it for as long as the token lives.

    Bad: a tracked konnector-dev-config.json with a real `access_token`
    Good: the same file, named in .gitignore
    Source: the platform's tutorial on OAuth connectors; konnectors/cozy-konnector-template, whose
    .gitignore names the file
    """
    document = connector.dev_config
    if not document or not isinstance(document.value, dict):
        return
    fields = document.value.get("fields")
    token = fields.get("access_token") if isinstance(fields, dict) else None
    if isinstance(token, str) and _looks_real(token) and document.is_tracked:
        message = "`access_token` holds a token, and git tracks this file"
        fix = Mend("revoke it, take the file out of git, and name it in .gitignore")
        yield Problem(message, ("fields", "access_token"), mend=fix, document=document)


def _looks_real(secret: str) -> bool:
    """Tell whether a text may be a secret, and not something that stands for one."""
    return not is_placeholder(secret) and not _STANDS_FOR_ONE.fullmatch(secret)
