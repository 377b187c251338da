"""What the answer of a token endpoint means to the stack.

[cozy-stack model/account/type.go, RequestAccessToken and RefreshAccount; golang encoding/json]
"""

from __future__ import annotations

import codecs
from typing import Any, NamedTuple

from manifest_lint.cozy.go_struct import TEXT, field, must, struct
from manifest_lint.document.go_json import NotJson, decode

_LONGEST = 2**63 // 10**9
"""Seconds that Go's time.Duration can have."""


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


_TEXTS = ("access_token", "id_token", "refresh_token", "token_type", "error", "error_description")
_ANSWER = struct(
    {**dict.fromkeys(_TEXTS, TEXT), "expires_in": must(_is_int, "a whole number")}, "an object"
)


class Tokens(NamedTuple):
    """What a provider has granted; "" for what it has not sent.

    `expires_in` are seconds, 0 if it says none. `scope` is what was granted, None if it is what was
    asked for. The repr shows no value.
    """

    access_token: str = ""
    refresh_token: str = ""
    token_type: str = ""
    expires_in: int = 0
    scope: str | None = None

    def __repr__(self) -> str:
        return "Tokens(***)"


class Refused(Exception):
    """The provider refused a request, or the stack refuses its answer.

    `why` may quote the provider: hide secrets before it is shown. `error` is the provider's code,
    "" if it sent none, and `status` that of its response, 0 if it was sent with the user. `tokens`
    are those that came with the error all the same, and codes.
    """

    def __init__(self, why: str, error: str = "", status: int = 0, tokens: tuple[str, ...] = ()):
        super().__init__(why)
        self.why = why
        self.error = error
        self.status = status
        self.tokens = tokens


def tokens_in(status: int, body: bytes, *, renewal: bool = False) -> Tokens:
    """Return the tokens in the answer to an exchange or a renewal.

    The stack refuses an answer that is not 200, one with an `error`, and one with a value of a type
    that Go does not decode. An `id_token` is used if there is no access token; the answer to a
    renewal may have none. Raises Refused.
    """
    value = _decoded(status, body)
    error, description = (_text(value, name) for name in ("error", "error_description"))
    if error or status != 200:
        why = ": ".join(filter(None, (error, description))) or _said(value) or "no error is named"
        came = tuple(filter(None, (_text(value, name) for name in _TEXTS[:3])))
        raise Refused(f"status {status}, {why}", error, status, came)
    for refusal in _ANSWER((), value):
        name, wanted = refusal.pointer[-1], refusal.wanted
        raise Refused(f"`{name}` is not {wanted}, so the stack refuses the answer", "", status)
    access = _text(value, "access_token")
    if not renewal:
        access = access or _text(value, "id_token")
        if not access:
            raise Refused("the answer has no `access_token`", "", status)
    scope = value.get("scope")
    return Tokens(
        access,
        _text(value, "refresh_token"),
        _text(value, "token_type"),
        max(-_LONGEST, min(field(value, "expires_in") or 0, _LONGEST)),
        scope if isinstance(scope, str) else None,
    )


def _decoded(status: int, body: bytes) -> dict[str, Any]:
    """Return the object in a body; one that is empty for JSON's null. Raises Refused."""
    if not body.strip():
        raise Refused(f"status {status}, and the body is empty", "", status)
    text = body.decode("utf-8", "go")
    try:
        value, end = decode(text)
    except NotJson:
        value, end = ..., 0
    if value is ... or text[end:].strip(" \t\r\n"):
        what = "a web page" if body.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] == b"<" else "a text"
        raise Refused(f"status {status}, with {what} that is not JSON", "", status)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"status {status}, with JSON that is not an object", "", status)
    return value


def _text(value: dict[str, Any], name: str) -> str:
    found = field(value, name)
    return found if isinstance(found, str) else ""


def _said(value: dict[str, Any]) -> str:
    """Return what a provider says that does not answer as RFC 6749 section 5.2 has it, or ""."""
    error = field(value, "error")
    inner = error if isinstance(error, dict) else value
    return ": ".join(filter(None, (_text(inner, name) for name in ("type", "code", "message"))))
