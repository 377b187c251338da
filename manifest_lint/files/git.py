"""Ask git about a folder, without running any program of that folder. Only this module starts git.

A repository's own configuration can name programs: to watch files, to run on events, to fetch a
missing object (in a partial clone, `uploadpack` is a command). And git takes any folder with the
layout of a bare repository for one, even if its files are tracked in another. So git is started at
the top of the work tree, with every transport (`GIT_ALLOW_PROTOCOL`), hooks, the file system
monitor and bare repositories that it comes across disabled; without the caller's `GIT_*`
variables, which would point it elsewhere; without a prompt; within a time limit; and from a `PATH`
without the checked folder. [git-config, git(1) "Environment Variables"; tests/test_hostile_git.py]

We start git rather than read its files with dulwich, so that the index, its sparse and split
forms, linked worktrees and the user's own excludes mean what they mean to the user; dulwich would
be 9 MB more to trust with hostile bytes. pathspec knows neither the index nor global excludes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from manifest_lint.errors import Skipped

SECONDS = 30.0
"""How long git may take to answer."""

_OPTIONS = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "safe.bareRepository=explicit"),
)
_SETTINGS = {
    # A list of only empty names. A name in it would allow a remote's `vcs` of that name, and on
    # Windows an empty value is the same as no value.
    "GIT_ALLOW_PROTOCOL": ":",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
    **dict.fromkeys(("GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF"), "0"),
}
_silent: set[Path] = set()
"""Tops of work trees where git has not answered in time: a run waits for each only once."""


class GitRefused(Exception):
    """Git ran and failed with the exit code `code`."""

    def __init__(self, code: int):
        super().__init__(f"exit code {code}")
        self.code = code


def top_of(path: Path) -> Path | None:
    """Return the top of the git work tree that a path is in, None if it is not in one.

    That is the nearest folder, from the path itself upwards, with a `.git` that may be a
    repository's: a folder with a HEAD, or a file, as in submodules and linked worktrees.
    """
    here = Path(os.path.abspath(path))  # noqa: PTH100  # links stay as they are
    for folder in (here, *here.parents):
        git = folder / ".git"
        if git.is_file() or os.path.lexists(git / "HEAD"):
            return folder
    return None


def is_tracked(path: Path) -> bool:
    """Return whether git tracks a file; outside a work tree it does not.

    Raises Skipped if git cannot be used.
    """
    folder = Path(os.path.realpath(path.parent))  # git does not follow links to folders
    top = top_of(folder)
    if top is None:
        return False
    try:
        _ask(
            top,
            [
                "--literal-pathspecs",
                "ls-files",
                "--error-unmatch",
                "--",
                _from(top, folder / path.name),
            ],
        )
    except GitRefused as error:
        if error.code == 1:
            return False
        raise _unusable(top, error) from None
    return True


def ignored(root: Path, paths: Iterable[Path]) -> set[Path]:
    """Return those of some paths below a folder that git ignores.

    There are none outside a work tree, nor if git ignores the folder itself: a user who names it
    wants it checked. Raises Skipped if git cannot be used.
    """
    here = Path(os.path.realpath(root))
    top = top_of(here)
    if top is None:
        return set()
    real = {here / path.relative_to(root): path for path in paths}
    # With the leading dot, git does not read a name that starts with a colon as a pattern.
    by_name = {
        f"./{_from(top, file)}": path for file, path in real.items() if top_of(file.parent) == top
    }
    if not by_name:
        return set()
    itself = f"./{_from(top, here)}"
    asked = [*by_name, *([itself] if here != top else [])]
    names = "\0".join(asked).encode("utf-8", "surrogateescape")
    try:
        answer = _ask(top, ["check-ignore", "-z", "--stdin"], names)
    except GitRefused as error:
        if error.code == 1:
            return set()
        raise _unusable(top, error) from None
    found = set(answer.split("\0"))
    return set() if itself in found else {by_name[name] for name in by_name if name in found}


def commit(top: Path) -> str:
    """Return the digest of the commit that is checked out, in hexadecimal.

    `top` is a work tree's top. Raises GitRefused if the repository has no commit, Skipped if git
    cannot be used.
    """
    return _ask(top, ["rev-parse", "--verify", "HEAD"]).strip()


class Entry(NamedTuple):
    """What a commit has at a path: `blob` is a file or a link, `tree` a folder.

    `digest` names its content, `size` is in bytes; it is 0 for a folder.
    """

    kind: str
    is_link: bool
    digest: str
    size: int


def commit_of(top: Path, revision: str) -> str:
    """Return the digest of the commit that a revision names: a branch, a tag, `HEAD~1`.

    Raises GitRefused if there is no such commit, Skipped if git cannot be used.
    """
    _refuse_option(revision)
    return _ask(top, ["rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"]).strip()


def _refuse_option(revision: str) -> None:
    if revision.startswith(("-", "^")) or "\0" in revision:  # `^` excludes what a revision names
        raise GitRefused(128)


def merge_base(top: Path, one: str, other: str) -> str:
    """Return the commit where two commits, by their digests, parted; empty if there is none.

    Raises as `commit_of`.
    """
    try:
        return _ask(top, ["merge-base", one, other]).strip()
    except GitRefused as error:
        if error.code == 1:
            return ""
        raise


def entry_of(top: Path, digest: str, path: str) -> Entry | None:
    """Return what a commit has at a path, relative to the top; None if there is nothing.

    Raises as `commit_of`.
    """
    options = ["--literal-pathspecs", "ls-tree", "-z", "-l", "--full-tree", digest, "--", path]
    facts = _ask(top, options).partition("\t")[0].split()
    if len(facts) != 4:
        return None
    mode, kind, digest, size = facts
    return Entry(kind, mode == "120000", digest, int(size) if size.isdecimal() else 0)


def content_of(top: Path, entry: Entry) -> bytes:
    """Return the content of a file in a commit, as git stores it: no filter is run.

    Raises as `commit_of`, also if a partial clone does not have it.
    """
    return _ask(top, ["cat-file", "blob", entry.digest]).encode("utf-8", "surrogateescape")


def files_of(top: Path, revision: str, endings: tuple[str, ...]) -> dict[str, str]:
    """Return the files of a commit whose paths end in one of some ways, with their digests.

    A path is relative to the top, a digest that of the content. Links are left out. Raises as
    `commit_of`.
    """
    _refuse_option(revision)
    files = {}
    options = ["ls-tree", "-r", "-z", "--full-tree", f"{revision}^{{commit}}"]
    for line in _ask(top, options).split("\0"):
        if line.endswith(endings):
            facts, _, path = line.partition("\t")
            mode, kind, blob = facts.split()
            if kind == "blob" and mode != "120000":
                files[path] = blob
    return files


def contents_of(top: Path, digests: Sequence[str], limit: int) -> dict[str, bytes]:
    """Return the contents with some digests, without those of more than `limit` bytes.

    Raises as `commit_of`, also if a partial clone does not have one.
    """
    if not digests:
        return {}
    sizes = _ask(top, ["cat-file", "--batch-check"], _lines(digests))
    known = [line.split() for line in sizes.splitlines()]
    if any(len(one) != 3 for one in known):  # `missing`
        raise GitRefused(128)
    small = [one[0] for one in known if int(one[2]) <= limit]
    answer = _ask(top, ["cat-file", "--batch"], _lines(small))
    data, found, at = answer.encode("utf-8", "surrogateescape"), {}, 0
    for digest in small:
        end = data.index(b"\n", at) + 1
        size = int(data[at:end].split()[2])
        found[digest] = data[end : end + size]
        at = end + size + 1
    return found


def _lines(digests: Sequence[str]) -> bytes:
    return "".join(f"{one}\n" for one in digests).encode()


def is_shallow(top: Path) -> bool:
    """Return whether a clone is shallow: it lacks older commits. Raises as `commit`."""
    return _ask(top, ["rev-parse", "--is-shallow-repository"]).strip() == "true"


def is_partial(top: Path) -> bool:
    """Return whether a clone is partial: git would fetch what it lacks only when asked for it.

    [git-config: remote.<name>.promisor, extensions.partialClone]. Raises Skipped as `commit`.
    """
    try:
        keys = r"^(remote\..*\.promisor|extensions\.partialclone)$"
        return bool(_ask(top, ["config", "--get-regexp", keys]).strip())
    except GitRefused:
        return False


def count_commits(top: Path) -> int:
    """Return how many commits lead to the one that is checked out. Raises as `commit`."""
    return int(_ask(top, ["rev-list", "--count", "HEAD"]))


def origin(top: Path) -> str:
    """Return the address of the remote `origin`, empty if there is none or git fails."""
    try:
        return _ask(top, ["config", "--get", "remote.origin.url"]).strip()
    except (GitRefused, Skipped):
        return ""


def is_on_origin(top: Path, commit: str) -> bool:
    """Return whether a branch of `origin` had a commit when it was last fetched or pushed.

    `commit` is a digest. Raises as `commit_of`.
    """
    _refuse_option(commit)
    options = ["for-each-ref", "--count=1", "--contains", commit, "refs/remotes/origin"]
    return bool(_ask(top, options).strip())


def _ask(top: Path, arguments: Sequence[str], data: bytes = b"") -> str:
    """Run git at the top of a work tree and return what it prints.

    Raises GitRefused if it fails, Skipped if it cannot be run or does not answer in time.
    """
    import subprocess  # only to ask git

    if top in _silent:
        raise _no_answer(top)
    folders = _search_path(top)
    program = _program(folders)
    if not program:
        raise Skipped("git is not installed; install it")
    environment = {name: value for name, value in os.environ.items() if not _misleads(name)}
    environment |= _SETTINGS | {
        "PATH": os.pathsep.join(folders),
        "GIT_CEILING_DIRECTORIES": str(top.parent),
    }
    try:
        process = subprocess.Popen(
            [program, *_OPTIONS, *arguments],
            cwd=top,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that the processes it starts can be stopped with it
        )
    except OSError as error:
        raise Skipped(f"git cannot be run: {error.strerror}; check its installation") from None
    with process:
        try:
            answer, complaint = process.communicate(data, SECONDS)
        except subprocess.TimeoutExpired:
            _silent.add(top)
            raise _no_answer(top) from None
        finally:
            _stop(process.pid)
            process.kill()
    if b"dubious ownership" in complaint:
        raise Skipped(
            f"git does not trust {top}, which belongs to another user; if you do, run"
            f" git config --global --add safe.directory {top}"
        )
    if process.returncode:
        raise GitRefused(process.returncode)
    return answer.decode("utf-8", "surrogateescape")


def _no_answer(top: Path) -> Skipped:
    return Skipped(f"{top}: git did not answer within {SECONDS:.0f} seconds")


def _unusable(top: Path, error: GitRefused) -> Skipped:
    return Skipped(f"{top}: git cannot read this repository ({error}); try git status there")


def _misleads(name: str) -> bool:
    """Return whether a variable points git elsewhere, like those that git sets for a hook."""
    return name.upper().startswith("GIT_") or name.upper() in ("SSH_ASKPASS", "LANGUAGE")


def _search_path(top: Path) -> list[str]:
    """Return the folders of PATH to look for git in, without those that a repository controls.

    Folders in the work trees around the checked and the current folder do not count: the checked
    one may be a submodule, and npm puts the `node_modules/.bin` of every folder above first.
    """
    checked = [_outermost(Path(os.path.realpath(folder))) for folder in (top, os.curdir)]
    return [
        folder
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
        if os.path.isabs(folder)  # noqa: PTH117
        and "node_modules" not in Path(folder).parts
        and not any(is_in(os.path.realpath(folder), one) for one in checked)
    ]


def _outermost(folder: Path) -> str:
    """Return the top of the outermost work tree around a folder, or the folder if there is none."""
    top = top_of(folder)
    while top:
        folder, top = top, top_of(top.parent) if top.parent != top else None
    return str(folder)


def _program(folders: Iterable[str]) -> str | None:
    import shutil  # only to ask git

    # A name with a folder is looked up only there; Windows would look in the current one first.
    found = (shutil.which(os.path.join(folder, "git")) for folder in folders)  # noqa: PTH118
    return next(filter(None, found), None)


def is_in(path: str, folder: str) -> bool:
    """Return whether a path is a folder or below it, without following links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _from(top: Path, path: Path) -> str:
    """Return a path relative to the top, as git writes it."""
    return Path(os.path.relpath(path, top)).as_posix()


def _stop(group: int) -> None:
    """Kill the processes that git started and that still run."""
    import signal

    try:
        os.killpg(group, signal.SIGKILL)
    except (OSError, AttributeError):  # all have ended; Windows has no process groups
        return
