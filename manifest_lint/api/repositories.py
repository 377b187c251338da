"""Propose and write the files that a repository or an OAuth connector lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from manifest_lint.config.find import Config
from manifest_lint.config.unused import WHY
from manifest_lint.cozy.vocabulary import TOKEN_MODES
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, refuse_led_out
from manifest_lint.files.write import made, replace_file
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import checked_below
from manifest_lint.project.sources import gather
from manifest_lint.scaffold import oauth, repository
from manifest_lint.scaffold.ignored import gitignore
from manifest_lint.scaffold.installed import installed_from
from manifest_lint.scaffold.oauth import GRANT_MODES, Login
from manifest_lint.scaffold.repository import CI_FILES, Ci, Proposal
from manifest_lint.scaffold.source import Source
from manifest_lint.scaffold.source import source as named_source
from manifest_lint.text.wording import quoted

__all__ = ["CI_FILES", "GRANT_MODES", "TOKEN_MODES", "Proposal"]

NO_SOURCE = "none"
"""In place of a source: propose no hook and no job."""


class Question(NamedTuple):
    """A question that has a name.

    `check` returns an answer as it is used, and raises UserError for a wrong one. Without an answer
    it is the default, which must be given if it is None; with `choices` it is one of them.
    """

    name: str
    text: str
    check: Callable[[str], str]
    default: str | None = None
    choices: tuple[str, ...] = ()


Answer = Callable[[Question], str]
"""Returns the answer to a question, as `check` returns it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """Proposals for files, and what their owner has to know: `notes` before, `to_do` after."""

    proposals: tuple[Proposal, ...]
    notes: tuple[str, ...] = ()
    to_do: tuple[str, ...] = ()


def propose_checking(
    folder: Path,
    ci: str | None = None,
    install: str | None = None,
    *,
    must_hold: bool = True,
    answer: Answer | None = None,
) -> Setup:
    """Propose a configuration, lines of .gitignore, a pre-commit hook and a CI job.

    `ci` is a key of CI_FILES or "none"; without it, it is the service in use. `install` is where
    hook and job get this program from, "none" for neither of them, by default where it was
    installed from; if that is of no use to others, `answer` is asked. Raises UserError if it is not
    known or cannot be written into a shared file, if a file would be outside the repository, and
    with `must_hold` if there is nothing to check in the folder.
    """
    if must_hold:
        checked_below(folder, Tree(folder), may_be_empty=False)
    root = repository.root_of(folder)
    config = Config()
    in_force = config.in_force(folder / MANIFEST_NAME)
    out = in_force.settings.out
    proposals = [
        repository.configuration(folder, in_force.file),
        gitignore(folder, out, Tree(root)),
    ]
    notes = [f"{path}: {WHY}." for path in config.unused]

    @cache
    def source() -> Source:
        found = _source(root, install, answer)
        notes.append(f"Others get this program from {found.shown}. {found.caution}".rstrip())
        return found

    if install != NO_SOURCE:
        proposals.append(repository.existing_hook(root) or repository.hook(root, source()))
        service = repository.ci_in_use(root) if ci is None else _named(ci)
        if service:
            there = repository.existing_job(root, service)
            proposals.append(there or repository.job(folder, root, service, source()))
        elif ci is None:
            notes.append("No CI service recognised from the files or the git remote; use --ci.")
    return _setup(folder, proposals, notes=tuple(notes))


def _named(ci: str) -> Ci | None:
    return next((known for known in CI_FILES if known == ci), None)


def _source(root: Path, install: str | None, answer: Answer | None) -> Source:
    """Return where a hook and a job get this program from. Raises UserError if that is unknown."""

    def checked(text: str) -> str:
        try:
            return named_source(text, root).requirement
        except UserError as error:
            raise UserError(f"--install: {error}") from None

    if install is None:
        try:
            return installed_from(root)
        except UserError as error:
            if answer is None:
                raise UserError(f"--install is needed: {error}, or none for neither") from None
            reason = str(error).partition(";")[0]
            wanted = "Where do others get it: ADDRESS@COMMIT, or a wheel"
            text = f"{reason[0].upper()}{reason[1:]}.\n{wanted}"
            install = answer(Question("install", text, checked))
    return named_source(checked(install), root)


def propose_login(folder: Path, answer: Answer) -> Setup:
    """Propose `oauth` in the manifest and an account type, if they are missing.

    Raises UserError if there is no valid manifest, and for a wrong answer.
    """
    path = folder / MANIFEST_NAME
    if not path.exists():
        raise UserError(f"{folder}: has no {MANIFEST_NAME}; name a connector's folder")
    sources = gather([path], settings_of=Config())
    manifest = sources.documents[str(path)]
    if manifest.is_link_out:
        raise UserError(f"{path}: is a link out of {folder}; replace it with the file")
    id = oauth.account_type_id(manifest)
    scope = ""
    if "oauth" not in manifest.value:
        text = "Scopes, separated by spaces; empty for none"
        scope = answer(Question("scope", text, oauth.checked_scope, ""))
    notes = [_ON_THE_PERMISSION] if oauth.needs_permission(manifest) else []
    if "," in scope:
        question = Question("separator", _ON_COMMAS, str, "commas", ("commas", "spaces"))
        if answer(question) == "spaces":
            scope = oauth.checked_scope(scope.replace(",", " "))
        else:
            notes.append(f"The scope {quoted(scope)} is sent with its commas: {_WITH_SPACES}.")
    dropped = oauth.asked_for_nothing(manifest)
    if dropped:
        names = ", ".join(f"`{name}`" for name in dropped)
        question = Question("form", f"{_NOT_SHOWN}: {names}", str, "keep", ("keep", "remove"))
        if answer(question) == "keep":
            notes.append(f"{_NOT_SHOWN}, and you may remove: {names}.")
            dropped = ()
    manifest_with_oauth = oauth.manifest_with_oauth(path, manifest, scope, dropped)
    for known in sources.account_types:
        given = known.document.kind == "account types"  # not an example in a readme
        if given and id in (known.id, known.service_id):
            there = Proposal(Path(known.document.name), "the account type", b"", True)
            return _setup(folder, [manifest_with_oauth, there], tuple(notes))
    login = _login(answer)
    uri = oauth.redirect_uri(id, login)
    register = f"Register {uri} with the service, character by character."
    proposals = [manifest_with_oauth, oauth.account_type(folder, id, login)]
    return _setup(folder, proposals, tuple(notes), (register,))


_ON_THE_PERMISSION = (
    "The permission for `io.cozy.accounts` lets the connector read its account. Without it every"
    " run ends in an error. Remove the verb PUT if it stores nothing there."
)

_ON_COMMAS = "The scope has commas. Does the service separate scopes by commas or by spaces"
_WITH_SPACES = "most services want spaces"
_NOT_SHOWN = "With `oauth`, Harvest shows a button and no fields"


def write_proposal(folder: Path, proposal: Proposal) -> None:
    """Write a file that was proposed for a folder.

    Raises UserError if it was created or changed in the meantime, or cannot be written.
    """
    refuse_led_out(proposal.path.parent, Tree(repository.root_of(folder)))
    if proposal.before is not None:
        replace_file(proposal.before.path or proposal.path, proposal.before.data, proposal.data)
    elif repository.is_there(proposal.path):
        raise UserError(f"{proposal.path}: created in the meantime, not replaced; run init again")
    else:
        with made(proposal.path.parent):
            replace_file(proposal.path, None, proposal.data)


def _setup(
    folder: Path,
    proposals: list[Proposal],
    notes: tuple[str, ...] = (),
    to_do: tuple[str, ...] = (),
) -> Setup:
    """Return a setup. Raises UserError if a file would be outside the folder's repository."""
    tree = Tree(repository.root_of(folder))
    for proposal in proposals:
        refuse_led_out(proposal.path.parent, tree)
    return Setup(tuple(proposals), notes, to_do)


def _login(answer: Answer) -> Login:
    """Return all that an account type needs."""
    modes = GRANT_MODES
    grant_mode = answer(Question("grant_mode", "Grant mode", str, "authorization_code", modes))
    auth = answer(
        Question("auth_endpoint", "Where users log in (URL)", _endpoint("--auth-endpoint"))
    )
    text = "Where a code is exchanged for a token (URL)"
    token = answer(Question("token_endpoint", text, _endpoint("--token-endpoint")))
    text = "How the secret is sent there"
    mode = answer(Question("token_mode", text, str, "form", TOKEN_MODES))
    domain = answer(Question("domain", "Domain of the instances", oauth.checked_domain))
    return Login(auth, domain, grant_mode, token, mode)


def _endpoint(name: str) -> Callable[[str], str]:
    return lambda text: oauth.checked_endpoint(name, text)
