"""Join what was found in the parts of a run into one report, which reads files again on demand.

Of each document the report keeps only what is known of it; findings are in a temporary file, which
has no name and which no other user may read.
"""

from __future__ import annotations

import pickle
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, cast, overload

from manifest_lint.document.masking import Hider
from manifest_lint.engine.checks import Checks, reading_order
from manifest_lint.engine.found import Findings, InStore, Store, Where
from manifest_lint.engine.hide import hidden_with, quoted_secret
from manifest_lint.engine.part import Comparable, Counts, Known, Part, Raw, Stored
from manifest_lint.engine.report import Report
from manifest_lint.engine.run import run_on_providers
from manifest_lint.errors import UserError
from manifest_lint.finding import Finding
from manifest_lint.oauth.account_type import AccountType
from manifest_lint.project.connector import Connector
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules.registry import rules_on

if TYPE_CHECKING:
    from pathlib import Path

    from manifest_lint.config.settings import Settings
    from manifest_lint.document.document import Document
    from manifest_lint.engine.report import AsText
    from manifest_lint.oauth.provider import Ask
    from manifest_lint.project.sources import Sources
    from manifest_lint.rules.base import Subject

_SUBJECTS = ("link", "text", "connector", "account type", "provider", "workspace")
"""In the order in which the rules on them run."""

_KEPT = 2
"""Parts whose files are kept in memory once they were read again: reports go through them."""

Load = Callable[[int], "Sources"]
"""Reads the files of a part again, by its number."""


def whole_values_needed(ask: Ask | None, *, plugins: bool) -> bool:
    """Return whether a rule of a plugin may read anything of all manifests."""
    subjects: tuple[Subject, ...] = ("workspace", "provider") if ask else ("workspace",)
    return any(one.plugin for subject in subjects for one in rules_on(subject, plugins=plugins))


class _Document:
    """The little that is known of a document; for anything else, its file is read again."""

    def __init__(self, known: Known, others: Callable[[], Hider], read: Callable[[], Document]):
        self.name, self.kind = known.name, known.kind
        self.is_link_out, self.is_withheld = known.is_link_out, known.is_withheld
        self.has_places, self.others, self._read = known.has_places, others, read
        if not known.is_broken:
            self.error = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._read(), name)


class _Connector(Connector):
    """What rules on all connectors get of one; for its files, these are looked for again."""

    def __init__(
        self,
        manifest: Document,
        value: dict[str, Any],
        settings: Settings,
        read: Callable[[], Connector],
    ):
        self.manifest, self.value, self.settings, self._read = manifest, value, settings, read

    def __getattr__(self, name: str) -> Any:
        if name not in ("files", "developers_files"):
            raise AttributeError(name)
        value = self.__dict__[name] = getattr(self._read(), name)
        return value


class Parts(Mapping[str, "Document"]):
    """The parts of a run; as a mapping, each document by its name."""

    def __init__(self, load: Load, as_text: AsText | None):
        self._load, self._as_text = load, as_text
        self._store = Store()
        self._known: dict[str, bytes] = {}
        self._found: list[InStore] = []
        self._texts: list[Where] = []
        self._has_none: dict[int, bool] = {}
        self._counts: Counts = Counter()
        self._comparable: list[Where] = []
        self._read_again: dict[int, Sources] = {}
        self.different_settings: list[Settings] = []
        self._secrets: set[str] = set()
        self._hider: Hider | None = None
        self._parts: list[Part] = []

    def add(self, part: Part) -> None:
        """Add a part; its documents are kept by what is known of them."""
        numbers = []
        for one in part.settings:
            if one not in self.different_settings:
                self.different_settings.append(one)
            numbers.append(self.different_settings.index(one))
        for known in part.documents:
            own = (len(self._parts), *known[1:-1], numbers[known.settings])
            self._known[known.name] = _packed(own)
        start, _ = self._store.add(b"".join(data for _, *both in part.found for data in both))
        for path, found, text in part.found:
            self._found.append(InStore(path, start, len(found), len(text), len(self._parts)))
            start += len(found) + len(text)
        self._texts.append(self._store.add(part.texts))
        self._counts.update(part.counts)
        self._comparable.append(self._store.add(part.comparable))
        self._secrets |= part.secrets
        kept = part._replace(documents=[], settings=[], found=[], texts=b"", comparable=b"")
        self._parts.append(kept._replace(secrets=frozenset()))

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __getitem__(self, name: str) -> Document:
        number, *about = _unpacked(self._known[name])
        known = Known(name, *about)
        document = _Document(known, self.hider, lambda: self._again(number, known))
        return cast("Document", document)

    def _again(self, number: int, known: Known) -> Document:
        document = self._sources(number).documents.get(known.name)
        if document is None or zlib.crc32(document.data) != known.digest:
            raise UserError(f"{known.name}: has changed meanwhile; run it again")
        return document

    def _connector(self, number: int, name: str) -> Connector:
        for connector in self._sources(number).connectors:
            if connector.manifest.name == name:
                return connector
        raise UserError(f"{name}: has changed meanwhile; run it again")

    def _sources(self, number: int) -> Sources:
        if number not in self._read_again:
            while len(self._read_again) >= _KEPT:
                del self._read_again[next(iter(self._read_again))]
            sources = self._load(number)
            for document in sources.documents.values():
                document.others = self.hider
            self._read_again[number] = sources
        return self._read_again[number]

    def hider(self) -> Hider:
        """Return what masks the secrets of all documents; only once all parts are there."""
        if self._hider is None:
            self._hider = Hider(self._secrets)
            self._secrets = set()
        return self._hider

    def settings(self) -> Mapping[str, Settings]:
        """Return the settings for each document, by its name."""
        return _SettingsOf(self)

    def of(self, name: str) -> Settings:
        """Return the settings for a document."""
        number: int = _unpacked(self._known[name])[-1]
        return self.different_settings[number]

    def connectors(self) -> Sequence[Connector]:
        """Return all connectors; whoever goes through them has their files read again."""
        return _Connectors(self._sources, [part.connectors for part in self._parts])

    def report(
        self, ask: Ask | None, folders: tuple[Path, ...], refused: list[str], *, plugins: bool
    ) -> Report:
        """Return the report on all parts, once they are there.

        `refused` are the lines on what could not be searched in the `folders`.
        """
        parts = self._parts
        last = Checks(self.settings(), plugins=plugins, goes_on=True, quoted=())
        for part in parts:
            refused += (one for one in part.refused if one not in refused)
        whole = self._workspace(last, ask, are_all=not refused, plugins=plugins)
        more: dict[str, list[Raw]] = {}
        for finding, document in whole:
            known = quoted_secret(document.value, finding.pointer)
            more.setdefault(finding.path, []).append((finding, known))
        findings = self._findings(more)
        everything: list[Part | Checks] = [*parts, last]
        last.subjects |= {one for part in parts for one in part.subjects}
        skipped = _in_order(one.skipped for one in everything)
        last.skipped = skipped
        not_checked = (one for part in parts for one in part.not_checked)
        return Report(
            cast("tuple[Finding, ...]", findings),  # as far as reports know
            sum(part.manifests for part in parts),
            sum(part.given for part in parts),
            self,
            self.settings(),
            self.connectors(),
            skipped=(*not_checked, *skipped),
            refused=(*refused, *_in_order(one.failed for one in everything)),
            ran=last.ran,
            plugins=plugins,
            folders=folders,
        )

    def _findings(self, more: dict[str, list[Raw]]) -> Findings:
        """Return all findings, also `more`, by path; secrets are masked when they are read."""
        numbers = {one.path: number for number, one in enumerate(self._found)} if more else {}
        for path, raws in more.items():
            number = numbers.get(path, len(self._found))
            same = self._found[number : number + 1]
            known = [self._store.load((one.start, one.found))[1] for one in same]
            ordered = sorted(chain(*known, raws), key=lambda raw: reading_order(raw[0]))
            start, size = self._store.add(pickle.dumps((False, ordered)))
            self._found[number : number + 1] = [InStore(path, start, size, 0, 0)]
            self._counts.update((one.code, one.name, one.severity) for one, _ in raws)
        shown = partial(_hidden, hide=self.hider())
        how = shown, self._has_no_secret, self._as_text
        return Findings(self._store, self._found, self._counts, *how)

    def _has_no_secret(self, number: int) -> bool:
        """Return whether a part has no secret, but for files that it knows itself to have one."""
        if number not in self._has_none:
            hide = self.hider()
            texts = self._store.load(self._texts[number]) if hide.knows_any else ()
            self._has_none[number] = all(hide(text) == text for text in texts)
        return self._has_none[number]

    def _workspace(
        self, checks: Checks, ask: Ask | None, *, are_all: bool, plugins: bool
    ) -> list[tuple[Finding, Document]]:
        """Run the rules on all connectors; return what they find.

        `are_all` is false if something could not be read, besides manifests that are none.
        """
        parts = self._parts
        several = sum(part.connectors for part in parts) > 1
        given = any(part.given for part in parts)
        if not (given or several):
            return []
        checks.subjects.add("workspace")
        if not (given or whole_values_needed(ask, plugins=plugins)):
            return []
        connectors: list[Connector] = []
        account_types: list[AccountType] = []
        for number, place in enumerate(self._comparable):
            comparable: Comparable = self._store.load(place)
            types = [AccountType(self[name], *rest) for name, rest in comparable.account_types]
            for one in comparable.connectors:
                read = partial(self._connector, number, one.name)
                connector = _Connector(self[one.name], one.value, self.of(one.name), read)
                own = one.account_types
                connector.layout = one.layout
                connector.account_types = None if own is None else tuple(types[n] for n in own)
                connectors.append(connector)
            account_types += (types[n] for n in comparable.given)
        are_all = are_all and all(part.manifests == part.connectors for part in parts)
        workspace = Workspace(tuple(connectors), tuple(account_types), is_whole=are_all)
        if ask:
            run_on_providers(checks, workspace, ask)
        checks.run("workspace", workspace, self[next(iter(self._known))])
        return checks.raw(one for part in parts for one in part.causes)


def _hidden(stored: Stored, has_none: bool, hide: Hider) -> list[Finding]:
    """Return the findings of a file with secrets masked; most have none."""
    own_has_none, raws = stored
    if own_has_none and has_none:
        return [one for one, _ in raws]
    return [hidden_with(one, hide, known) for one, known in raws]


def _in_order(found: Iterable[Mapping[Any, Any]]) -> dict[Any, Any]:
    """Return what was skipped or failed in the parts, as if each rule had run on all of them."""
    joined: dict[Any, Any] = {}
    for one in found:
        for what, subject in one.items():
            joined.setdefault(what, subject)
    return dict(sorted(joined.items(), key=lambda item: _SUBJECTS.index(item[1])))


def _packed(values: tuple[Any, ...]) -> bytes:
    return pickle.dumps(values)


def _unpacked(packed: bytes) -> list[Any]:
    return list(pickle.loads(packed))  # only we have packed it


class _SettingsOf(Mapping[str, "Settings"]):
    """The settings for each document of some parts; `values` has each only once."""

    def __init__(self, parts: Parts):
        self._parts = parts

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __getitem__(self, name: str) -> Settings:
        return self._parts.of(name)

    def values(self) -> Any:
        """Return the settings: many documents have the same."""
        return self._parts.different_settings


class _Connectors(Sequence[Connector]):
    """The connectors of some parts, which are read one part after the other."""

    def __init__(self, sources: Callable[[int], Sources], sizes: list[int]):
        self._sources, self._sizes = sources, sizes

    def __len__(self) -> int:
        return sum(self._sizes)

    def __iter__(self) -> Iterator[Connector]:
        for number in range(len(self._sizes)):
            yield from self._sources(number).connectors

    @overload
    def __getitem__(self, index: int) -> Connector: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Connector]: ...
    def __getitem__(self, index: int | slice) -> Connector | Sequence[Connector]:
        return tuple(self)[index]
