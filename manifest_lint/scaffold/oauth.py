"""Propose what an OAuth connector needs: `oauth` in its manifest, and an account type.

Client id and secret are never asked for: the account type has placeholders for them, which
`manifest-lint provision` fills in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from manifest_lint.cozy.domain import normalised
from manifest_lint.cozy.go_struct import field
from manifest_lint.cozy.go_url import RefusedURL, parse
from manifest_lint.cozy.permission import ACCOUNTS, permissions
from manifest_lint.cozy.registry import is_slug
from manifest_lint.document.document import Document
from manifest_lint.document.insert import with_member, without_member
from manifest_lint.errors import UserError
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import is_development_domain
from manifest_lint.oauth.account_type_file import NEXT_TO_MANIFEST
from manifest_lint.scaffold.repository import Proposal, propose
from manifest_lint.text.wording import quoted

GRANT_MODES = ("authorization_code", "authorization_code+secret")
"""The grant modes for which a few answers are enough, and with which a login finishes."""

_OF_A_FORM = ("login", "identifier", "new_identifier", "email", "password")

_TOKEN = r"[\x21\x23-\x5b\x5d-\x7e]+"
_SCOPE = re.compile(rf"{_TOKEN}( {_TOKEN})*")  # RFC 6749 section 3.3
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)*{_LABEL}(:[0-9]{{1,5}})?")


@dataclass(frozen=True, slots=True)
class Login:
    """How users log in to a service, from the service's documentation.

    `domain` is the domain of the instances, with a port only for development.
    """

    auth_endpoint: str
    domain: str
    grant_mode: str = "authorization_code"
    token_endpoint: str = ""
    token_mode: str = ""


def checked_scope(text: str) -> str:
    """Return scopes separated by one space. Raises UserError for those that would not arrive."""
    scope = " ".join(dict.fromkeys(text.split()))
    if scope and not _SCOPE.fullmatch(scope):
        why = "only printable ASCII without quotes and backslashes is allowed"
        raise UserError(f"--scope: invalid scope {quoted(scope)}; {why}")
    if wire.sent_scope({"oauth": {"scope": [scope]}}) != scope:
        why = "`& # ; % +` would be lost on the way; remove them"
        raise UserError(f"--scope: invalid scope {quoted(scope)}; {why}")
    return scope


def checked_endpoint(name: str, text: str) -> str:
    """Return an endpoint unchanged. Raises UserError if it is not the URL of a service."""
    try:
        url = parse(text)
    except RefusedURL as refused:
        raise UserError(f"{name} is not a URL: {refused}") from None
    if not url.is_web or not text.isprintable() or " " in text or "@" in text.split("/")[2]:
        step = "token" if "token" in name else "authorize"
        raise UserError(f"{name} is not a URL such as https://service.example/oauth/{step}")
    if url.scheme != "https" and not is_development_domain(url.host):
        raise UserError(f"{name}: must be https, as secrets and tokens are sent there")
    if url.has_fragment:
        raise UserError(f"{name}: RFC 6749 forbids a fragment; remove `#` and what follows it")
    return text


def checked_domain(text: str) -> str:
    """Return the domain of instances as a redirect URI has it. Raises UserError if none can."""
    domain = normalised(text) or ""
    host, _, port = domain.partition(":")
    if not _DOMAIN.fullmatch(domain) or host.startswith("oauthcallback."):
        what = f"{quoted(text)} is not a domain; use the domain of the instances"
        raise UserError(f"--domain: {what}, such as mycozy.cloud")
    if not is_development_domain(host) and ("." not in host or port):
        what = "has a port" if port else "has no dot"
        example = "use one such as mycozy.cloud or cozy.tools:8080"
        raise UserError(f"--domain: {quoted(text)} {what}; {example}")
    return domain


def account_type_id(manifest: Document) -> str:
    """Return the id of the account type that a manifest uses, or will use once it has `oauth`.

    Raises UserError if it is not a valid manifest, or its value cannot be an id.
    """
    name, value = manifest.name, manifest.value
    if not isinstance(value, dict):
        why = "is not JSON" if manifest.error else "is not an object"
        raise UserError(f"{name}: {why}; fix it first, `manifest-lint check` shows where")
    if "oauth" in value and not wire.is_oauth(value):
        raise UserError(f"{name}: `oauth` has a value that means no OAuth; remove it first")
    if "oauth" not in value and value.get("clientSide") is True:
        raise UserError(f"{name}: `clientSide` is true; OAuth needs a connector run by the server")
    wanted = wire.account_type_id(value)
    if not isinstance(wanted, str) or not wanted:
        raise UserError(f"{name}: has no `slug`, which names the account type; add one first")
    if not is_slug(wanted):
        why = "is not a valid slug: use only a-z, 0-9 and `-`"
        raise UserError(f"{name}: {quoted(wanted)} {why}")
    return wanted


def asked_for_nothing(manifest: Document) -> tuple[str, ...]:
    """Return the fields of a login form in a manifest that gets OAuth: no user can fill them in.

    For a connector with `oauth` Harvest shows a button in place of all fields [cozy-libs:
    cozy-harvest-lib, DumbTriggerManager.render].
    """
    fields = manifest.value.get("fields")
    if "oauth" in manifest.value or not isinstance(fields, dict):
        return ()
    return tuple(
        name
        for name, entry in fields.items()
        if name in _OF_A_FORM or (isinstance(entry, dict) and entry.get("type") == "password")
    )


def manifest_with_oauth(
    path: Path, manifest: Document, scope: str, dropped: Iterable[str] = ()
) -> Proposal:
    """Propose the manifest with what OAuth needs, where it is missing.

    It is `oauth`, the field for the token, and a permission to read the account that has it. The
    fields `dropped` are removed.
    """
    after, fields = manifest, manifest.value.get("fields")
    token = {"type": "hidden"}
    if "fields" not in manifest.value:
        after = _with(after, "fields", {"access_token": token})
    elif isinstance(fields, dict) and "access_token" not in fields:
        data = with_member(after, "access_token", token, inside=("fields",))
        after = Document(manifest.name, data)
    if "oauth" not in manifest.value:
        # One string in the list: several would reach the provider joined with a plus.
        after = _with(after, "oauth", {"scope": [scope] if scope else None}, after="fields")
    if needs_permission(manifest):
        after = _with_permission(after)
    for name in dropped:
        after = Document(after.name, without_member(after, ("fields", name)))
    if after is manifest:
        return Proposal(path, "`oauth`", b"", True)
    return Proposal(path, "what OAuth needs", after.data, True, before=manifest)


def needs_permission(manifest: Document) -> bool:
    """Return whether a connector on the server may not read its accounts (P013)."""
    value, asked = manifest.value, manifest.value.get("permissions", {})
    if field(value, "clientSide") is True or not isinstance(asked, dict):
        return False
    if field(value, "permissions") not in (None, asked):  # under a key that Go matches too
        return False
    type = wire.account_type_id(value)
    return not any(one.reads_accounts(type) for one in permissions(value, ()))


def _with_permission(manifest: Document) -> Document:
    """Return the manifest with a permission under a name that is free."""
    permission = {
        "description": "Required to use the account that you connect",
        "type": ACCOUNTS,
        "verbs": ["GET", "PUT"],
    }
    taken = manifest.value.get("permissions")
    if taken is None:
        return _with(manifest, "permissions", {"accounts": permission})
    name = next(name for name in _names_of_a_permission() if name not in taken)
    return Document(manifest.name, with_member(manifest, name, permission, inside=("permissions",)))


def _names_of_a_permission() -> Iterator[str]:
    yield "accounts"
    yield from (f"accounts{number}" for number in count(2))


def account_type(folder: Path, id: str, login: Login) -> Proposal:
    """Propose the document of an account type."""
    variable = re.sub(r"[^A-Z0-9]", "_", id.upper())
    variable = f"_{variable}" if variable[0].isdigit() else variable  # no shell has $2FA
    value: dict[str, Any] = {"_id": id, "grant_mode": login.grant_mode}
    if login.grant_mode.endswith("+secret"):
        value |= {"slug": id, "secret": f"${variable}_SECRET"}
    value["client_id"] = f"${variable}_CLIENT_ID"
    value["client_secret"] = f"${variable}_CLIENT_SECRET"
    value["auth_endpoint"] = login.auth_endpoint
    value |= {"token_endpoint": login.token_endpoint} if login.token_endpoint else {}
    value |= {"token_mode": login.token_mode} if login.token_mode else {}
    value["redirect_uri"] = redirect_uri(id, login)
    text = json.dumps(value, indent=2) + "\n"
    return propose(folder / NEXT_TO_MANIFEST[0], "the account type", text)


def redirect_uri(id: str, login: Login) -> str:
    """Return the URI to which the provider sends users back; it must be registered there."""
    return f"https://oauthcallback.{login.domain}{wire.redirect_path(id)}"


def _with(document: Document, key: str, value: Any, after: str = "") -> Document:
    return Document(document.name, with_member(document, key, value, after=after))
