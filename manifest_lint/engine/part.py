"""Check a part of the connectors of a run: what it finds is joined with the others' at the end."""

from __future__ import annotations

import pickle
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
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
    from manifest_lint.engine.report import AsText
    from manifest_lint.finding import Finding, Severity, Skip
    from manifest_lint.oauth.account_type import AccountType
    from manifest_lint.project.connector import Connector, Layout
    from manifest_lint.project.sources import Sources
    from manifest_lint.rules.base import Subject

Raw = tuple["Finding", tuple[str, str]]
"""A finding that may still have secrets in it, and what `quoted_secret` returns for it."""

Stored = tuple[bool, list[Raw]]
"""The findings of a file, and whether its own part knows of no secret in them."""

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


class InFile(NamedTuple):
    """What was found in a file: Stored, pickled, and its text in the report if that is made."""

    path: str
    found: bytes
    text: bytes


class Part(NamedTuple):
    """What was found in a part of the connectors.

    `found` has the findings of each file. `texts` are all that those of files without a secret of
    this part have, pickled, as they may have one of another part; `comparable` is what rules on all
    connectors get, pickled. These three are written to a file next. `secrets` are those of its
    documents, `causes` findings that those of rules on all connectors may defer to.
    """

    documents: list[Known]
    settings: list[Settings]
    found: list[InFile]
    texts: bytes
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


def check_part(
    sources: Sources, as_text: AsText | None, *, plugins: bool, whole_values: bool
) -> Part:
    """Check some connectors by themselves.

    `as_text` makes the text of the findings of a file, None if no report has it. `whole_values`
    says whether rules on all connectors need whole manifests. Raises UserError as `check_sources`
    does.
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
    texts: set[str] = set()
    found = list(_in_files(raw, Hider(secrets), texts, as_text))
    return Part(
        [_known(one, numbers[id(sources.settings[one.name])]) for one in documents],
        settings,
        found,
        pickle.dumps(texts),
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


def _in_files(
    found: list[tuple[Finding, Document]], hide: Hider, texts: set[str], as_text: AsText | None
) -> Iterator[InFile]:
    """Yield what was found in each file; add the texts of files without a secret to `texts`."""

    @cache
    def stays(text: str) -> bool:  # most texts are in findings of many files
        return hide(text) == text

    for path, of_file in groupby(found, key=lambda one: one[0].path):
        both = list(of_file)
        raws = [(one, quoted_secret(where.value, one.pointer)) for one, where in both]
        own = {text for one, _ in raws for text in texts_of(one)}
        has_none = not any(written for _, (written, _) in raws) and all(map(stays, own))
        text = ""
        if has_none:
            texts |= own
            if as_text and all(where.has_places and not where.is_withheld for _, where in both):
                text = as_text([one for one, _ in both], {where.name: where for _, where in both})
        stored = pickle.dumps((has_none, raws))
        yield InFile(path, stored, text.encode("utf-8", "surrogatepass"))


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
