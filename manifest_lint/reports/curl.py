"""A preview of a login as shell commands, to try it by hand."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from manifest_lint.document.secret import MASK, Secret, variable
from manifest_lint.oauth.preview import Preview
from manifest_lint.oauth.token_request import Request
from manifest_lint.reports.text import visible


@dataclass(frozen=True, slots=True)
class _Variable:
    """An environment variable, for the shell to fill in."""

    name: str


_Part = str | _Variable
_Word = tuple[_Part, ...]


def commands(preview: Preview) -> Iterator[str]:
    """Yield the commands, up to where the login stops, and why it does as comments.

    Values that only the user has are variables: `$NAME` if the account type has that placeholder,
    else $CLIENT_SECRET for the client secret, $CODE and $REFRESH_TOKEN for what the provider sends,
    and $PARAM_name for another parameter: under the name alone, one such as `home` would be a
    variable that the user has. A comment names the variables to set.
    """
    if preview.authorize_url is not None:
        yield from _commands(preview, preview.authorize_url)
    for step in preview.steps:
        for why in step.stops:
            yield f"# The login stops here: {visible(why)}"


def _commands(preview: Preview, url: str) -> Iterator[str]:
    address = _filled_in(url)
    named = set(address)
    code = ", and copy `code` from the URL that you end up at" if preview.requests else ""
    yield f"# Open this in a browser{_set(address)}, log in{code}:"
    yield f"echo {_quoted(address)}"
    why = "Then"
    for request in preview.requests:
        words = list(_words(request))
        parts = [part for word in words for part in word]
        yield f"# {why}{_set(part for part in parts if part not in named)}:"
        if "?" in request.endpoint and request.method == "GET":
            yield "# (the stack sends a second `?` here, curl an `&`)"
        yield " ".join(_quoted(word) for word in words)
        named.update(parts)
        why = "To renew the token"


def _words(request: Request) -> Iterator[_Word]:
    """Yield the words of the command that sends a request."""
    yield ("curl",)
    if request.method == "GET":
        yield ("--get",)
    if request.basic:
        name, secret = request.basic
        yield ("--user",)
        yield _part("client_id", name), ":", _part("client_secret", secret)
    elif request.user_info:  # it is masked in the endpoint
        yield ("--user",)
        yield (_Variable("USER_INFO"),)
    for name, value in request.parameters:
        yield ("--data-urlencode",)
        yield f"{name}=", _part(name, value)
    yield _filled_in(request.endpoint.replace(f"//{MASK}@", "//", 1))


_SENT_BY_PROVIDER = {"code": "CODE", "refresh_token": "REFRESH_TOKEN"}


def _part(name: str, value: str | Secret) -> _Part:
    """Return a parameter's value, or the variable for it if it is masked or comes later."""
    if isinstance(value, Secret):
        return _Variable(variable(value.reveal()) or "CLIENT_SECRET")
    known = _SENT_BY_PROVIDER.get(name) or variable(value) or (MASK in value and _named(name))
    return _Variable(known) if known else value


def _filled_in(url: str) -> _Word:
    """Return a URL with the placeholders in its query as variables."""
    address, mark, query = url.partition("?")
    parts: list[_Part] = [address, mark]
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        known = variable(unquote_plus(value)) or (_named(name) if MASK in value else "")
        parts += [name, equals, _Variable(known) if known else value, "&"]
    return tuple(parts[:-1])


def _named(parameter: str) -> str:
    """Return the variable for a parameter whose value is masked, another for each parameter.

    Other characters than letters and digits of ASCII and `_` are bytes in hexadecimal: `_XX`.
    """
    odd = r"[^0-9A-Za-z_]|_(?=[0-9A-F]{2})"
    return "PARAM_" + re.sub(odd, lambda found: _bytes(found[0]), unquote_plus(parameter))


def _bytes(text: str) -> str:
    return "".join(f"_{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def _quoted(word: _Word) -> str:
    """Quote a word for a shell: text in single quotes, variables in double quotes."""
    quoted = ""
    text = ""
    for part in (*word, None):
        if isinstance(part, str):
            text += part
            continue
        if text:
            quoted += visible(shlex.quote(text))
        text = ""
        if part:
            quoted += f'"${part.name}"'
    return quoted


def _set(parts: Iterable[_Part]) -> str:
    """Return `, with $A and $B set`, each variable once and in order; empty if there are none."""
    names = dict.fromkeys(part.name for part in parts if isinstance(part, _Variable))
    if not names:
        return ""
    *most, last = (f"${name}" for name in names)
    return f", with {', '.join(most)}{' and ' if most else ''}{last} set"
