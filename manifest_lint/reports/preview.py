"""A preview of a login as text, JSON and a diagram."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Iterator
from typing import Any

import click

from manifest_lint.oauth.preview import Preview
from manifest_lint.oauth.steps import BROWSER, PROVIDER, STACK, Parameter, Step
from manifest_lint.reports.text import visible

_TITLES = {
    "start": "Harvest opens the start page, in the user's browser",
    "authorize": "The stack sends the user to the provider",
    "redirect": "The provider sends the user back to the stack",
    "token": "The stack asks the provider for a token",
}
_RENEWAL = "Later, the stack renews the token"


def text(preview: Preview, width: int = 100) -> Iterator[str]:
    """Yield the lines for a terminal, with colours as ANSI sequences; remarks start with `!`.

    Remarks are wrapped to `width` columns; requests are not, so that they can be copied.
    """
    by = f"the account type {preview.account_type}" if preview.account_type else "no account type"
    if preview.document:
        by += f" ({preview.document})"
    yield visible(f"Login of {preview.connector} on {preview.domain}, with {by}")
    for number, (step, title) in enumerate(titled(preview), 1):
        yield ""
        yield click.style(f"{number}. {title}", bold=True)
        if step.address or step.method:
            yield f"   {step.method or '(nothing)'} {visible(step.address)}"
        for name, value in step.headers:
            yield f"   {name}: {visible(value)}"
        yield from _parameters(step.parameters, width)
        for remark in step.remarks:
            yield from _marked("!", remark, width, "yellow")
        for why in step.stops:
            yield from _marked("x", f"the login stops here: {why}", width, "red")
    if not preview.stops:
        yield ""
        yield click.style("The login completes.", fg="green")


def as_json(preview: Preview) -> dict[str, Any]:
    """Return the preview as JSON values; the last of its `steps` may have `stops`."""
    value = dataclasses.asdict(dataclasses.replace(preview, requests=(), skipped=()))
    del value["requests"], value["skipped"]
    skipped = [vars(skip) for skip in preview.skipped]
    return {**value, "stops": preview.stops, **({"skipped": skipped} if skipped else {})}


def mermaid(preview: Preview) -> Iterator[str]:
    """Yield the lines of a sequence diagram for Mermaid."""
    yield "sequenceDiagram"
    for name, shown in ((BROWSER, "Harvest, in the browser"), (STACK, "cozy-stack")):
        yield f"    participant {name} as {shown}"
    yield f"    participant {PROVIDER} as Provider"
    for step in preview.steps:
        names = ", ".join(parameter.name for parameter in step.parameters)
        what = f"{step.method} {step.address}{f' ({names})' if names else ''}"
        yield f"    {step.sender}->>{step.receiver}: {_mermaid(what.strip())}"
        remarks = [remark for parameter in step.parameters for remark in parameter.remarks]
        for remark in (*remarks, *step.remarks):
            yield f"    Note over {step.sender},{step.receiver}: {_mermaid(remark)}"
        for why in step.stops:
            yield f"    Note over {step.receiver}: stops here: {_mermaid(why)}"


def titled(preview: Preview) -> Iterator[tuple[Step, str]]:
    """Yield each step of the login, and its title."""
    seen = set()
    for step in preview.steps:
        yield step, _RENEWAL if step.name in seen else _TITLES[step.name]
        seen.add(step.name)


def _parameters(parameters: tuple[Parameter, ...], columns: int) -> Iterator[str]:
    width = max((len(visible(parameter.name)) for parameter in parameters), default=0)
    for parameter in parameters:
        # One line per scope, as the provider grants them one by one.
        parts = parameter.value.split(" ") if parameter.name == "scope" else [parameter.value]
        name = visible(parameter.name)
        for part in parts:
            yield f"     {name:{width}}  {visible(part)}".rstrip()
            name = ""
        for remark in parameter.remarks:
            yield from _marked("!", remark, columns, "yellow", width + 4)


def _marked(mark: str, remark: str, width: int, colour: str, indent: int = 0) -> Iterator[str]:
    """Yield the lines of a remark, aligned after its mark."""
    before = f"   {' ' * indent}{mark} "
    lines = textwrap.wrap(
        visible(remark),
        max(width - len(before), 20),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for number, line in enumerate(lines):
        yield click.style(f"{' ' * len(before) if number else before}{line}", fg=colour)


def _mermaid(value: str) -> str:
    """Escape what Mermaid would read as its own syntax."""
    return "".join(f"#{ord(char)};" if char in '#;"<>%' else char for char in visible(value))
