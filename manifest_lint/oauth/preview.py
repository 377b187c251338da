"""A preview of a login, up to where it ends or stops.

Everything here may be shown: secrets are masked, except placeholders.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from manifest_lint.cozy.domain import normalised
from manifest_lint.document.masking import Hider, shown_url
from manifest_lint.finding import Skip
from manifest_lint.oauth import wire
from manifest_lint.oauth.account_type import AccountType, found_by_stack
from manifest_lint.oauth.flow import flow
from manifest_lint.oauth.hiding import with_shown_requests
from manifest_lint.oauth.start import Session
from manifest_lint.oauth.steps import Parameter, Step, steps
from manifest_lint.oauth.token_request import Request


@dataclass(frozen=True, slots=True)
class Preview:
    """A login of a connector on an instance, up to where it ends or stops.

    `account_type` is the document's id, None without one; `document` is the name of its file. The
    URLs are those of `Flow`. `skipped` are configurations that are not used, with why.
    """

    connector: str
    domain: str
    account_type: str | None
    document: str | None
    start_url: str | None
    request_url: str | None
    mobile_url: str | None
    authorize_url: str | None
    steps: tuple[Step, ...]
    requests: tuple[Request, ...] = ()
    skipped: tuple[Skip, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the login stops before its end."""
        return any(step.stops for step in self.steps)


def preview(
    manifest: dict[str, Any],
    account_types: tuple[AccountType, ...],
    context: str = "",
    domain: str | None = None,
    skipped: Iterable[Skip] = (),
    *,
    hide: Hider,
) -> Preview:
    """Return the login of a connector on an instance of a context, step by step.

    `account_types` are the documents of the stack. `domain` is the instance's; by default it is a
    subdomain of the one that the registered redirect URI names. `skipped` is kept. `hide` masks the
    secrets of the manifest and of all account types.
    """
    wanted = wire.javascript_text(wire.account_type_id(manifest))
    account_type = found_by_stack(account_types, wanted, context)
    domain = domain or usual_domain(account_type)
    session = Session()
    found = with_shown_requests(flow(manifest, account_type, domain, session), hide)
    taken: list[Step] = []
    for step in steps(manifest, account_type, found, session, are_given=bool(account_types)):
        taken.append(_without_secrets(step, hide))
        if step.stops:
            break
    requests = () if taken[-1].stops else (found.token_request, found.refresh_request)
    authorize = None if taken[0].stops else found.authorize_url
    return Preview(
        hide(wire.javascript_text(manifest.get("slug"))),
        hide(domain),
        hide(account_type.id) if account_type else None,
        hide(account_type.document.name) if account_type else None,
        None if found.start_url is None else hide(found.start_url),
        None if found.request_url is None else hide(found.request_url),
        None if found.mobile_url is None else hide(found.mobile_url),
        None if authorize is None else hide(shown_url(authorize)),
        tuple(taken),
        tuple(request for request in requests if request),
        tuple(Skip(hide(one.what), one.why) for one in skipped),
    )


def usual_domain(account_type: AccountType | None) -> str:
    """Return a domain for a preview: a subdomain of the registered one, if there is one."""
    try:
        host = urlsplit(account_type.text("redirect_uri")).netloc if account_type else ""
    except ValueError:  # no host name
        host = ""
    _, callback, found = host.rpartition("oauthcallback.")
    domain = normalised(found) if callback else None
    return f"alice.{domain}" if domain else "alice.cozy.example"


def _without_secrets(step: Step, hide: Hider) -> Step:
    """Return a step with the secrets masked in all its parts."""
    return replace(
        step,
        address=hide(step.address),
        parameters=tuple(
            Parameter(hide(one.name), hide(one.value), tuple(map(hide, one.remarks)))
            for one in step.parameters
        ),
        remarks=tuple(map(hide, step.remarks)),
        stops=tuple(map(hide, step.stops)),
    )
