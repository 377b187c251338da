"""X002, X003, X004, X006 and R008: between several connectors and account types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from manifest_lint.cozy.go_struct import field
from manifest_lint.document.secret import is_placeholder
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.oauth.names import written_as
from manifest_lint.oauth.redirect_uri import leads_elsewhere, parts_of, registered
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, quoted

_MOST_SUGGESTED = 100
"""For at most this many slugs the nearest one is searched for: it is slow."""


@rule(
    "X002",
    "slug-of-another-connector",
    on="workspace",
    severity=WARNING,
    compares=("manifest", "slug"),
)
def slug_of_another(workspace: Workspace) -> Iterator[Finding]:
    """An account type's `slug` names another connector than the one that logs in with it.

    A connector finds its account type by id, but the stack passes the secrets to the connector that
    `slug` names. That connector then runs with the secrets of another one.

    Bad: an account type "x", which the connector "x" asks for, with the slug of the connector "y"
    Good: the same account type with the slug "x", or without one
    Source: cozy-stack docs/konnectors-workflow.md and worker/exec/konnector.go
    """
    for account_type in workspace.account_types:
        slug = account_type.text("slug")
        if not account_type.is_oauth or slug not in workspace.slugs:
            continue
        users = [c for c in workspace.asking_for(account_type) if wire.is_oauth(c.value)]
        slugs = [field(connector.value, "slug") for connector in users]
        if users and slug not in slugs:
            message = (
                f"the slug is {quoted(slug)}, but the connector {quoted(str(slugs[0]))} uses this"
                " account type"
            )
            yield _at(account_type, "slug", message)


@rule(
    "X003",
    "secret-without-connector",
    on="workspace",
    refused_by="run",
    defers_to=("A001",),
    compares=("manifest", "slug"),
)
def secret_without_connector(workspace: Workspace) -> Iterator[Finding]:
    """An account type with a secret does not name the connector that it is for.

    The stack looks a secret up by the connector's slug, and passes it to the connector. Without
    `slug` no connector gets the secret, and every run that needs it fails.

    Bad: an account type of the grant mode "secret" without `slug`
    Good: the same with the slug of its connector
    Source: cozy-stack model/account/type.go, FindAccountTypesBySlug, and worker/exec/konnector.go
    """
    suggestions = 0
    for account_type in workspace.account_types:
        slug = field(account_type.value, "slug")
        if not account_type.has_secret_grant or is_placeholder(slug):
            continue
        if how := account_type.gap("slug"):
            mode = quoted(account_type.grant_mode)
            message = f"`slug` {how}: no connector gets the secret of the grant mode {mode}"
            cause = written_as(account_type, "slug")
            yield _at(account_type, "slug", message, cause=cause)
        elif isinstance(slug, str) and workspace.is_whole and slug not in workspace.slugs:
            suggestions += 1
            near = nearest(slug, workspace.slugs) if suggestions <= _MOST_SUGGESTED else None
            fix = Fix(f"write {quoted(near)}, the nearest slug") if near else None
            why = "The stack looks a secret up by the connector's slug: no connector here gets it."
            message = f"no connector has the slug {quoted(slug)}"
            if not workspace.has_several_connectors:
                own = workspace.owner_of(account_type)
                if not own:
                    continue
                message = f"the slug is {quoted(slug)}, but the connector's is {quoted(own)}"
                fix = Fix(f"write {quoted(own)}")
            yield _at(account_type, "slug", message, severity=WARNING, why=why, fix=fix)


@rule(
    "X004",
    "slug-of-two-account-types",
    on="workspace",
    severity=WARNING,
    compares=("account type", "slug"),
)
def slug_of_two(workspace: Workspace) -> Iterator[Finding]:
    """Two account types have the same slug, and one of them has a secret.

    The stack passes a secret to a connector only if exactly one account type has its slug: with
    two, the connector gets none. An account type `context/x` replaces `x` in that context, so these
    two may have the same slug.

    Bad: account types "x" and "y", both with the slug "x", one of the grant mode "secret"
    Good: account types "x" and "context/x", both with the slug "x"
    Source: cozy-stack model/account/type.go, filterByContext, and worker/exec/konnector.go
    """
    for slug, group in _by(workspace.account_types, lambda one: one.text("slug")).items():
        if len(group) < 2 or not any(one.has_secret_grant for one in group):
            continue
        for first, other in _found_together(group):
            message = f"{_named(first)} also has the slug {quoted(slug)}"
            yield _at(other, "slug", f"{message}: the connector gets no secret")


@rule("X006", "account-type-unused", on="workspace", severity=NOTE, defers_to=("X003",))
def account_type_unused(workspace: Workspace) -> Iterator[Finding]:
    """No connector uses the account type.

    If its connector was removed, the file still holds a client secret that no connector needs.
    Ignore this if the connector exists, but was not checked.

    Bad: an account type "z" for connectors that are not "z" and do not name it
    Good: an account type for each connector with `oauth`, and no more
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js
    """
    if not (workspace.shared and workspace.is_whole and workspace.has_several_connectors):
        return
    for account_type in workspace.account_types:
        if account_type.has_secret_grant:  # the stack looks it up by its slug
            used = account_type.text("slug") in workspace.slugs
        else:
            used = bool(workspace.asking_for(account_type))
        if account_type.id and not used and not is_placeholder(account_type.text("slug")):
            message = f"no connector uses the account type {quoted(account_type.service_id)}"
            cause = account_type.at("slug") if account_type.has_secret_grant else None
            yield _at(account_type, "_id", message, cause=cause)


@rule(
    "R008",
    "redirect-uri-of-two",
    on="workspace",
    severity=WARNING,
    defers_to=("R001",),
    compares=("account type", "redirect_uri"),
)
def redirect_uri_of_two(workspace: Workspace) -> Iterator[Finding]:
    """Two account types have the same redirect URI.

    The path of a redirect URI names only one account type, so every user's login with the other one
    fails with "bad state". An account type `x` and its replacement `context/x` may have the same
    redirect URI.

    Bad: two account types without an id, with the same `redirect_uri`
    Good: each with a `redirect_uri` that names it
    Source: cozy-stack web/accounts/oauth.go
    """
    for group in _by(workspace.account_types, _absolute).values():
        first = group[0]
        for other in group[1:]:
            wrong = next((one for one in (other, first) if leads_elsewhere(one)), None)
            if wrong or not other.id or not first.id:
                message = f"{_named(first)} has the same redirect URI"
                finding = _at(other, "redirect_uri", message)
                if wrong:
                    cause = wrong.at("redirect_uri")
                    finding = finding._replace(cause=cause, cause_in=wrong.document)
                yield finding


def _absolute(account_type: AccountType) -> str:
    """Return the redirect URI that is registered, empty where it is not an absolute URL."""
    uri = registered(account_type)
    return uri if parts_of(uri) else ""


def _by(
    account_types: Iterable[AccountType], key: Callable[[AccountType], str]
) -> dict[str, list[AccountType]]:
    """Return account types by a key that is not empty; only the first one of each id counts."""
    groups: dict[str, dict[object, AccountType]] = {}
    for account_type in account_types:
        if shared := key(account_type):
            identity = account_type.id or id(account_type)
            groups.setdefault(shared, {}).setdefault(identity, account_type)
    return {shared: list(group.values()) for shared, group in groups.items()}


def _found_together(group: list[AccountType]) -> Iterator[tuple[AccountType, AccountType]]:
    """Yield (first, other) once for each other that the stack finds with a first one, and a secret.

    In a context it uses that context's own, and the general ones that none of these replaces.
    """
    by_context: dict[str, list[AccountType]] = {}
    for one in group:
        by_context.setdefault(one.context, []).append(one)
    left = by_context.get("", [])
    secret = {one.id for one in left if one.has_secret_grant}
    for context in sorted(by_context):
        own = by_context[context] if context else []
        replaced = {one.service_id for one in own if one.service_id}
        if secret <= replaced and not any(one.has_secret_grant for one in own):
            continue
        first, *others = own + [one for one in left if one.id not in replaced]
        yield from ((first, other) for other in others)
        left = [one for one in left if one is first or one.id in replaced]


def _named(account_type: AccountType) -> str:
    named = account_type.id
    return f"the account type {quoted(named)}" if named else "another account type"


def _at(account_type: AccountType, name: str, message: str, **more: Any) -> Finding:
    """Return a finding at a field of an account type, in its own document."""
    pointer = account_type.at(name)
    return Finding(message, pointer, document=account_type.document, **more)
