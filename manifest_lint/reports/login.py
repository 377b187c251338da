"""What came of a login, in formats for people and programs: names and times, no token.

Formats of findings, such as SARIF, are none of them: a login has no line of a file.
"""

from __future__ import annotations

import dataclasses
import html as markup
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import click

from manifest_lint.oauth.logged_in import LoggedIn
from manifest_lint.reports.text import visible
from manifest_lint.text.wording import listed

_REQUESTS = {
    "authorize": "the provider refused the login",
    "token": "the provider refused to give a token",
    "renewal": "the provider refused to renew the token",
}
_AGAIN = ("invalid_grant", "invalid_token")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = (
    "body { font: 1rem/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;"
    " color-scheme: light dark; overflow-wrap: anywhere } td, th { padding: 0.2rem 1rem 0.2rem 0;"
    " text-align: left; vertical-align: top }"
)
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def text(done: LoggedIn) -> Iterator[str]:
    """Yield the lines for a terminal."""
    for number, line in enumerate(_sentences(done)):
        colour = ("red" if done.refusal else "green") if number == 0 else None
        yield click.style(visible(line), fg=colour)


def json(done: LoggedIn) -> Iterator[str]:
    """Yield the report as JSON; its keys are the fields of LoggedIn."""
    from manifest_lint.text.logged_json import dumps  # only for this format

    yield dumps({"succeeded": done.refusal is None, **dataclasses.asdict(done)}, indent=2)


def markdown(done: LoggedIn) -> Iterator[str]:
    """Yield the report as Markdown."""
    yield f"## Login of {_code(done.connector)}"
    yield ""
    for sentence in _sentences(done):
        yield f"- {_plain(sentence)}"
    yield ""
    yield "| request | sent to | parameters |"
    yield "|---|---|---|"
    for step in done.steps:
        names = ", ".join(_code(one.name) for one in step.parameters)
        yield f"| {_code(step.method or '-')} | {_code(step.address)} | {names} |"


def junit(done: LoggedIn) -> Iterator[str]:
    """Yield the report as JUnit XML: a case for each request; one may have failed."""
    failed = done.refusal
    names = [step.name for step in done.steps]
    suites = ElementTree.Element("testsuites", name="manifest-lint")
    numbers = {"tests": str(len(names)), "failures": str(int(bool(failed))), "errors": "0"}
    suite = ElementTree.SubElement(
        suites, "testsuite", {"name": visible(done.connector), **numbers}
    )
    for name in names:
        case = ElementTree.SubElement(
            suite, "testcase", name=f"login: {name}", classname=visible(done.connector)
        )
        if failed and failed.request == name:
            answer = ElementTree.SubElement(case, "failure", message=visible(failed.answer))
            answer.text = "\n".join(map(visible, _sentences(done)))
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield ElementTree.tostring(suites, "unicode")


def github(done: LoggedIn) -> Iterator[str]:
    """Yield one of GitHub's workflow commands, which is an error if the login failed."""
    kind = "error" if done.refusal else "notice"
    lines = "%0A".join(visible(one).replace("%", "%25") for one in _sentences(done))
    yield f"::{kind} title=manifest-lint login::{lines}"


def html(done: LoggedIn) -> Iterator[str]:
    """Yield the report as a page, which runs and loads nothing."""
    title = f"Login of {_html(done.connector)}"
    yield '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield f"<title>{title}</title>\n<style>{_STYLE}</style>\n<h1>{title}</h1>\n<ul>"
    for sentence in _sentences(done):
        yield f"<li>{_html(sentence)}</li>"
    yield "</ul>\n<table>\n<tr><th>request</th><th>sent to</th><th>parameters</th></tr>"
    for step in done.steps:
        names = ", ".join(one.name for one in step.parameters)
        cells = "".join(f"<td>{_html(one)}</td>" for one in (step.method, step.address, names))
        yield f"<tr>{cells}</tr>"
    yield "</table>\n</html>"


FORMATS: dict[str, Callable[[LoggedIn], Iterator[str]]] = {
    "text": text,
    "json": json,
    "markdown": markdown,
    "junit": junit,
    "github": github,
    "html": html,
}
"""The formats by their names."""


def duration(seconds: int) -> str:
    """Return a time in its largest unit: `59 minutes`."""
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            number = seconds // size
            return f"{number:,} {unit}{'' if number == 1 else 's'}"
    return "0 seconds"


def _sentences(done: LoggedIn) -> Iterator[str]:
    by = f"{done.connector} with the account type {done.account_type}"
    if done.refusal:
        yield f"Login of {by} failed: {_REQUESTS[done.refusal.request]}"
        yield f"It answered: {done.refusal.answer}"
        kind = "authorize" if done.refusal.request == "authorize" else "token"
        for step in done.steps:
            if step.name == kind:
                yield f"The request was {step.method} {step.address}"
        for rule in done.refusal.rules:
            yield f"See {rule}"
        if done.refusal.request == "renewal" and done.refusal.error in _AGAIN:
            yield "The refresh token no longer counts: run login without --renew."
        return
    if not done.redirect_uri:
        left = "it does not expire" if done.lifetime is None else f"{duration(done.lifetime)} left"
        yield f"Not renewed: the token of {done.connector} is still valid, {left}."
        return
    yield f"{'Renewed' if done.is_renewal else 'Logged in'}: {by}"
    if done.written:
        yield f"Wrote {listed(list(done.written))} to {done.file}"
    if done.removed:
        yield f"Removed {listed(list(done.removed))}, of an older login"
    if done.expires_at and (done.lifetime or 0) < 0:
        yield f"The token has expired, at {done.expires_at}: `expires_in` is {done.lifetime}"
    elif done.expires_at:
        yield f"The token expires at {done.expires_at}, in {duration(done.lifetime or 0)}"
    elif not done.is_renewal:
        yield "The provider does not say when the token expires"
    if done.granted:
        yield f"Granted scopes: {' '.join(done.granted)}"
    if done.missing:
        yield f"Not granted, but asked for: {' '.join(done.missing)}"
    if not done.has_refresh_token:
        yield "No refresh token: the stack cannot renew this token"
    if done.revoked:
        yield f"The token of this check: {done.revoked}"
    yield from done.remarks


def _code(text: str) -> str:
    return f"`{visible(text).replace('`', '').replace('|', '%7C')}`"


def _html(text: str) -> str:
    return markup.escape(visible(text))


def _plain(text: str) -> str:
    """Return a text without what Markdown reads as markup."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]<>#|!~&" else char for char in visible(text))
