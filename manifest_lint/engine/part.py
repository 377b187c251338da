"""Check a part of the connectors of a run: what it finds is joined with the others' at the end."""

from __future__ import annotations

import pickle
import zlib
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from manifest_lint.cozy.go_struct import fields_of
from manifest_lint.document.go_json import RepeatedKeys
from manifest_lint.document.masking import Hider
from manifest_lint.engine.checks import Checks
from manifest_lint.engine.hide import quoted_secret, texts_of
from manifest_lint.engine.hider import secrets_of
from manifest_lint.engine.run import run_on_each
from manifest_lint.rules.registry import rules_on

if TYPE_CHECKING:
    from manifest_lint.config.settings import Settings
    from manifest_lint.document.document import Document, Kind
    from manifest_lint.finding import Finding, Severity, Skip
    from manifest_lint.oauth.account_type import AccountType
    from manifest_lint.project.connector import Connector, Layout
    from manifest_lint.project.sources import Sources
    from manifest_lint.rules.base import Subject

Raw = tuple["Finding", tuple[str, str]]
"""A finding that may still have secrets in it, and what `quoted_secret` returns for it."""

Stored = tuple[bool, list[Raw]]
"""The findings of a file, and whether nothing in them looks like a secret."""

Counts = Counter[tuple[str, str, "Severity"]]
"""The number of findings by code, name and severity."""

_LATER: tuple[Subject, ...] = ("provider", "workspace")
"""Subjects of rules that run when all parts are there."""

_COMPARED = {"slug": None, "oauth": None}
"""What our rules on all connectors read of a manifest."""


class Known(NamedTuple):
    """What is known of a document without reading it: `settings` is a number in its part."""

    name: str
    kind: Kind
    is_link_out: bool
    is_withheld: bool
    has_places: bool
    is_broken: bool
    digest: int
    settings: int


class Compared(NamedTuple):
    """What rules on all connectors get of one: `account_types` are numbers in its part."""

    name: str
    value: dict[str, Any]
    layout: Layout
    account_types: tuple[int, ...] | None


class Comparable(NamedTuple):
    """What rules on all connectors get of a part: account types come with their documents' names.

    Those that were `given` belong to connectors, and are not only shown in a README.
    """

    connectors: list[Compared]
    account_types: list[tuple[str, tuple[Any, ...]]]
    given: list[int]


class Part(NamedTuple):
    """What was found in a part of the connectors.

    `found` has its findings (Stored), pickled for each file, whose paths and sizes there are in
    `sizes`; `comparable` what rules on all connectors get, pickled: both are written to a file
    next. `secrets` are those of its documents, `causes` findings that those of rules on all
    connectors may defer to.
    """

    documents: list[Known]
    settings: list[Settings]
    found: bytes
    sizes: list[tuple[str, int]]
    counts: Counts
    comparable: bytes
    secrets: frozenset[str]
    skipped: dict[Skip, Subject]
    failed: dict[str, Subject]
    subjects: frozenset[Subject]
    refused: list[str]
    not_checked: list[Skip]
    connectors: int
    manifests: int
    given: int
    causes: list[Finding]
    unused: tuple[str, ...] = ()


def check_part(sources: Sources, *, plugins: bool, whole_values: bool) -> Part:
    """Check some connectors by themselves.

    `whole_values` says whether rules on all connectors need whole manifests. Raises UserError as
    `check_sources` does.
    """
    documents = list(sources.documents.values())
    checks = Checks(sources.settings, plugins=plugins, goes_on=True, quoted=tuple(documents))
    run_on_each(checks, documents, sources.connectors, sources.account_types)
    raw = checks.raw()
    later = (one for subject in _LATER for one in rules_on(subject, plugins=plugins))
    causes = {code for one in later for code in one.defers_to}
    secrets = {one for document in documents for one in secrets_of(document)}
    settings = list({id(one): one for one in sources.settings.values()}.values())
    numbers = {id(one): number for number, one in enumerate(settings)}
    types = enumerate(sources.account_types)
    given = [number for number, one in types if one.document.kind == "account types"]
    found = list(_pickled(raw))
    return Part(
        [_known(one, numbers[id(sources.settings[one.name])]) for one in documents],
        settings,
        b"".join(data for _, data in found),
        [(path, len(data)) for path, data in found],
        Counter((one.code, one.name, one.severity) for one, _ in raw),
        pickle.dumps(_comparable(sources, given, whole=whole_values)),
        frozenset(secrets),
        checks.skipped,
        checks.failed,
        frozenset(checks.subjects),
        list(map(str, sources.refused)),
        sources.skipped,
        len(sources.connectors),
        sum(one.kind == "manifest" for one in documents),
        len(given),
        [one for one, _ in raw if one.code in causes],
    )


def _pickled(found: list[tuple[Finding, Document]]) -> Iterable[tuple[str, bytes]]:
    """Yield the path and the findings (Stored) of each file."""
    nothing_known = Hider(())
    for path, of_file in groupby(found, key=lambda one: one[0].path):
        raws = [(one, quoted_secret(where.value, one.pointer)) for one, where in of_file]
        yield path, pickle.dumps((have_no_secret(raws, nothing_known), raws))


def have_no_secret(raws: list[Raw], hide: Hider) -> bool:
    """Return whether findings stay as they are if secrets are masked."""
    is_known = any(written for _, (written, _) in raws)
    return not is_known and hide.leaves(text for one, _ in raws for text in texts_of(one))


def _known(document: Document, settings: int) -> Known:
    return Known(
        document.name,
        document.kind,
        document.is_link_out,
        document.is_withheld,
        document.has_places,
        document.error is not None,
        zlib.crc32(document.data),
        settings,
    )


def _comparable(sources: Sources, given: list[int], *, whole: bool) -> Comparable:
    numbers = {id(one): number for number, one in enumerate(sources.account_types)}

    def compared(connector: Connector) -> Compared:
        own = connector.account_types
        value = connector.value
        if not (whole or isinstance(value, RepeatedKeys)):
            value = {str(key): value[str(key)] for key, _, _ in fields_of(value, _COMPARED)}
        types = None if own is None else tuple(numbers[id(one)] for one in own)
        return Compared(connector.manifest.name, value, connector.layout, types)

    return Comparable(
        list(map(compared, sources.connectors)),
        [(one.document.name, _without_document(one)) for one in sources.account_types],
        given,
    )


def _without_document(one: AccountType) -> tuple[Any, ...]:
    return one._values()[1:]
