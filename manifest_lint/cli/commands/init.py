"""`manifest-lint init`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from manifest_lint._version import __version__
from manifest_lint.config.find import Config
from manifest_lint.cozy.vocabulary import TOKEN_MODES
from manifest_lint.engine.report import Rewrite
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, refuse_led_out, replace_file, write_file
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import checked_below
from manifest_lint.project.sources import gather
from manifest_lint.reports import diff
from manifest_lint.reports.text import visible
from manifest_lint.scaffold import oauth, repository
from manifest_lint.scaffold.oauth import GRANT_MODES, Login
from manifest_lint.scaffold.repository import Ci, Proposal

_EXAMPLES = """\b
Examples:
  manifest-lint init
  manifest-lint init my-connector --ci gitlab --yes
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
    type=click.Choice([*repository.CI_FILES, "none"]),
    help="CI service to propose a job for. Default: the one in use.",
)
@click.option(
    "--install",
    metavar="REQUIREMENT",
    help="What pip installs for the hook and the job: a name with a version, or a URL.",
)
@click.option("--oauth", is_flag=True, help="Add `oauth` to the manifest, and an account type.")
@click.option("--scope", metavar="'A B'", help="Scopes to request, separated by spaces.")
@click.option("--grant-mode", type=click.Choice(GRANT_MODES), help="Default: authorization_code.")
@click.option("--auth-endpoint", metavar="URL", help="Where users log in.")
@click.option("--token-endpoint", metavar="URL", help="Where a code is exchanged for a token.")
@click.option("--token-mode", type=click.Choice(TOKEN_MODES), help="How the secret is sent there.")
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

    Proposes the files that DIR lacks (manifest-lint.toml, a pre-commit hook, a CI job) and asks
    before writing each. An existing file is never replaced: the lines to add are shown instead.

    --oauth adds `oauth` and the field `access_token` to the manifest if they are missing, and
    writes account-types-def.json with placeholders for client id and secret.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: is not a folder; name the connector's folder")
    asking = not yes and bool(sys.stdin) and sys.stdin.isatty()
    for name, value in answers.items():
        if value is not None and not oauth:
            raise UserError(f"{_option(name)} has no effect without --oauth; add --oauth")
    proposals, last_word = _of_login(folder, asking, answers) if oauth else ([], "")
    if not oauth:
        checked_below(folder, Tree(folder), may_be_empty=False)
    proposals += _of_repository(folder, ci, install)
    tree = Tree(repository.root_of(folder))
    for proposal in proposals:
        refuse_led_out(proposal.path.parent, tree)  # before the first one is written
    for proposal in proposals:
        _show(proposal)
        if proposal.can_be_written and (yes or (asking and _agrees(proposal.path))):
            _write(proposal, tree)
    if not yes and not asking and any(proposal.can_be_written for proposal in proposals):
        raise UserError("nothing was written: not a terminal; pass --yes to confirm")
    where = "" if folder == Path() else f" {folder}"
    click.echo(f"{last_word}Next: manifest-lint check{visible(where)}")
    return 0


def _of_repository(folder: Path, ci: str | None, install: str | None) -> list[Proposal]:
    """Propose a configuration, a hook and a CI job."""
    root = repository.root_of(folder)
    in_force = Config().in_force(folder / MANIFEST_NAME).file
    source = repository.requirement(install) if install else _installed_from()
    requirement = source or f"manifest-lint=={__version__}"
    proposals = [repository.configuration(folder, in_force), repository.hook(root, requirement)]
    service: Ci | None = None
    if ci is None:
        service = repository.ci_in_use(root)
    else:
        service = next((known for known in repository.CI_FILES if known == ci), None)
    if service:
        proposals.append(repository.job(folder, root, service, requirement))
    elif ci is None:
        click.echo("No CI service recognised from the files or the git remote; use --ci.\n")
    if not source and any(proposal.data for proposal in proposals[1:]):
        where = "from the package index, as this copy was installed from a folder"
        click.echo(f"pip will install {requirement} {where}. Use --install for another source.\n")
    return proposals


def _of_login(
    folder: Path, asking: bool, answers: dict[str, str | None]
) -> tuple[list[Proposal], str]:
    """Return proposals for the connector's OAuth login, and what is left to do by hand."""
    path = folder / MANIFEST_NAME
    if not path.exists():
        raise UserError(f"{folder}: has no {MANIFEST_NAME}; name a connector's folder")
    sources = gather([path], settings_of=Config())
    manifest = sources.documents[str(path)]
    if manifest.is_link_out:
        raise UserError(f"{path}: is a link out of {folder}; replace it with the file")
    id = oauth.account_type_id(manifest)
    answer = _Answers(answers, asking)
    scope = ""
    if "oauth" not in manifest.value:
        scope = answer.to(
            "scope", "Scopes, separated by spaces; empty for none", oauth.checked_scope, ""
        )
    proposals = [oauth.manifest_with_oauth(path, manifest, scope)]
    for known in sources.account_types:
        given = known.document.kind == "account types"  # not an example in a readme
        if given and id in (known.id, known.service_id):
            file = Path(known.document.name)
            proposals.append(Proposal(file, "the account type", b"", True))
            return proposals, answer.left_over()
    login = answer.login()
    proposals.append(oauth.account_type(folder, id, login))
    uri = oauth.redirect_uri(id, login)
    register = f"Register {uri} with the service, character by character.\n"
    return proposals, answer.left_over() + register


class _Answers:
    """Answers from options, and from the user for the rest."""

    def __init__(self, given: dict[str, str | None], asking: bool):
        self._given = given
        self._asking = asking
        self._needed: set[str] = set()

    def login(self) -> Login:
        """Return all that an account type needs."""
        grant_mode = self.to("grant_mode", "Grant mode", str, "authorization_code", GRANT_MODES)
        auth = self.to("auth_endpoint", "Where users log in (URL)", _endpoint("--auth-endpoint"))
        token = mode = ""
        if oauth.exchanges_codes(grant_mode):
            check = _endpoint("--token-endpoint")
            token = self.to("token_endpoint", "Where a code is exchanged for a token (URL)", check)
            mode = self.to("token_mode", "How the secret is sent there", str, "form", TOKEN_MODES)
        elif self._given["token_endpoint"] or self._given["token_mode"]:
            raise UserError(f"--grant-mode {grant_mode} uses no --token-... options; drop them")
        domain = self.to("domain", "Domain of the instances", oauth.checked_domain)
        return Login(auth, domain, grant_mode, token, mode)

    def to(
        self,
        name: str,
        question: str,
        check: Callable[[str], str],
        default: str | None = None,
        choices: tuple[str, ...] = (),
    ) -> str:
        """Return one answer: from the option, else from the user, else the default."""
        self._needed.add(name)
        value = self._given[name]
        if value is None and self._asking:

            def ask(text: str) -> str:
                try:
                    return check(text.strip())
                except UserError as error:
                    raise click.BadParameter(str(error)) from None

            kind: Any = {"type": click.Choice(choices)} if choices else {"value_proc": ask}
            return str(click.prompt(question, default=default, show_default=bool(default), **kind))
        if value is None and default is None:
            raise UserError(f"{_option(name)} is required when not interactive; add it")
        return check(default or "" if value is None else value)

    def left_over(self) -> str:
        """Return a line on the options that had no effect, empty if there are none."""
        given = [name for name, value in self._given.items() if value is not None]
        names = [_option(name) for name in given if name not in self._needed]
        if not names:
            return ""
        what = "it is" if len(names) == 1 else "they are"
        return f"Not used: {', '.join(names)}; {what} set already. Change it by hand.\n"


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _endpoint(name: str) -> Callable[[str], str]:
    return lambda text: oauth.checked_endpoint(name, text)


def _show(proposal: Proposal) -> None:
    """Print the proposal for one file, or that there is nothing to do."""
    path, what = visible(str(proposal.path)), proposal.what
    if proposal.before is not None:
        click.echo(f"{path}: {what}:")
        rewrite = Rewrite(proposal.before, proposal.data, ())
        lines = "".join(diff.render([rewrite])).splitlines()
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


def _write(proposal: Proposal, tree: Tree) -> None:
    """Write a file, unless another program has created or changed it in the meantime."""
    refuse_led_out(proposal.path.parent, tree)
    if proposal.before is not None:
        replace_file(proposal.before.path or proposal.path, proposal.before.data, proposal.data)
    elif repository.is_there(proposal.path):
        raise UserError(f"{proposal.path}: created in the meantime, not replaced; run init again")
    else:
        proposal.path.parent.mkdir(parents=True, exist_ok=True)
        write_file(proposal.path, proposal.data)
    click.echo(f"Wrote {visible(str(proposal.path))}.\n")


def _installed_from() -> str:
    """Return what pip should install: what this program was installed from; "" for a folder.

    The record of that is direct_url.json (PEP 610); there is none for an install from an index.
    """
    import json
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        text = distribution("manifest-lint").read_text("direct_url.json")
        if text is None:
            return f"manifest-lint=={__version__}"
        record = json.loads(text)
        url = str(record["url"])
        if versioned := record.get("vcs_info"):
            url = f"{versioned['vcs']}+{url}@{versioned['commit_id']}"
        return "" if "file:" in url else repository.requirement(f"manifest-lint @ {url}")
    except (PackageNotFoundError, ValueError, LookupError, TypeError, UserError):
        return ""
