"""An archive of a connector as the registry reads it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal

from manifest_lint.cozy import registry
from manifest_lint.cozy.registry import Package
from manifest_lint.cozy.size_limit import SIZE_LIMIT
from manifest_lint.document.document import Document
from manifest_lint.document.secret import Secret
from manifest_lint.files.disk import NotKept
from manifest_lint.finding import Record

Kind = Literal[
    "file", "folder", "symbolic link", "hard link", "device", "sparse file", "of another kind"
]
"""What an entry of an archive is. The registry only reads files."""

_NONE = Secret("")


class Entry(Record):
    """One entry of an archive: its path as written, its kind, and its size in bytes.

    The registry reads a sparse file as any other if pax records say that it is sparse, and drops
    one in GNU's older format, whose kind is "sparse file".
    """

    def __init__(self, path: str, kind: Kind, size: int = 0, is_sparse: bool = False):
        self.path, self.kind, self.size, self.is_sparse = path, kind, size, is_sparse

    @property
    def full_path(self) -> str:
        """The path as the registry reads it: absolute, and without `.` and `..`."""
        return posixpath.normpath(f"/{self.path.lstrip('/')}")

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.full_path)


class Leak(Record):
    """A known secret in a file: the file's path, the offset in bytes, the secret's name.

    `how` is its encoding there; empty if it is not encoded. `value` is the secret itself, and
    `fingerprint` what an allowance names it by; empty if there are too many.
    """

    path: str
    offset: int
    secret: str
    how: str = ""
    value: Secret = _NONE
    fingerprint: str = ""


class Suspect(Record):
    """What looks like a secret in a file: the file's path, the offset in bytes, and its kind.

    `value` and `fingerprint` are as for a Leak.
    """

    path: str
    offset: int
    kind: str
    value: Secret = _NONE
    fingerprint: str = ""


class Required(Record):
    """A file that was left out, and that packed code requires.

    `path` is the file's path in the built folder, `why` the reason for which it was left out;
    `is_never_packed` is False if the user's patterns or a link were the reason. `by` is the path of
    the code, and `line` where it is there, from 1.
    """

    path: str
    why: str
    is_never_packed: bool
    by: str
    line: int


class Archive(Record):
    """An archive, or a folder checked as the archive that it would make.

    `size` is in bytes and `sha256` is the digest in hexadecimal; for a folder, they are None and
    empty, and so is the digest of an archive that is too large for the registry. `trouble` says why
    the registry cannot read it, `excess` which of our limits it exceeds, in words that follow "the
    archive"; both are empty otherwise. `is_gzipped` is false for a plain tar. `manifest` is the
    first one, at `manifest_path`; `packages` are all package.json files, in order. `kept` has the
    contents of other files that were kept, by full path. `published` is the version to publish,
    None if it is not known, and `wanted_sha256` the digest that the archive must have, empty for
    any. `leaks` and `suspects` are secrets found in its files, empty if there was no search.
    `stale` says why it may be older than its sources, empty if it is not. `packed_anyway` are the
    paths of files that are never packed, but were, with a reason; `required` are files that were
    left out and should not. The methods are those of `Files`: paths are relative to the archive's
    top folder, if it has one.
    """

    name: str
    size: int | None = None
    sha256: str = ""
    entries: tuple[Entry, ...] = ()
    trouble: str = ""
    excess: str = ""
    is_gzipped: bool = True
    manifest: Document | None = None
    manifest_path: str = ""
    packages: tuple[Package, ...] = ()
    kept: Mapping[str, bytes] = {}
    published: str | None = None
    wanted_sha256: str = ""
    leaks: tuple[Leak, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    stale: str = ""
    packed_anyway: frozenset[str] = frozenset()
    required: tuple[Required, ...] = ()

    def __repr__(self) -> str:
        return f"Archive({self.name!r})"  # some keep a file with a secret

    @cached_property
    def document(self) -> Document:
        """The document for findings on the archive itself; it has no text."""
        return Document(self.name, b"", "archive")

    @cached_property
    def files(self) -> tuple[Entry, ...]:
        """The regular files, in order: the registry reads only these."""
        return tuple(entry for entry in self.entries if entry.kind == "file")

    @cached_property
    def prefix(self) -> str:
        """The top folder that all regular files are in, as `/name`; empty if there is none."""
        tops = {entry.full_path.split("/", 2)[1] for entry in self.files}
        in_folder = all(entry.full_path.count("/") > 1 for entry in self.files)
        return f"/{tops.pop()}" if len(tops) == 1 and in_folder else ""

    @property
    def is_too_large(self) -> bool:
        """Whether the registry refuses it for its size."""
        return (self.size or 0) >= SIZE_LIMIT

    @property
    def is_read(self) -> bool:
        """Whether all of it was read, so that what is not in `entries` is not in the archive."""
        return not (self.trouble or self.excess or self.is_too_large)

    @property
    def package_version(self) -> str:
        """The version in the last package.json; empty if there is none."""
        return self.packages[-1].version if self.packages else ""

    @property
    def slug(self) -> str:
        """The manifest's slug, as the registry reads it; empty if it has none."""
        return self._text("slug")

    @property
    def version(self) -> str:
        """The manifest's version, as the registry reads it; empty if it has none."""
        return self._text("version")

    def _text(self, key: str) -> str:
        value = self.manifest.value if self.manifest else None
        return registry.text_of(value, key) if isinstance(value, dict) else ""

    @cached_property
    def _paths(self) -> frozenset[str]:
        below = f"{self.prefix}/"
        return frozenset(
            entry.full_path.removeprefix(below)
            for entry in self.files
            if entry.full_path.startswith(below)
        )

    def list(self, below: str = "") -> Iterator[str]:
        """Yield the path of every regular file, sorted; with `below` (`src/`), only those in it."""
        return iter(sorted(path for path in self._paths if path.startswith(below)))

    def read(self, path: str, limit: int) -> bytes:
        """Return the first `limit` bytes of a file. Raises NotKept if they were not kept."""
        data = self.kept.get(f"{self.prefix}/{path}")
        if data is None:
            raise NotKept(f"{self.name}: {path} was not kept; put the manifest first")
        return data[:limit]

    def exists(self, path: str) -> bool:
        """Return whether a path names a regular file inside the folder."""
        return posixpath.normpath(path) in self._paths
