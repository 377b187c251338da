"""Where this program was installed from, if others can have it from there too.

pip, pipx and uv record it as direct_url.json; there is none for a version from an index (PEP 610).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from manifest_lint._version import __version__
from manifest_lint.errors import Skipped, UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree
from manifest_lint.files.run_git import GitRefused
from manifest_lint.files.work_tree import top_of
from manifest_lint.scaffold import published
from manifest_lint.scaffold.source import (
    WANTED,
    Source,
    archive,
    git_repository,
    is_on_this_machine,
    on_index,
    wheel_in_repository,
)

WRONG = (ValueError, LookupError, TypeError, AttributeError, OSError)
"""What `recorded` raises for a record of another form."""

_ON_THIS_MACHINE = f"this program was installed from a path of this machine; {WANTED}"


def installed_from(root: Path) -> Source:
    """Return the source that this program was installed from; `root` is the user's repository.

    Raises UserError if there is no record of one, or if it is on this machine alone.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        record = distribution("manifest-lint").read_text("direct_url.json")
        if record is None:
            return on_index(f"manifest-lint=={__version__}")
        return recorded(json.loads(record), root)
    except (PackageNotFoundError, *WRONG):
        why = "nothing records where this program was installed from"
        raise UserError(f"{why}; {WANTED}") from None


def public_address() -> str:
    """Return the address of our repository as a browser opens it, empty if nothing says so.

    It is the one that is published, else the one that this program was installed from with git.
    """
    address = published.REPOSITORY
    if not address:
        from importlib.metadata import PackageNotFoundError, distribution

        try:
            record = json.loads(distribution("manifest-lint").read_text("direct_url.json") or "")
            address = recorded(record, Path()).address if record.get("vcs_info") else ""
        except (PackageNotFoundError, UserError, *WRONG):
            return ""
    is_on_the_web = re.match(r"https?://", address, re.IGNORECASE)
    return address.removesuffix(".git") if is_on_the_web else ""


def recorded(record: Any, root: Path) -> Source:
    """Return the source of a direct_url.json.

    User information is left out: whoever may read a private repository has their own. Raises
    UserError as `installed_from`, and one of WRONG for a record of another form.
    """
    url = re.sub(r"^(?!ssh:)(\w+://)[^/?#]*@", r"\1", str(record["url"]))
    url = re.sub(r"^(ssh://[^/:@]*):[^/@]*@", r"\1@", url)
    if versioned := record.get("vcs_info"):
        if versioned["vcs"] != "git":
            raise ValueError
        if is_on_this_machine(url):
            raise UserError(_ON_THIS_MACHINE)
        return git_repository(url, versioned["commit_id"])
    if "dir_info" in record:
        return _of_clone(_path(url))
    if is_on_this_machine(url):
        wheel = _path(url)
        if not Tree(root).holds(wheel):
            raise UserError(_ON_THIS_MACHINE)
        return wheel_in_repository(wheel, root)
    digest = record["archive_info"].get("hashes", {}).get("sha256")
    return archive(url.partition("#")[0], f"sha256={digest}" if digest else "")


def _of_clone(folder: Path) -> Source:
    """Return the commit of a clone, at the address of its `origin`.

    Changes that are not committed are not in it. Raises UserError if it is not a clone, or if
    `origin` did not have the commit when git last spoke to it.
    """
    try:
        if top_of(folder) != folder:
            raise UserError(_ON_THIS_MACHINE)
        commit = git.commit(folder)
        address = re.sub(r"^(https?://)[^/]*@", r"\1", git.origin(folder), flags=re.IGNORECASE)
        if not address or is_on_this_machine(address):
            raise UserError(_ON_THIS_MACHINE)
        found = git_repository(address, commit)
        if not git.is_on_origin(folder, commit):
            why = f"{commit[:12]}, which this program was installed from, is not pushed"
            raise UserError(f"the commit {why}; push it")
    except (GitRefused, Skipped):
        raise UserError(_ON_THIS_MACHINE) from None
    return found


def _path(url: str) -> Path:
    """Return the path of a file: URL; on Windows it starts with a drive."""
    path = unquote(urlsplit(url).path)
    return Path(re.sub(r"^/([A-Za-z]:)", r"\1", path))
