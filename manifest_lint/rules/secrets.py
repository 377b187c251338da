"""K: secrets in what is packed, and in files that git tracks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.document.secret import looks_real
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import WARNING, Finding, Fix, rule
from manifest_lint.text.wording import short

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive, Leak, Suspect

_SECRETS = ("client_secret", "secret")


@rule("K001", "known-secret-in-archive", on="archive", refused_by="build")
def known_secret(archive: Archive) -> Iterator[Finding]:
    """A known secret is in a file that is packed.

    The registry gives archives to everyone, so anyone can read the secret and pose as the platform
    at the service. manifest-lint searches, also encoded or split, for all secrets of at least 6
    characters in account types, konnector-dev-config.json and `secret-variables`.

    Bad: an index.js that contains the `client_secret` of the account type
    Good: an index.js that is given its access token by the stack
    Source: RFC 6749 section 2.3.1; cozy-apps-registry, its public routes
    """
    for leak in archive.leaks:
        how = f", {leak.how}" if leak.how else ""
        what = f"{short(leak.path)} contains the secret {leak.secret} at byte {leak.offset:,}{how}"
        fix = Fix("remove it, and replace it at the service if it was ever published")
        yield Finding(f"{what}{_fingerprint(leak)}", fix=fix)


@rule("K002", "secret-in-archive", on="archive", severity=WARNING)
def suspected_secret(archive: Archive) -> Iterator[Finding]:
    """A file that is packed contains something that looks like a secret.

    The registry gives archives to everyone: if the secret is real, replace it at the service and
    keep the new one out of the archive. If it is not, use `--allow-leak` with the fingerprint.

    Bad: an index.js with a key of Amazon's
    Good: an index.js that is given its keys by the stack
    Source: the detectors of detect-secrets
    """
    for suspect in archive.suspects:
        what = f"{short(suspect.path)} contains a possible secret at byte {suspect.offset:,}"
        what += f": {suspect.kind}{_fingerprint(suspect)}"
        yield Finding(what, fix=Fix("check it, and remove it if it is real"))


def _fingerprint(found: Leak | Suspect) -> str:
    return f" (fingerprint {found.fingerprint})" if found.fingerprint else ""


@rule("K003", "tracked-client-secret", on="account type", severity=WARNING)
def tracked_client_secret(account_type: AccountType) -> Iterator[Finding]:
    """A client secret is in a file that git tracks.

    Anyone who can read the repository or its history can pose as the platform at the service. Ask
    the service for a new secret, keep it out of git, and write a placeholder such as `$NAME` here.

    Bad: a tracked account-types-def.json whose `client_secret` is not a placeholder
    Good: the same file with "$SUNMETER_CLIENT_SECRET"
    Source: RFC 6749 section 2.3.1; the account types of real connectors, which have `$NAME`
    """
    for name in _SECRETS:
        if looks_real(account_type.text(name)) and account_type.document.is_tracked:
            message = f"`{name}` contains a secret, and git tracks this file"
            fix = Fix("replace it at the service, and write a placeholder such as `$NAME` here")
            yield Finding(message, account_type.at(name), fix=fix)


@rule("K004", "tracked-access-token", severity=WARNING)
def tracked_access_token(connector: Connector) -> Iterator[Finding]:
    """An access token is in a konnector-dev-config.json that git tracks.

    Anyone who can read the repository or its history can read the developer's account at the
    service until the token expires.

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
    if isinstance(token, str) and looks_real(token) and document.is_tracked:
        message = "`access_token` contains a token, and git tracks this file"
        fix = Fix("revoke it, remove the file from git, and add it to .gitignore")
        yield Finding(message, ("fields", "access_token"), fix=fix, document=document)
