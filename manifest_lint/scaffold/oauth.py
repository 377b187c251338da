"""What an OAuth connector starts from: `oauth` in its manifest, and its account type.

Client id and secret are never asked for: placeholders stand for them until whoever provisions the
account type fills them in.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from manifest_lint.cozy.go_url import RefusedURL, parse
from manifest_lint.cozy.registry import SLUG
from manifest_lint.document.document import Document
from manifest_lint.document.insert import with_member
from manifest_lint.errors import UserError
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import is_development_domain
from manifest_lint.scaffold.repository import Proposal, propose
from manifest_lint.text.wording import quoted

ACCOUNT_TYPES = "account-types-def.json"

GRANT_MODES = ("authorization_code", "authorization_code+secret", "token", "token_redirect_url")
"""The grant modes for which a few answers are enough."""

_TOKEN = r"[\x21\x23-\x5b\x5d-\x7e]+"
_SCOPE = re.compile(rf"{_TOKEN}( {_TOKEN})*")  # RFC 6749 section 3.3
_LABEL = "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)*{_LABEL}(:[0-9]{{1,5}})?")


@dataclass(frozen=True, slots=True)
class Login:
    """How users log in to a service, as the service's own documentation tells.

    `domain` is that of the instances, with a port where that is one of development.
    """

    auth_endpoint: str
    domain: str
    grant_mode: str = "authorization_code"
    token_endpoint: str = ""
    token_mode: str = ""


def exchanges_codes(grant_mode: str) -> bool:
    """Tell whether the stack exchanges a code for a token: `token_endpoint` is needed then."""
    return grant_mode.startswith("authorization_code")


def checked_scope(text: str) -> str:
    """Give scopes with one space between. Raises UserError for those that would not arrive."""
    scope = " ".join(dict.fromkeys(text.split()))
    if scope and not _SCOPE.fullmatch(scope):
        raise UserError("--scope: holds a letter, a quote or a backslash that no scope may hold")
    if wire.sent_scope({"oauth": {"scope": [scope]}}) != scope:
        raise UserError("--scope: holds one of `& # ; % +`, which do not arrive; leave it out")
    return scope


def checked_endpoint(name: str, text: str) -> str:
    """Give an endpoint as it is. Raises UserError for what is no address of a service."""
    try:
        url = parse(text)
    except RefusedURL as refused:
        raise UserError(f"{name}: is not a URL: {refused}") from None
    if not url.is_web or not text.isprintable() or " " in text or "@" in text.split("/")[2]:
        raise UserError(f"{name}: is not a URL such as https://service.example/oauth/authorize")
    if url.scheme != "https" and not is_development_domain(url.host):
        raise UserError(f"{name}: must be https: secrets and tokens go there")
    if url.has_fragment:
        raise UserError(f"{name}: holds a fragment, which RFC 6749 forbids; leave out `#`")
    return text


def checked_domain(text: str) -> str:
    """Give the domain of instances. Raises UserError for what no redirect URI can hold."""
    host, _, port = text.partition(":")
    if not _DOMAIN.fullmatch(text) or host.startswith("oauthcallback."):
        raise UserError("--domain: give the domain of the instances alone, such as mycozy.cloud")
    if not is_development_domain(host) and ("." not in host or port):
        what = "has a port" if port else "is none"
        raise UserError(f"--domain: {what}; give one such as mycozy.cloud or cozy.tools:8080")
    return text


def account_type_id(manifest: Document) -> str:
    """Give the id of the account type that a manifest asks for, or will once it has `oauth`.

    Raises UserError for a manifest that is none, and for one that asks for what cannot be an id.
    """
    name, value = manifest.name, manifest.value
    if not isinstance(value, dict):
        why = "is not JSON" if manifest.error else "is not an object"
        raise UserError(f"{name}: {why}; mend it first, `manifest-lint check` says where")
    if "oauth" in value and not wire.is_oauth(value):
        raise UserError(f"{name}: its `oauth` says that it is no OAuth connector; remove it first")
    if "oauth" not in value and value.get("clientSide") is True:
        raise UserError(f"{name}: is `clientSide`, and OAuth is for connectors run by the server")
    wanted = wire.account_type_id(value)
    if not isinstance(wanted, str) or not wanted:
        raise UserError(f"{name}: has no `slug` to name the account type; write one first")
    if not SLUG.fullmatch(wanted):
        why = "cannot be a slug, which holds only a-z, 0-9 and `-`"
        raise UserError(f"{name}: {quoted(wanted)} {why}; mend it first")
    return wanted


def manifest_with_oauth(path: Path, manifest: Document, scope: str) -> Proposal:
    """Propose the manifest with `oauth` and the field for the token, as far as it lacks them."""
    after, fields = manifest, manifest.value.get("fields")
    token = {"type": "hidden"}
    if "fields" not in manifest.value:
        after = _with(after, "fields", {"access_token": token})
    elif isinstance(fields, dict) and "access_token" not in fields:
        data = with_member(after, "access_token", token, inside=("fields",))
        after = Document(manifest.name, data)
    if "oauth" not in manifest.value:
        # One text in the list: several would reach the provider joined with a plus.
        after = _with(after, "oauth", {"scope": [scope] if scope else None}, behind="fields")
    if after is manifest:
        return Proposal(path, "`oauth`", b"", True)
    return Proposal(path, "what it lacks for OAuth", after.data, True, before=manifest)


def account_type(folder: Path, id: str, login: Login) -> Proposal:
    """Propose the document of an account type."""
    variable = re.sub(r"[^A-Z0-9]", "_", id.upper())
    variable = f"_{variable}" if variable[0].isdigit() else variable  # no shell has $2FA
    value: dict[str, Any] = {"_id": id, "grant_mode": login.grant_mode}
    if login.grant_mode.endswith("+secret"):
        value |= {"slug": id, "secret": f"${variable}_SECRET"}
    if login.grant_mode != "token_redirect_url":
        value["client_id"] = f"${variable}_CLIENT_ID"
    if exchanges_codes(login.grant_mode):
        value["client_secret"] = f"${variable}_CLIENT_SECRET"
    value["auth_endpoint"] = login.auth_endpoint
    value |= {"token_endpoint": login.token_endpoint} if login.token_endpoint else {}
    value |= {"token_mode": login.token_mode} if login.token_mode else {}
    value["redirect_uri"] = redirect_uri(id, login)
    text = json.dumps(value, indent=2) + "\n"
    return propose(folder / ACCOUNT_TYPES, "the account type", text)


def redirect_uri(id: str, login: Login) -> str:
    """Give the address by which the provider sends users back, and which it must know."""
    return f"https://oauthcallback.{login.domain}{wire.redirect_path(id)}"


def _with(document: Document, key: str, value: Any, behind: str = "") -> Document:
    return Document(document.name, with_member(document, key, value, behind=behind))
