"""`manifest-lint init`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from manifest_lint.api import repositories
from manifest_lint.api.repositories import Proposal, Question, Setup
from manifest_lint.errors import UserError
from manifest_lint.reports import diff
from manifest_lint.reports.text import visible

_EXAMPLES = """\b
Examples:
  manifest-lint init
  manifest-lint init my-connector --ci gitlab --yes
  manifest-lint init --install tools/manifest_lint-1.0.0-py3-none-any.whl
  manifest-lint init --oauth
  manifest-lint init --oauth --yes --scope 'openid profile' --domain mycozy.cloud \\
    --auth-endpoint https://service.example/oauth/authorize \\
    --token-endpoint https://service.example/oauth/token
"""


@click.command("init", epilog=_EXAMPLES)
@click.argument("folder", type=click.Path(path_type=Path), default=".", metavar="[DIR]")
@click.option("-y", "--yes", is_flag=True, help="Write all proposed files without asking.")
@click.option(
    "--ci",
    type=click.Choice([*repositories.CI_FILES, "none"]),
    help="CI service to propose a job for. Default: the one in use.",
)
@click.option(
    "--install",
    metavar="SOURCE",
    help="Where the hook and the job get this program: a git address as ADDRESS@COMMIT, a wheel's"
    " address or file in the repository, or none for neither of them."
    " Default: where it was installed from.",
)
@click.option("--oauth", is_flag=True, help="Add `oauth` to the manifest, and an account type.")
@click.option("--scope", metavar="'A B'", help="Scopes to request, separated by spaces.")
@click.option(
    "--grant-mode", type=click.Choice(repositories.GRANT_MODES), help="Default: authorization_code."
)
@click.option("--auth-endpoint", metavar="URL", help="Where users log in.")
@click.option("--token-endpoint", metavar="URL", help="Where a code is exchanged for a token.")
@click.option(
    "--token-mode",
    type=click.Choice(repositories.TOKEN_MODES),
    help="How the secret is sent to the token endpoint.",
)
@click.option("--domain", metavar="DOMAIN", help="Domain of the instances, such as mycozy.cloud.")
def command(
    folder: Path,
    yes: bool,
    ci: str | None,
    install: str | None,
    oauth: bool,
    **answers: str | None,
) -> int:
    """Set up checking in a repository, and OAuth with --oauth.

    Proposes the files that DIR lacks (manifest-lint.toml, a pre-commit hook, a CI job) and lines
    for .gitignore, and asks before writing each. An existing file is never replaced: the lines to
    add are shown instead.

    --oauth adds `oauth`, the field `access_token` and a permission to read the account to the
    manifest if they are missing, and writes account-types-def.json with placeholders for client
    id and secret.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: is not a folder; name the connector's folder")
    asking = not yes and bool(sys.stdin) and sys.stdin.isatty()
    for name, value in answers.items():
        if value is not None and not oauth:
            raise UserError(f"{_option(name)} has no effect without --oauth; add --oauth")
    given = _Answers(answers, asking)
    setups = [given.login(folder)] if oauth else []
    ask = given.to if asking else None
    checking = repositories.propose_checking(folder, ci, install, must_hold=not oauth, answer=ask)
    setups.append(checking)
    proposals = [proposal for setup in setups for proposal in setup.proposals]
    for note in (note for setup in setups for note in setup.notes):
        click.echo(f"{note}\n")
    for proposal in proposals:
        _show(proposal)
        if proposal.can_be_written and (yes or (asking and _agrees(proposal.path))):
            repositories.write_proposal(folder, proposal)
            click.echo(f"Wrote {visible(str(proposal.path))}.\n")
    if not yes and not asking and any(proposal.can_be_written for proposal in proposals):
        raise UserError("nothing was written: not a terminal; pass --yes to confirm")
    for line in (*given.left_over(), *(line for setup in setups for line in setup.to_do)):
        click.echo(line)
    where = "" if folder == Path() else f" {folder}"
    click.echo(f"Next: manifest-lint check{visible(where)}")
    return 0


class _Answers:
    """Answers from options, and from the user for the rest."""

    def __init__(self, given: dict[str, str | None], asking: bool):
        self._given = given
        self._asking = asking
        self._used: dict[str, str] = {}

    def login(self, folder: Path) -> Setup:
        """Return what to write for the login. Raises UserError for a wrong answer."""
        return repositories.propose_login(folder, self.to)

    def to(self, question: Question) -> str:
        """Return one answer: from the option, else from the user, else the default."""
        self._used[question.name] = self._answer(*question)
        return self._used[question.name]

    def _answer(
        self,
        name: str,
        text: str,
        check: Callable[[str], str],
        default: str | None,
        choices: tuple[str, ...],
    ) -> str:
        value = self._given.get(name)  # some questions have no option
        if value is None and self._asking:

            def ask(typed: str) -> str:
                try:
                    return check(typed.strip())
                except UserError as error:
                    raise click.BadParameter(str(error)) from None

            kind: Any = {"type": click.Choice(choices)} if choices else {"value_proc": ask}
            return str(click.prompt(text, default=default, show_default=bool(default), **kind))
        if value is None and default is None:
            raise UserError(f"{_option(name)} is needed with --yes or without a terminal; add it")
        return check(default or "" if value is None else value)

    def left_over(self) -> Iterator[str]:
        """Yield a line on the options that had no effect, if there are any."""
        given = [name for name, value in self._given.items() if value is not None]
        names = [_option(name) for name in given if name not in self._used]
        if names:
            what = "it is" if len(names) == 1 else "they are"
            yield f"Not used: {', '.join(names)}; {what} set already. Change it by hand."


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _show(proposal: Proposal) -> None:
    """Print the proposal for one file, or that there is nothing to do."""
    path, what = visible(str(proposal.path)), proposal.what
    if proposal.before is not None:
        click.echo(f"{path}: {what}:")
        lines = "".join(diff.changes(proposal.before, proposal.data)).splitlines()
    elif proposal.is_there and not proposal.data:
        click.echo(f"{path}: {what} exists already.")
        return
    else:
        word = "the file exists and is not changed. Add:" if proposal.is_there else "new file:"
        click.echo(f"{path}: {what}; {word}")
        lines = proposal.data.decode("utf-8", "replace").splitlines()
    for line in lines:
        click.echo(f"  {visible(line)}".rstrip())
    click.echo()


def _agrees(path: Path) -> bool:
    return click.confirm(f"Write {visible(str(path))}?", default=True)
