"""A preview of a login as commands for a shell, to try it by hand."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_plus

from manifest_lint.oauth.account_type import Secret, variable
from manifest_lint.oauth.flow import Request
from manifest_lint.oauth.preview import Preview, shown_endpoint
from manifest_lint.reports.text import visible


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable of the environment, for the shell to fill in."""

    name: str


_Part = str | _Variable
_Word = tuple[_Part, ...]


def commands(preview: Preview) -> Iterator[str]:
    """Give the commands, none where the login stops before it reaches the provider.

    What only the person who tries it has is a variable there: a value that is `$NAME` in the
    account type is that one; else the client secret is $CLIENT_SECRET, and what the provider has
    sent is $CODE and $REFRESH_TOKEN. A comment names those that are to be set.
    """
    if preview.authorize_url is None:
        return
    address = _filled_in(preview.authorize_url)
    told = set(address)
    taken = ", and take `code` from where it sends you" if preview.requests else ""
    yield f"# Open this in a browser{_set(address)}, log in{taken}:"
    yield f"echo {_quoted(address)}"
    why = "Then"
    for request in preview.requests:
        words = list(_words(request))
        parts = [part for word in words for part in word]
        yield f"# {why}{_set(part for part in parts if part not in told)}:"
        if "?" in request.endpoint and request.method == "GET":
            yield "# (the stack sends a second `?` here, curl an `&`)"
        yield " ".join(_quoted(word) for word in words)
        told.update(parts)
        why = "To have the token renewed"


def _words(request: Request) -> Iterator[_Word]:
    """Give the words of the command that sends a request."""
    yield ("curl",)
    if request.method == "GET":
        yield ("--get",)
    if request.basic:
        name, secret = request.basic
        yield ("--user",)
        yield _part("client_id", name), ":", _part("client_secret", secret)
    for name, value in request.parameters:
        yield ("--data-urlencode",)
        yield f"{name}=", _part(name, value)
    yield (shown_endpoint(request),)


_SENT_BY_PROVIDER = {"code": "CODE", "refresh_token": "REFRESH_TOKEN"}


def _part(name: str, value: str | Secret) -> _Part:
    """Give a parameter's value, or the variable that stands for it."""
    if isinstance(value, Secret):
        return _Variable(variable(value.reveal()) or "CLIENT_SECRET")
    known = _SENT_BY_PROVIDER.get(name) or variable(value)
    return _Variable(known) if known else value


def _filled_in(url: str) -> _Word:
    """Give a URL with a variable for each value of its query that stands for one."""
    address, mark, query = url.partition("?")
    parts: list[_Part] = [address, mark]
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        known = variable(unquote_plus(value))
        parts += [name, equals, _Variable(known) if known else value, "&"]
    return tuple(parts[:-1])


def _quoted(word: _Word) -> str:
    """Quote a word for a shell: in single quotes, in which nothing counts, variables in double."""
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
    """Tell which variables are to be set, each once and in order; nothing where there are none."""
    names = dict.fromkeys(part.name for part in parts if isinstance(part, _Variable))
    if not names:
        return ""
    *most, last = (f"${name}" for name in names)
    return f", with {', '.join(most)}{' and ' if most else ''}{last} set"
