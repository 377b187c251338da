"""K: secrets in what is packed, and in files that git tracks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.oauth.account_type import AccountType, is_placeholder, stands_for_a_secret
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import WARNING, Finding, Fix, rule
from manifest_lint.text.wording import short

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive

_SECRETS = ("client_secret", "secret")


@rule("K001", "known-secret-in-archive", on="archive", refused_by="build")
def known_secret(archive: Archive) -> Iterator[Finding]:
    """A secret of the platform's is in a file that is packed.

    The registry gives archives to all who ask, so whoever wants it can read it, and pass for the
    platform at the service. Known are the secrets of the account types that are given, of a
    konnector-dev-config.json, and of the variables that `secret-variables` names. They are looked
    for in plain, URL-encoded, in base64, in hexadecimal, escaped as in JSON and JavaScript, and put
    together of pieces with `+`. One of fewer than 6 characters is not looked for.

    Bad: an index.js in which the `client_secret` of the account type stands
    Good: an index.js that is given its access token by the stack
    Source: RFC 6749 section 2.3.1; cozy-apps-registry, its public routes
    """
    for leak in archive.leaks:
        how = f", {leak.how}" if leak.how else ""
        what = f"{short(leak.path)} holds the secret {leak.secret} at byte {leak.offset:,}{how}"
        fix = Fix("take it out, and replace it at the service if it was ever published")
        yield Finding(what, fix=fix)


@rule("K002", "secret-in-archive", on="archive", severity=WARNING)
def suspected_secret(archive: Archive) -> Iterator[Finding]:
    """Something in a file that is packed looks like a secret.

    Keys of well-known services have a form of their own. The registry gives archives to all who
    ask: if it is real, replace it at the service, and keep the new one out. If it is none, say so
    with `--allow-leak`, and why.

    Bad: an index.js with a key of Amazon's
    Good: an index.js that is given its keys by the stack
    Source: the detectors of detect-secrets
    """
    for suspect in archive.suspects:
        what = f"{short(suspect.path)} has what looks like a secret at byte {suspect.offset:,}"
        yield Finding(f"{what}: {suspect.kind}", fix=Fix("look at it, and take it out"))


@rule("K003", "tracked-client-secret", on="account type", severity=WARNING)
def tracked_client_secret(account_type: AccountType) -> Iterator[Finding]:
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
            fix = Fix("replace it at the service, and write a placeholder such as `$NAME` here")
            yield Finding(message, account_type.at(name), fix=fix)


@rule("K004", "tracked-access-token", severity=WARNING)
def tracked_access_token(connector: Connector) -> Iterator[Finding]:
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
        fix = Fix("revoke it, take the file out of git, and name it in .gitignore")
        yield Finding(message, ("fields", "access_token"), fix=fix, document=document)


def _looks_real(secret: str) -> bool:
    """Tell whether a text may be a secret, and not something that stands for one."""
    return not is_placeholder(secret) and not stands_for_a_secret(secret)
