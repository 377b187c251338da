"""K: secrets in what is packed, and in files that git tracks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from manifest_lint.document.secret import is_a_secret, is_a_secret_among_words, looks_real
from manifest_lint.document.secret_names import (
    is_named_like_one,
    named_secrets,
    names_a_secret,
    pairs_in,
    perhaps_names_a_secret,
    surely_names_a_secret,
)
from manifest_lint.oauth.account_type_file import account_types
from manifest_lint.project.connector import Connector
from manifest_lint.rules.base import WARNING, Finding, Fix, Part, rule
from manifest_lint.text.wording import quoted, short

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive, Leak, Suspect
    from manifest_lint.document.document import Document
    from manifest_lint.document.spans import Pointer


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
    Source: the pages of the services and standards in manifest_lint/document/secret_table.py
    """
    for suspect in archive.suspects:
        what = f"{short(suspect.path)} contains a possible secret at byte {suspect.offset:,}"
        what += f": {suspect.kind}{_fingerprint(suspect)}"
        yield Finding(what, fix=Fix("check it, and remove it if it is real"))


def _fingerprint(found: Leak | Suspect) -> str:
    return f" (fingerprint {found.fingerprint})" if found.fingerprint else ""


@rule("K003", "tracked-client-secret", on="text", severity=WARNING, in_readme=True)
def tracked_client_secret(document: Document) -> Iterator[Finding]:
    """A client secret is in a file that git tracks.

    Anyone who can read the repository or its history can pose as the platform at the service. Ask
    the service for a new secret, keep it out of git, and write a placeholder such as `$NAME` here.

    Bad: a tracked account-types-def.json or README.md with a `client_secret`, not a placeholder
    Good: the same file with "$SUNMETER_CLIENT_SECRET"
    Source: RFC 6749 section 2.3.1; the account types of real connectors, which have `$NAME`
    """
    fix = Fix("replace it at the service, and write a placeholder such as `$NAME` here")
    for name, place in _client_secrets(document):
        if not document.is_tracked:
            break
        message = f"{_shown(name)} contains a secret, and git tracks this file"
        yield Finding(message, fix=fix, **place)


def _client_secrets(document: Document) -> Iterator[tuple[str, _Place]]:
    """Yield name and place of each secret in account types, or in a README."""
    if document.kind in ("account types", "readme"):
        for account_type in account_types(document):
            for name in filter(names_a_secret, account_type.value):
                text = account_type.text(name)
                is_sure = is_named_like_one(name) or is_a_secret_among_words(text)
                if looks_real(text) and is_sure:
                    yield name, {"pointer": account_type.at(name)}
    for start, end, name in document.secrets_in_code:
        yield name, {"span": (start, end)}


@rule("K004", "tracked-access-token", on="text", severity=WARNING)
def tracked_access_token(document: Document) -> Iterator[Finding]:
    """A token, a password or a code is in a developer's file that git tracks.

    Anyone who can read the repository or its history can use the developer's account at the
    service. The files are konnector-dev-config.json, and the importedData.json that standalone mode
    writes.

    Bad: a tracked konnector-dev-config.json with a real `access_token`
    Good: the same file, named in .gitignore
    Source: the platform's tutorial on OAuth connectors; konnectors/cozy-konnector-template, whose
    .gitignore names the file; cozy-konnector-libs, standalone mode
    """
    fix = Fix("revoke it, remove the file from git, and add it to .gitignore")
    if document.kind != "developer's configuration":
        return
    for key, place in _secrets_in(document):
        if not document.is_tracked:
            break
        message = f"{_shown(key)} contains a secret, and git tracks this file"
        yield Finding(message, fix=fix, **place)


def _secrets_in(document: Document) -> Iterator[tuple[str, _Place]]:
    """Yield key and place of each secret in a developer's file, also if it is not JSON."""
    fields = document.secret_names

    def names(key: str) -> bool:
        return surely_names_a_secret(key) or perhaps_names_a_secret(key) or key in fields

    def is_one(key: str, value: str) -> bool:
        is_sure = surely_names_a_secret(key) or key in fields
        return is_a_secret(value) and (is_sure or any(map(str.isdigit, value)))

    if document.error:
        from manifest_lint.document.secret_text import secrets_in_text  # only for broken JSON

        seen = set()
        for start, end, key, value in pairs_in(document.body, names):
            if is_one(key, value):
                seen.add(start + 1)
                yield key, {"span": (start, end)}
        for start, end, key in secrets_in_text(document.body):  # JavaScript, YAML
            if start not in seen:
                yield key, {"span": (start, end)}
    for pointer, key, value in named_secrets(document.value, names):
        if is_one(key, value):
            yield key, {"pointer": pointer}


if TYPE_CHECKING:

    class _Place(TypedDict, total=False):
        """Where a finding is, as Finding has it."""

        pointer: Pointer
        span: tuple[int, int]


def _shown(key: str) -> str:
    return f"`{quoted(key)[1:-1]}`"


@rule("K005", "secret-in-manifest", refused_by="build")
def secret_in_manifest(connector: Connector) -> Iterator[Finding]:
    """A secret is in the manifest.

    The registry gives manifests to everyone, so anyone can read the secret and use it. Replace it
    at the service, and keep the new one out of the manifest.

    Bad: {"parameters": {"api_secret": "9f8e7d6c5b4a3210"}}
    Good: {"parameters": {"api_secret": "$SUNMETER_API_SECRET"}}
    Source: cozy-apps-registry, its public routes; cozy-stack docs/account_types.md, where secrets
    are in account types
    """
    seen: set[str | int | float] = set()
    for found in connector.manifest.found_secrets:
        if found.span and found.value in seen:
            continue  # what is deep is read again from the text
        seen.add(found.value)
        what = f"{_shown(found.key)} contains a secret" if found.key else "contains a secret"
        if found.is_key:
            what = "a key is a secret"
        kind = f" ({short(found.kind)})" if found.kind else ""
        fix = Fix("remove it, and replace it at the service if it was ever published")
        part: Part = "key" if found.is_key else "value"
        message = f"{what}{kind}, and manifests are public"
        yield Finding(message, found.pointer, part, span=found.span, fix=fix)
