"""X002, X003, X004, X006 and R008: between several connectors and account types."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from manifest_lint.cozy.go_struct import field
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, is_placeholder
from manifest_lint.oauth.redirect_uri import leads_elsewhere, parts_of, registered
from manifest_lint.project.workspace import Fleet
from manifest_lint.rules.base import NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import nearest, quoted


@rule("X002", "slug-of-another-connector", on="fleet", severity=WARNING)
def slug_of_another(fleet: Fleet) -> Iterator[Finding]:
    """An account type's `slug` names another connector than the one that logs in with it.

    A connector asks for its account type by id; the stack hands out secrets by `slug`. Where the
    two lead to different connectors, one of them is run with what is the other's.

    Bad: an account type "x", which the connector "x" asks for, with the slug of the connector "y"
    Good: the same account type with the slug "x", or without one
    Source: cozy-stack docs/konnectors-workflow.md and worker/exec/konnector.go
    """
    for account_type in fleet.account_types:
        slug = account_type.text("slug")
        if not account_type.is_oauth or slug not in fleet.slugs:
            continue
        users = [c for c in fleet.asking_for(account_type) if wire.is_oauth(c.value)]
        slugs = [field(connector.value, "slug") for connector in users]
        if users and slug not in slugs:
            message = f"the slug {quoted(slug)} is not that of {quoted(str(slugs[0]))}"
            yield _at(account_type, "slug", f"{message}, which logs in with this account type")


@rule("X003", "secret-without-connector", on="fleet", refused_by="run")
def secret_without_connector(fleet: Fleet) -> Iterator[Finding]:
    """An account type with a secret for a connector does not say for which.

    The stack looks a secret up by the connector's slug, and hands it to the connector in its
    parameters. Without `slug` none gets it, and what needs it fails.

    Bad: an account type of the grant mode "secret" without `slug`
    Good: the same with the slug of its connector
    Source: cozy-stack model/account/type.go, FindAccountTypesBySlug, and worker/exec/konnector.go
    """
    for account_type in fleet.account_types:
        slug = field(account_type.value, "slug")
        if not account_type.has_secret_grant or is_placeholder(slug):
            continue
        if slug in (None, ""):
            mode = quoted(account_type.grant_mode)
            message = f"`slug` is missing: no connector gets the secret that {mode} is for"
            yield _at(account_type, "slug", message)
        elif isinstance(slug, str) and fleet.has_several_connectors and slug not in fleet.slugs:
            near = nearest(slug, fleet.slugs)
            fix = Fix(f"the nearest slug is {quoted(near)}") if near else None
            why = "The stack looks a secret up by the connector's slug: none here gets this one."
            message = f"no connector has the slug {quoted(slug)}"
            yield _at(account_type, "slug", message, severity=WARNING, why=why, fix=fix)


@rule("X004", "slug-of-two-account-types", on="fleet", severity=WARNING)
def slug_of_two(fleet: Fleet) -> Iterator[Finding]:
    """Two account types have one slug, and one of them is a secret.

    The stack hands a secret to a connector only where exactly one account type has its slug: with
    two, it gets none. `context/x` takes the place of `x` in its context, and makes no second.

    Bad: account types "x" and "y", both with the slug "x", one of the grant mode "secret"
    Good: account types "x" and "context/x", both with the slug "x"
    Source: cozy-stack model/account/type.go, filterByContext, and worker/exec/konnector.go
    """
    for slug, group in _by(fleet.account_types, lambda one: one.text("slug")).items():
        if len(group) < 2 or not any(one.has_secret_grant for one in group):
            continue
        told: set[int] = set()
        for context in sorted({one.context for one in group}):
            first, *others = _in_context(group, context) or [group[0]]
            if any(one.has_secret_grant for one in (first, *others)):
                for other in others:
                    if id(other) not in told:
                        message = f"{quoted(first.id)} has the slug {quoted(slug)} too"
                        yield _at(other, "slug", f"{message}: the connector gets no secret")
                    told.add(id(other))


@rule("X006", "account-type-unused", on="fleet", severity=NOTE, defers_to=("X003",))
def account_type_unused(fleet: Fleet) -> Iterator[Finding]:
    """No connector uses the account type.

    Left over from a connector that is gone, it keeps a client secret that nobody needs. If the
    connector is only not among those checked, all is well.

    Bad: an account type "z" for connectors of which none is "z", nor names it
    Good: an account type for each connector with `oauth`, and no more
    Source: cozy-libs packages/cozy-harvest-lib/src/helpers/konnectors.js
    """
    if not fleet.shared or not fleet.has_several_connectors:
        return
    for account_type in fleet.account_types:
        if account_type.has_secret_grant:  # the stack looks it up by its slug
            used = account_type.text("slug") in fleet.slugs
        else:
            used = bool(fleet.asking_for(account_type))
        if account_type.id and not used and not is_placeholder(account_type.text("slug")):
            message = f"no connector asks for the account type {quoted(account_type.service_id)}"
            cause = account_type.at("slug") if account_type.has_secret_grant else None
            yield _at(account_type, "_id", message, cause=cause)


@rule("R008", "redirect-uri-of-two", on="fleet", severity=WARNING, defers_to=("R001",))
def redirect_uri_of_two(fleet: Fleet) -> Iterator[Finding]:
    """Two account types have one redirect URI.

    Its path names one account type: a login with the other ends in "bad state". A document and
    the one that takes its place in a context share theirs. Where the document's id is known, R001
    tells which of the two is wrong.

    Bad: two account types without an id, with the same `redirect_uri`
    Good: each with a `redirect_uri` that names it
    Source: cozy-stack web/accounts/oauth.go
    """
    for group in _by(fleet.account_types, _absolute).values():
        first = group[0]
        for other in group[1:]:
            wrong = next((one for one in (other, first) if leads_elsewhere(one)), None)
            if wrong or not other.id or not first.id:
                message = "another account type has this redirect URI"
                finding = _at(other, "redirect_uri", message)
                if wrong:
                    cause = wrong.at("redirect_uri")
                    finding = replace(finding, cause=cause, cause_in=wrong.document)
                yield finding


def _absolute(account_type: AccountType) -> str:
    """Return the redirect URI that is registered, empty where it is no absolute URL."""
    uri = registered(account_type)
    return uri if parts_of(uri) else ""


def _by(
    account_types: Iterable[AccountType], key: Callable[[AccountType], str]
) -> dict[str, list[AccountType]]:
    """Sort account types by a text that is not empty; of one id, the first alone counts."""
    groups: dict[str, dict[object, AccountType]] = {}
    for account_type in account_types:
        if text := key(account_type):
            identity = account_type.id or id(account_type)
            groups.setdefault(text, {}).setdefault(identity, account_type)
    return {text: list(group.values()) for text, group in groups.items()}


def _in_context(group: list[AccountType], context: str) -> list[AccountType]:
    """Give those that the stack finds in a context: its own, and those of none that they leave."""
    own = [one for one in group if context and one.context == context]
    replaced = {one.service_id for one in own}
    return own + [one for one in group if not one.context and one.id not in replaced]


def _at(account_type: AccountType, name: str, message: str, **more: Any) -> Finding:
    """Tell of a field of an account type, in its own document."""
    pointer = account_type.at(name)
    return Finding(message, pointer, document=account_type.document, **more)
