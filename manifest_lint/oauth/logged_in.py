"""What came of a login or a renewal, as it may be shown: it has no token."""

from __future__ import annotations

from dataclasses import dataclass

from manifest_lint.oauth.steps import Step


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a login failed: the request that was refused, and what the provider answered.

    `request` is "authorize", "token" or "renewal", `error` the provider's code, "" if it sent none.
    `rules` are lines on findings that explain it.
    """

    request: str
    error: str
    answer: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """What came of a login or, if `is_renewal`, of a renewal: `refusal` is None if it succeeded.

    `steps` are the requests of the login, with secrets masked. `granted` are the scopes, and
    `missing` those that were asked for and not granted. `lifetime` are the seconds that the token
    lives, None if the provider does not say it, and `expires_at` is when it ends. `written` are the
    names of the fields in `file`, and `removed` those that no longer count. `revoked` says what
    became of the token after a check. `proved` is what the login has shown.
    """

    connector: str
    account_type: str
    redirect_uri: str
    steps: tuple[Step, ...] = ()
    refusal: Refusal | None = None
    is_renewal: bool = False
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lifetime: int | None = None
    expires_at: str = ""
    has_refresh_token: bool = False
    file: str = ""
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    revoked: str = ""
    remarks: tuple[str, ...] = ()
