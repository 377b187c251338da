"""What a login needs of an account type: the rules report it, and a preview stops without it."""

from __future__ import annotations

from manifest_lint.cozy.vocabulary import GRANT_MODES
from manifest_lint.document.secret import bare, is_placeholder
from manifest_lint.finding import Severity
from manifest_lint.oauth.account_type import AccountType

_CODE_GRANTS = ("authorization_code", "authorization_code+secret")
_WITHOUT_CLIENT_ID = ("secret", "token_redirect_url")
_TYPESET = frozenset("\u2018\u2019\u201c\u201d\u00ab\u00bb")
"""Quotation marks that a word processor or a web page put there."""


def needed(account_type: AccountType) -> dict[str, Severity]:
    """Return the keys that a login needs, and how serious it is if one is missing.

    An error stops the login. [cozy-stack model/account/type.go; RFC 6749 sections 4.1 and 4.2]
    """
    mode = account_type.grant_mode
    if mode not in GRANT_MODES:
        return {"grant_mode": Severity.ERROR}
    if mode == "secret":
        return {}
    found = {"auth_endpoint": Severity.ERROR}
    if mode not in _WITHOUT_CLIENT_ID:
        found["client_id"] = Severity.ERROR
    if mode in _CODE_GRANTS:
        is_draft = account_type.has_placeholders
        found["client_secret"] = Severity.WARNING if is_draft else Severity.ERROR
        found["token_endpoint"] = Severity.WARNING
    return found


def is_missing(account_type: AccountType, name: str) -> str:
    """Return why the login stops without a key, after its name; "" if it has it or needs none."""
    is_needed = needed(account_type).get(name) is Severity.ERROR
    return account_type.gap(name) if is_needed else ""


def is_never_issued(written: str) -> bool:
    """Return whether no provider knows a client id or secret as it is written.

    It has white space around it, or a character that is copied by mistake. [RFC 6749, appendix A]
    """
    kept = bare(written)
    return kept != written or (not is_placeholder(kept) and has_a_stray_character(kept))


def has_a_stray_character(value: str) -> bool:
    """Return whether a client id or secret has a control character or a typeset quotation mark."""
    return not value.isprintable() or not _TYPESET.isdisjoint(value)


def refused_keys(account_type: AccountType) -> dict[str, str]:
    """Return the keys of an account type that CouchDB refuses, and the reasons in words."""
    value = account_type.value
    written = value.get("_id", "x")
    has_plain_id = isinstance(written, str) and written[:1] not in ("", "_")
    if has_plain_id and not any(key.startswith("_") and key != "_id" for key in value):
        return {}  # most
    from manifest_lint.cozy.couchdb import refused_members  # only for such a key

    # Those of a list, a dump or a database may be there already, with their revisions.
    is_new = not account_type.pointer and account_type.document.path is not None
    return dict(refused_members(value, is_new=is_new))
