"""One attempt to log in: what it needs of the connector, and what it reports."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from manifest_lint.api.connectors import check
from manifest_lint.api.logins import instance_of, read_login
from manifest_lint.api.settings import PathLike, context_of
from manifest_lint.document.document import Document
from manifest_lint.document.masking import Hider
from manifest_lint.document.secret import SHORTEST, Secret
from manifest_lint.engine.hider import hider_of, secrets_of
from manifest_lint.errors import UserError
from manifest_lint.network.token_endpoint import TokenAnswer
from manifest_lint.oauth import explain, fields, wire
from manifest_lint.oauth.account_type import AccountType, found_by_stack
from manifest_lint.oauth.logged_in import LoggedIn, Refusal
from manifest_lint.oauth.login import Login
from manifest_lint.oauth.preview import preview, usual_domain
from manifest_lint.oauth.start import Session
from manifest_lint.oauth.token_request import Request
from manifest_lint.oauth.tokens import Refused, Tokens
from manifest_lint.project.sources import Fetched
from manifest_lint.provisioning.plan import wanted
from manifest_lint.text.wording import quoted, short

_CLOCK = 300
"""Seconds by which two clocks may differ before that is worth a remark."""

_LONGEST = 300
_MOST_RULES = 3


@dataclass(frozen=True)
class Options:
    """How to log in: the connector and its account type as for `preview`.

    `environment` has the variables that the account type names, and proxies. `now` returns the
    seconds since 1970. With `loopback`, a port, the provider sends the browser there. With
    `check_only` nothing is written. Without `keep_refresh_token` that token is not written.
    """

    environment: Mapping[str, str] = field(repr=False)
    now: Callable[[], float]
    path: PathLike = "."
    domain: str | None = None
    context: str = ""
    account_types: Sequence[PathLike] = ()
    fetched: Sequence[Fetched] = ()
    config: PathLike | None = None
    isolated: bool = False
    loopback: int | None = None
    check_only: bool = False
    keep_refresh_token: bool = True


class Attempt:
    """A connector whose login is tried; what it reports has no secret of its files, nor `known`.

    Raises UserError as `preview`, and if no account type or a variable is missing.
    """

    def __init__(self, options: Options):
        self.options = replace(options, context=context_of(options.context))
        read = read_login(
            options.path,
            options.account_types,
            options.config,
            options.fetched,
            isolated=options.isolated,
        )
        self._manifest = read.connector.value
        self._documents = read.documents
        self.known: list[str] = []
        path = Path(options.path)
        self.folder = path if path.is_dir() else path.parent
        self.name = wire.javascript_text(self._manifest.get("slug"))
        self._types = read.connector.account_types or ()

    @cached_property
    def login(self) -> Login:
        """The login, with real values for what each login makes up."""
        account_type = self._account_type()
        domain = instance_of(self.options.domain)
        if not domain and not account_type.text("redirect_uri"):
            what = "has no `redirect_uri`, so it is the instance's own"
            raise UserError(f"{account_type.document.name}: {what}; name that with --domain")
        nonce = str(int(self.options.now() * 1000))  # as Harvest makes it
        session = Session(state=secrets.token_hex(16), nonce=nonce)
        return Login(self._manifest, account_type, domain or usual_domain(account_type), session)

    def _account_type(self) -> AccountType:
        """Return the document that the stack finds, with its placeholders filled in."""
        id = wire.javascript_text(wire.account_type_id(self._manifest))
        if not self._types:
            raise UserError(f"{self.name}: no account types; name their files with --account-types")
        found = found_by_stack(self._types, id, self.options.context)
        if found is None:
            raise UserError(f"{self.name}: no account type has the id {quoted(id)}; correct `_id`")
        [filled] = wanted([found], "", self.options.environment)
        value = {"_id": found.id, **filled.fields}
        written = json.dumps(value).encode()
        self.known += secrets_of(Document(found.document.name, written, "account types"))
        self.learns(value.get("client_secret"), value.get("secret"))
        return found._replace(value=value)

    def learns(self, *values: object) -> None:
        """Hide some secrets from now on; one that is very short is in other texts by chance."""
        self.known += [one for one in values if isinstance(one, str) and len(one) >= SHORTEST]

    def sends(self, request: Request) -> Request:
        """Return a request whose credentials are hidden from now on, also if they are echoed."""
        credentials = request.headers(Secret.reveal).get("Authorization", "")
        self.learns(*credentials.split(" ")[1:])
        return request

    def hide(self, text: str) -> str:
        """Return a text without what is known to be secret."""
        return self._hider()(text)

    def _hider(self) -> Hider:
        return hider_of(*self._documents, others=self.known)

    def refused(self, request: str, refused: Refused, login: Login) -> LoggedIn:
        """Return that a request was refused, and the findings that may explain it."""
        self.learns(*refused.tokens)
        if explain.needs_pkce(refused):
            rules: tuple[str, ...] = (explain.PKCE,)
        else:
            codes = explain.codes_for(request, refused)
            given = self.options
            report = check(
                given.path,
                select=codes,
                account_types=given.account_types,
                config=given.config,
                isolated=given.isolated,
                fetched=given.fetched,
            )
            found = sorted(report.findings, key=lambda one: explain.rank(one.code, codes))
            rules = tuple(f"{one.code}: {one.message}" for one in found[:_MOST_RULES])
            if not rules and refused.error == "invalid_client":
                rules = (explain.CLIENT,)
        answer = short(" ".join(self.hide(refused.why).split()), _LONGEST)
        refusal = Refusal(request, self.hide(refused.error), answer, tuple(map(self.hide, rules)))
        return replace(self._outcome(login), refusal=refusal)

    def granted(self, login: Login, tokens: Tokens, now: float, answer: TokenAnswer) -> LoggedIn:
        """Return what the tokens in an answer are worth."""
        asked = login.asked_scope.split()
        scopes = asked if tokens.scope is None else _scopes(tokens.scope, asked)
        return replace(
            self._outcome(login),
            granted=tuple(map(self.hide, scopes)),
            missing=tuple(self.hide(one) for one in asked if one not in scopes),
            lifetime=tokens.expires_in or None,
            expires_at=fields.expiry(tokens, now) if tokens.expires_in else "",
            has_refresh_token=bool(tokens.refresh_token),
            remarks=tuple(_of_clocks(answer, now)),
        )

    def unexchanged(self, login: Login) -> LoggedIn:
        """Return that a connector has what it needs to exchange the code itself."""
        remark = "no `token_endpoint`: the connector exchanges the code itself, which was not tried"
        return replace(self._outcome(login), remarks=(remark,))

    def _outcome(self, login: Login) -> LoggedIn:
        shown = preview(
            self._manifest,
            (login.account_type,),
            self.options.context,
            login.domain,
            hide=self._hider(),
        )
        named = [step for step in shown.steps if step.name in ("authorize", "token")]
        sent = tuple(named[:2])  # without the renewal
        id, uri = login.account_type.id, login.redirect_uri
        return LoggedIn(self.hide(self.name), self.hide(id), self.hide(uri), sent)


def _scopes(granted: str, asked: Sequence[str]) -> list[str]:
    """Return the scopes in an answer; some providers, such as GitHub, write commas between them."""
    has_commas = any("," in one for one in asked)  # then a comma may be part of a scope
    return (granted if has_commas else granted.replace(",", " ")).split()


def _of_clocks(answer: TokenAnswer, now: float) -> list[str]:
    """Return a remark if this machine's clock is not the provider's."""
    if answer.date is None:
        return []
    ahead = now - answer.date.timestamp()
    if abs(ahead) <= _CLOCK:
        return []
    way = "ahead of" if ahead > 0 else "slower than"
    minutes = f"{abs(ahead) / 60:,.0f} minutes"
    return [f"this machine's clock is {minutes} {way} the provider's, and `expires_at` is by it"]
