"""Propose and write the files that a repository or an OAuth connector lacks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from manifest_lint._version import __version__
from manifest_lint.config.find import Config
from manifest_lint.config.unused import WHY
from manifest_lint.cozy.vocabulary import TOKEN_MODES
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, refuse_led_out, replace_file, write_file
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import checked_below
from manifest_lint.project.sources import gather
from manifest_lint.scaffold import oauth, repository
from manifest_lint.scaffold.oauth import GRANT_MODES, Login
from manifest_lint.scaffold.repository import CI_FILES, Ci, Proposal

__all__ = ["CI_FILES", "GRANT_MODES", "TOKEN_MODES", "Proposal"]


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
    folder: Path, ci: str | None = None, install: str | None = None, *, must_hold: bool = True
) -> Setup:
    """Propose a configuration, a pre-commit hook and a CI job.

    `ci` is a key of CI_FILES or "none"; without it, it is the service in use. `install` is what pip
    installs, by default what this program was installed from. Raises UserError if `install` cannot
    be written into a job, if a file would be outside the repository, and with `must_hold` if there
    is nothing to check in the folder.
    """
    if must_hold:
        checked_below(folder, Tree(folder), may_be_empty=False)
    root = repository.root_of(folder)
    config = Config()
    in_force = config.in_force(folder / MANIFEST_NAME).file
    source = repository.requirement(install) if install else _installed_from()
    requirement = source or f"manifest-lint=={__version__}"
    proposals = [
        repository.configuration(folder, in_force),
        repository.hook(root, requirement),
    ]
    notes = [f"{path}: {WHY}." for path in config.unused]
    service: Ci | None = None
    if ci is None:
        service = repository.ci_in_use(root)
    else:
        service = next((known for known in CI_FILES if known == ci), None)
    if service:
        proposals.append(repository.job(folder, root, service, requirement))
    elif ci is None:
        notes.append("No CI service recognised from the files or the git remote; use --ci.")
    if not source and any(proposal.data for proposal in proposals[1:]):
        where = "from the package index; if it is not there, use --install with a URL"
        notes.append(f"The hook and the job install {requirement} {where}.")
    return _setup(folder, proposals, notes=tuple(notes))


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
    manifest_with_oauth = oauth.manifest_with_oauth(path, manifest, scope)
    notes = (_ON_THE_PERMISSION,) if oauth.needs_permission(manifest) else ()
    for known in sources.account_types:
        given = known.document.kind == "account types"  # not an example in a readme
        if given and id in (known.id, known.service_id):
            there = Proposal(Path(known.document.name), "the account type", b"", True)
            return _setup(folder, [manifest_with_oauth, there], notes)
    login = _login(answer)
    uri = oauth.redirect_uri(id, login)
    register = f"Register {uri} with the service, character by character."
    proposals = [manifest_with_oauth, oauth.account_type(folder, id, login)]
    return _setup(folder, proposals, notes, (register,))


_ON_THE_PERMISSION = (
    "The permission for `io.cozy.accounts` lets the connector read its account. Without it every"
    " run ends in an error. Remove the verb PUT if it stores nothing there."
)


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
        proposal.path.parent.mkdir(parents=True, exist_ok=True)
        write_file(proposal.path, proposal.data)


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


def _installed_from() -> str:
    """Return what pip should install: what this program was installed from; "" for a folder.

    The record of that is direct_url.json (PEP 610); there is none for an install from an index.
    """
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
