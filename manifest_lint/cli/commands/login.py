"""`manifest-lint login`."""

from __future__ import annotations

import os
import re
import time
from functools import partial
from pathlib import Path
from typing import Any

import click

from manifest_lint.api import tokens
from manifest_lint.cli import options
from manifest_lint.cli.browser import opened
from manifest_lint.cli.colour import colour
from manifest_lint.cli.typed import refuse_without_terminal, typed_line
from manifest_lint.errors import UserError
from manifest_lint.reports import login as reports
from manifest_lint.reports.text import visible

_PORT = 8912
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_EXAMPLES = """\b
Examples:
  manifest-lint login
  manifest-lint login my-connector --loopback --timeout 600
  manifest-lint login --renew --if-expires-within 5m && yarn standalone
  manifest-lint login --check --format markdown
"""


class _Port(click.IntRange):
    """A port; a folder after `--loopback` is taken for one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, str) and not value.strip().isdigit():
            what = f"{value!r} is not a port; write --loopback=PORT, and DIR before it"
            raise click.BadParameter(what, ctx, param)
        return super().convert(value, param, ctx)


def _seconds(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """Read a time such as `5m`."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})([smhd]?)", text.strip())
    if not found:
        raise click.BadParameter(f"{text!r} is not a time; write one such as 90s, 5m or 1h")
    return int(found[1]) * _UNITS[found[2] or "s"]


@click.command("login", epilog=_EXAMPLES)
@click.argument("path", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("--paste", is_flag=True, help="Paste the URL that the browser ends at (default).")
@click.option(
    "--loopback",
    is_flag=False,
    flag_value=_PORT,
    type=_Port(1, 65535),
    metavar="[PORT]",
    help="Let the provider send the browser to http://127.0.0.1:PORT/callback, which must be"
    f" registered there. Default port: {_PORT}.",
)
@click.option("--renew", is_flag=True, help="Renew the token by the stored refresh token.")
@click.option(
    "--if-expires-within",
    callback=_seconds,
    metavar="TIME",
    help="With --renew: only if the token expires in this time, such as 5m.",
)
@click.option("--check", is_flag=True, help="Try the whole login, write nothing, and report.")
@click.option("--no-browser", is_flag=True, help="Print the URL instead of opening a browser.")
@click.option(
    "--timeout",
    type=click.IntRange(1, 86400),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for you.",
)
@click.option("--no-refresh-token", is_flag=True, help="Do not write the refresh token.")
@click.option(
    "--domain",
    metavar="DOMAIN",
    help="The instance, if the redirect URI is its own. Default: one in the redirect URI's domain.",
)
@click.option("--context", metavar="NAME", default="", help="The instance's context, if any.")
@options.account_types_or_database
@options.config
@options.isolated
@click.option(
    "--format",
    "form",
    type=click.Choice(list(reports.FORMATS)),
    default="text",
    help="Output format of --check.",
)
def command(
    path: Path,
    paste: bool,
    loopback: int | None,
    renew: bool,
    if_expires_within: float | None,
    check: bool,
    no_browser: bool,
    timeout: int,
    no_refresh_token: bool,
    domain: str | None,
    context: str,
    account_types: tuple[str, ...],
    config: Path | None,
    isolated: bool,
    form: str,
) -> int:
    """Log in as the stack does, and write your token.

    DIR is a connector's folder or its manifest. Default: the current folder. The browser opens the
    provider's page; after the login it ends at the redirect URI, where the stack shows an error, as
    it does not know this login. Paste that URL. The token goes into konnector-dev-config.json, and
    is not shown. $NAME in the account type is replaced by an environment variable.

    Exit codes: 0 logged in, 1 the provider refused, 2 the command failed.
    """
    _refuse_pairs(
        ("--paste", paste, "--loopback", loopback is not None),
        ("--renew", renew, "--check", check),
        ("--renew", renew, "--paste", paste),
        ("--renew", renew, "--loopback", loopback is not None),
        ("--check", check, "--no-refresh-token", no_refresh_token),
    )
    if if_expires_within is not None and not renew:
        raise UserError("--if-expires-within needs --renew; add it")
    if form != "text" and not check:
        raise UserError(f"--format {form} needs --check; add it")
    files, fetched = options.account_types_of(account_types)
    given = tokens.Options(
        environment=os.environ,
        now=time.time,
        path=path,
        domain=domain,
        context=context,
        account_types=files,
        fetched=fetched,
        config=config,
        isolated=isolated,
        loopback=loopback,
        check_only=check,
        keep_refresh_token=not no_refresh_token,
    )
    if renew:
        done = tokens.renew(given, if_expires_within)
    else:
        done = tokens.login(given, partial(_come_back, timeout=timeout, browser=not no_browser))
    for line in reports.FORMATS[form](done):
        click.echo(line, color=colour())
    return 1 if done.refusal else 0


def _refuse_pairs(*pairs: tuple[str, bool, str, bool]) -> None:
    for one, has_one, other, has_other in pairs:
        if has_one and has_other:
            raise UserError(f"{one} cannot be used with {other}; drop one of them")


def _come_back(page: tokens.Page, *, timeout: int, browser: bool) -> str:
    """Send the person to the provider, and return the URL at which they come back."""
    if not page.wait:
        refuse_without_terminal()
    if browser and opened(page.authorize_url):
        click.echo("Log in at the provider, in the browser.", err=True)
    else:
        click.echo("Open this URL in a browser, and log in:", err=True)
        click.echo(f"  {visible(page.authorize_url)}", err=True)
    if page.wait:
        click.echo(f"Waiting for the browser at {visible(page.redirect_uri)} ...", err=True)
        return page.wait(timeout)
    where = visible(page.redirect_uri)
    click.echo(f"It ends at an error page (bad state) of {where}", err=True)
    if page.may_leave:
        click.echo("If that page leads to another one, go back to it in the browser.", err=True)
    return typed_line("Paste the URL of that page (it is not shown): ", timeout)
