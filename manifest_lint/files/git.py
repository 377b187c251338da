"""What git says of a folder: which files it tracks or ignores, and what commits have."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from manifest_lint.errors import Skipped
from manifest_lint.files.run_git import GitRefused, ask
from manifest_lint.files.work_tree import top_of
from manifest_lint.finding import Record


def is_tracked(path: Path) -> bool:
    """Return whether git tracks a file; outside a work tree it does not.

    Raises Skipped if git cannot be used.
    """
    folder = Path(os.path.realpath(path.parent))  # git does not follow links to folders
    top = top_of(folder)
    if top is None:
        return False
    try:
        ask(
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
        answer = ask(top, ["check-ignore", "-z", "--stdin"], names)
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
    return ask(top, ["rev-parse", "--verify", "HEAD"]).strip()


class Entry(Record):
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
    refuse_option(revision)
    return ask(top, ["rev-parse", "--verify", "--quiet", revision_of(revision)]).strip()


def revision_of(revision: str) -> str:
    """Return how git is asked for a commit; `:/TEXT` is one, and all that follows is of the text.

    [gitrevisions]
    """
    return revision if revision.startswith(":/") else f"{revision}^{{commit}}"


def refuse_option(revision: str) -> None:
    """Raise GitRefused for what git would not read as one revision."""
    if revision.startswith(("-", "^")) or "\0" in revision:  # `^` excludes what a revision names
        raise GitRefused(128)


def merge_base(top: Path, one: str, other: str) -> str:
    """Return the commit where two commits, by their digests, parted; empty if there is none.

    Raises as `commit_of`.
    """
    try:
        return ask(top, ["merge-base", one, other]).strip()
    except GitRefused as error:
        if error.code == 1:
            return ""
        raise


def entry_of(top: Path, digest: str, path: str) -> Entry | None:
    """Return what a commit has at a path, relative to the top; None if there is nothing.

    Raises as `commit_of`.
    """
    options = ["--literal-pathspecs", "ls-tree", "-z", "-l", "--full-tree", digest, "--", path]
    facts = ask(top, options).partition("\t")[0].split()
    if len(facts) != 4:
        return None
    mode, kind, digest, size = facts
    return Entry(kind, mode == "120000", digest, int(size) if size.isdecimal() else 0)


def content_of(top: Path, entry: Entry) -> bytes:
    """Return the content of a file in a commit, as git stores it: no filter is run.

    Raises as `commit_of`, also if a partial clone does not have it.
    """
    return ask(top, ["cat-file", "blob", entry.digest]).encode("utf-8", "surrogateescape")


def contents_of(top: Path, digests: Sequence[str], limit: int) -> dict[str, bytes]:
    """Return the contents with some digests, without those of more than `limit` bytes.

    Raises as `commit_of`, also if a partial clone does not have one.
    """
    if not digests:
        return {}
    sizes = ask(top, ["cat-file", "--batch-check"], _lines(digests))
    known = [line.split() for line in sizes.splitlines()]
    if any(len(one) != 3 for one in known):  # `missing`
        raise GitRefused(128)
    small = [one[0] for one in known if int(one[2]) <= limit]
    answer = ask(top, ["cat-file", "--batch"], _lines(small))
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
    return ask(top, ["rev-parse", "--is-shallow-repository"]).strip() == "true"


def is_partial(top: Path) -> bool:
    """Return whether a clone is partial: git would fetch what it lacks only when asked for it.

    [git-config: remote.<name>.promisor, extensions.partialClone]. Raises Skipped as `commit`.
    """
    try:
        keys = r"^(remote\..*\.promisor|extensions\.partialclone)$"
        return bool(ask(top, ["config", "--get-regexp", keys]).strip())
    except GitRefused:
        return False


def count_commits(top: Path) -> int:
    """Return how many commits lead to the one that is checked out. Raises as `commit`."""
    return int(ask(top, ["rev-list", "--count", "HEAD"]))


def origin(top: Path) -> str:
    """Return the address of the remote `origin`, empty if there is none or git fails."""
    try:
        return ask(top, ["config", "--get", "remote.origin.url"]).strip()
    except (GitRefused, Skipped):
        return ""


def is_on_origin(top: Path, commit: str) -> bool:
    """Return whether a branch of `origin` had a commit when it was last fetched or pushed.

    `commit` is a digest. Raises as `commit_of`.
    """
    refuse_option(commit)
    options = ["for-each-ref", "--count=1", "--contains", commit, "refs/remotes/origin"]
    return bool(ask(top, options).strip())


def _unusable(top: Path, error: GitRefused) -> Skipped:
    return Skipped(f"{top}: git cannot read this repository ({error}); try git status there")


def _from(top: Path, path: Path) -> str:
    """Return a path relative to the top, as git writes it."""
    return Path(os.path.relpath(path, top)).as_posix()
