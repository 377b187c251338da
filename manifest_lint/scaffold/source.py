"""Where a hook or a CI job gets the tool from, as pip and pre-commit accept it.

A source is for a file that others read: it never has a path of this machine, nor user information.
Errors do not repeat what was given, which may have either.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from manifest_lint.errors import UserError
from manifest_lint.scaffold import published
from manifest_lint.text.wording import one_of

_NAME = r"manifest[-_.]lint"
_FLAGS = re.ASCII | re.IGNORECASE
_NAMED = re.compile(rf"^{_NAME} *@ *", _FLAGS)  # a direct reference (PEP 508)
_BOUND = r"(?:[~=!<>]=|[<>]) *[\w.+!]+(?:\.\*)?"
_ON_INDEX = re.compile(rf"{_NAME} *(?P<bounds>{_BOUND}(?: *, *{_BOUND})*)?", _FLAGS)
_ARCHIVES = (".whl", ".tar.gz", ".zip")
_SHA256 = re.compile(r"sha256=[0-9a-f]{64}")

# Only characters that neither a shell, within double quotes, nor YAML changes.
_PLACE = r"(?P<host>\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?/(?P<path>[\w.+:/~%-]+)"
_WEB = re.compile(rf"(?:https?|git)://{_PLACE}", _FLAGS)
_SSH = re.compile(rf"(?:git\+)?ssh://(?:(?P<user>[\w.-]+)@)?{_PLACE}", _FLAGS)
_LIKE_SSH = re.compile(
    r"(?P<user>[\w.-]+@)(?P<host>[\w-][\w.-]+):(?!//)(?P<path>[\w.+/~-]+)", re.ASCII
)
_SERVER = re.compile(rf"://(?:[\w.-]+@)?{_PLACE}", _FLAGS)
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_USER_INFO = re.compile(r"(?<!\w)(\w+)://([^/?#\s]*)@", re.ASCII)
_LOOPBACK = re.compile(r"localhost|127(?:\.\d+){3}|\[::1\]", _FLAGS)
_ON_THIS_MACHINE = re.compile(r"(?:git\+)?file:|[/\\~.]|[a-z]:[/\\]", _FLAGS)

WANTED = "name a git address with a commit (ADDRESS@COMMIT), or a wheel"
_OF_NO_USE = f"a path of this machine is of no use to others; {WANTED}"


class Source(NamedTuple):
    """Where the tool comes from: `requirement` is what pip installs.

    A git repository has an `address` and the full `commit`. A wheel in the user's own repository
    has a `file`, its path from the top of the repository.
    """

    requirement: str
    address: str = ""
    commit: str = ""
    file: str = ""

    @property
    def shown(self) -> str:
        """The source as a sentence names it."""
        return f"{self.address} at {self.commit[:12]}" if self.address else self.requirement

    @property
    def caution(self) -> str:
        """What its user has to know, empty for nothing."""
        if self.file:
            return f"Commit {self.file} too."
        found = _SERVER.search(self.requirement)
        if found and _LOOPBACK.fullmatch(found["host"]):
            return "Only this machine can reach that address."
        return ""


def source(text: str, root: Path) -> Source:
    """Return the source that a user names; `root` is the top of the user's repository.

    It is a git address with a full commit, the address of a wheel or a source archive, a wheel in
    the repository, or a version from the index, once the index has the tool. Raises UserError for
    anything else: it would not work for others, not stay the same, or show a secret.
    """
    given = _NAMED.sub("", text.strip())
    path, _, digest = given.partition("#")
    if _ON_INDEX.fullmatch(given):
        return on_index(given)
    if "://" not in given and path.endswith(_ARCHIVES) and not given.startswith("~"):
        return wheel_in_repository(Path(path), root)
    if is_on_this_machine(given):
        raise UserError(_OF_NO_USE)
    if path.endswith(_ARCHIVES):
        return archive(path, digest)
    address, at, commit = given.rpartition("@")
    if at and _COMMIT.fullmatch(commit):
        return git_repository(address, commit)
    if "://" in given or _LIKE_SSH.match(given):
        _refuse_user_info(given)
        raise UserError("add @ and a full commit to the address; `git ls-remote ADDRESS` shows it")
    raise UserError(f"not known where that is; {WANTED}")


def is_on_this_machine(address: str) -> bool:
    """Return whether an address is a path, or a URL of one."""
    return bool(_ON_THIS_MACHINE.match(address))


def on_index(text: str) -> Source:
    """Return a version of the package index. Raises UserError while the index does not have it."""
    if not published.ON_INDEX:
        raise UserError(f"no package index has our manifest-lint yet; {WANTED}")
    found = _ON_INDEX.fullmatch(text)
    bounds = (found["bounds"] if found else "") or ""
    if not bounds:
        raise UserError("add a version, such as ==1.0.0")
    return Source(f"manifest-lint{bounds.replace(' ', '')}")


def git_repository(address: str, commit: str) -> Source:
    """Return a commit of a git repository, by its full digest.

    `user@host:path` becomes an address with ssh, which pip reads too [pip: VCS Support]. Raises
    UserError for an address that others do not have, or with user information.
    """
    address = re.sub(r"^git\+(?!ssh:)", "", address, flags=_FLAGS)
    if is_on_this_machine(address):
        raise UserError(_OF_NO_USE)
    if found := _LIKE_SSH.fullmatch(address):
        address = f"ssh://{found['user']}{found['host']}/{found['path'].lstrip('/')}"
    address = re.sub(r"^git\+", "", address, flags=_FLAGS)
    _refuse_user_info(address)
    if not (_WEB.fullmatch(address) or _SSH.fullmatch(address)):
        raise UserError("the address of a git repository is https://HOST/PATH or ssh://HOST/PATH")
    if not _COMMIT.fullmatch(commit):
        raise UserError("a full commit has 40 or 64 hexadecimal digits")
    return Source(f"manifest-lint @ git+{address}@{commit}", address, commit)


def archive(address: str, digest: str = "") -> Source:
    """Return a wheel or a source archive on the web; `digest` is `sha256=` and 64 hex digits.

    Raises UserError for an address with user information, or without TLS.
    """
    _refuse_user_info(address)
    found = _WEB.fullmatch(address)
    if not found or address.lower().startswith("git:"):
        raise UserError("the address of a wheel is https://HOST/PATH, without quotes and spaces")
    if not address.endswith(_ARCHIVES):
        raise UserError(f"the address of a wheel or of sources ends with {one_of([*_ARCHIVES])}")
    if address.lower().startswith("http:") and not _LOOPBACK.fullmatch(found["host"]):
        raise UserError("anybody on the way can change what http brings; use https")
    if digest and not _SHA256.fullmatch(digest):
        raise UserError("after the # of a wheel's address is sha256= and 64 hex digits")
    return Source(f"manifest-lint @ {address}{'#' if digest else ''}{digest}")


def wheel_in_repository(path: Path, root: Path) -> Source:
    """Return a wheel that is committed with what it checks.

    `path` is relative to the current folder, or to the top of the repository. Raises UserError if
    it is not there, or is elsewhere on this machine.
    """
    top = root.resolve()
    there = path if path.is_file() else top / path
    try:
        inside = there.resolve().relative_to(top).as_posix()
    except ValueError:
        raise UserError(_OF_NO_USE) from None
    if not inside.endswith(_ARCHIVES) or not (top / inside).is_file():
        raise UserError("no such wheel in the repository; name its path from the top")
    if not re.fullmatch(r"[\w./-][\w./+-]*", inside, re.ASCII):
        raise UserError("rename the wheel's folder: only letters, digits and ./_- are allowed")
    return Source(f"./{inside}", file=inside)


def _refuse_user_info(address: str) -> None:
    found = _USER_INFO.search(address)
    if found and (found[1].lower() != "ssh" or ":" in found[2]):  # ssh needs a user, `git` mostly
        why = "has a user, a password or a token, and would be committed"
        raise UserError(f"the address {why}; use one without it")
