"""From sources, an archive or an upgrade to a report: what the rules run on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from manifest_lint.config.settings import DEFAULTS, Settings
from manifest_lint.engine.checks import Checks
from manifest_lint.engine.report import Report
from manifest_lint.finding import Finding
from manifest_lint.project.connector import Connector
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules.base import Rule
from manifest_lint.rules.registry import rules_on

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive
    from manifest_lint.cozy.upgrade import Upgrade
    from manifest_lint.document.document import Document
    from manifest_lint.oauth.account_type import AccountType
    from manifest_lint.oauth.provider import Ask
    from manifest_lint.project.changes import Changes
    from manifest_lint.project.sources import Sources


def check_sources(
    sources: Sources,
    ask: Ask | None = None,
    done: Callable[[int], None] = lambda _: None,
    *,
    plugins: bool = True,
    changes: Changes | None = None,
) -> Report:
    """Check all sources with the rules that the settings for each file select.

    With `changes`, each changed connector is compared with the one before, and the rules on all
    connectors together do not run, as only some connectors are checked. With `ask`, the rules on
    the metadata of providers run too. `done` is called with 1 after each connector. `plugins` says
    whether rules of other packages run. Raises UserError if the settings name an unknown rule, and
    if a plugin fails.
    """
    before, confidential = (changes.before, changes.confidential) if changes else ({}, [])
    checks = Checks(
        sources.settings,
        plugins=plugins,
        goes_on=len(sources.connectors) > 1,
        quoted=(*sources.documents.values(), *before.values(), *confidential),
    )
    for document in sources.documents.values():
        document.others = checks.hider
    documents, account_types = list(sources.documents.values()), sources.account_types
    refused, skipped = sources.refused, sources.skipped
    if changes:
        refused, skipped = [*changes.refused, *refused], [*changes.skipped, *skipped]
        documents = changes.documents(documents)
        account_types = changes.account_types(account_types)
    run_on_each(checks, documents, sources.connectors, account_types, done, changes)
    given = tuple(a for a in account_types if a.document.kind == "account types")
    manifests = sum(one.kind == "manifest" for one in sources.documents.values())
    are_all = manifests == len(sources.connectors) and not refused
    workspace = Workspace(tuple(sources.connectors), given, sources.shared, are_all)
    if ask:
        run_on_providers(checks, workspace, ask)
    is_whole = changes is None and not (sources.is_partial and sources.shared)
    if is_whole and (given or len(sources.connectors) > 1):
        checks.run("workspace", workspace, next(iter(sources.documents.values())))
    return Report(
        checks.findings(),
        sum(document.kind == "manifest" for document in documents),
        len(given),
        dict(sources.documents),
        dict(sources.settings),
        tuple(sources.connectors),
        skipped=(*skipped, *checks.skipped),
        refused=(*map(str, refused), *checks.failed),
        changes=changes,
        ran=checks.ran,
        plugins=plugins,
        folders=() if changes or sources.excluded else tuple(sources.folders),
    )


def run_on_each(
    checks: Checks,
    documents: Iterable[Document],
    connectors: Iterable[Connector],
    account_types: Iterable[AccountType],
    done: Callable[[int], None] = lambda _: None,
    changes: Changes | None = None,
) -> None:
    """Run the rules on each document, connector and account type by itself."""
    for document in documents:
        checks.run("link" if document.is_link_out else "text", document, document)
    for connector in connectors:
        checks.run("connector", connector, connector.manifest)
        if changes and (upgrade := changes.upgrade(connector.manifest)):
            checks.run("upgrade", upgrade, connector.manifest)
        done(1)
    for account_type in account_types:
        checks.run("account type", account_type, account_type.document)


def run_on_providers(checks: Checks, workspace: Workspace, ask: Ask) -> None:
    """Run the rules on the metadata that the providers of account types publish."""
    from manifest_lint.project.providers import providers  # only with --online

    for provider in providers(workspace, ask):
        checks.run("provider", provider, provider.account_type.document)


def check_archive(
    archive: Archive,
    settings: Settings,
    account_types: tuple[AccountType, ...] | None = None,
    *,
    plugins: bool = True,
    quoted: tuple[Document, ...] = (),
) -> Report:
    """Check an archive, and its manifest as the registry and the stack will read it.

    `account_types` are those given for its connector, None if none were given. `plugins` says
    whether rules of other packages run. The secrets of the documents `quoted` are
    masked too. Raises UserError as `check_sources` does.
    """
    documents = _documents(archive)
    if archive.manifest:
        quoted = (*quoted, archive.manifest)
    checks = Checks(dict.fromkeys(documents, settings), plugins=plugins, quoted=quoted)
    if archive.manifest:
        archive.manifest.others = checks.hider
    _run_on_archive(checks, archive, settings, account_types)
    return Report(
        checks.findings(),
        1 if archive.manifest else 0,
        0,
        documents,
        dict.fromkeys(documents, settings),
        ran=checks.ran,
        plugins=plugins,
    )


def _documents(archive: Archive) -> dict[str, Document]:
    documents = [archive.document, *([archive.manifest] if archive.manifest else [])]
    return {document.name: document for document in documents}


def _run_on_archive(
    checks: Checks,
    archive: Archive,
    settings: Settings,
    account_types: tuple[AccountType, ...] | None,
) -> None:
    checks.run("archive", archive, archive.document)
    if manifest := archive.manifest:
        checks.run("text", manifest, manifest)
        if isinstance(manifest.value, dict):
            # An archive that was not read to its end may have the files that seem to be missing.
            files = archive if archive.is_read else None
            connector = Connector(manifest, files, "built", account_types, settings)
            checks.run("connector", connector, manifest)


def is_refused(archive: Archive) -> bool:
    """Return whether the registry refuses an archive, whatever the settings select."""
    report = check_archive(archive, DEFAULTS, plugins=False)
    name = archive.document.name
    return any("publish" in one.refused_by for one in report.findings if one.path == name)


def check_upgrade(
    upgrade: Upgrade,
    settings: Settings,
    archive: Archive | None = None,
    confidential: Iterable[Document] = (),
    *,
    plugins: bool = True,
) -> Report:
    """Check what happens when a version follows another.

    What makes the registry or the stack refuse the new version is included; `archive` is that of
    the new version, if it is one. The secrets of the documents `confidential` are masked too.
    Raises UserError as `check_sources` does.
    """
    manifest = upgrade.new.manifest
    connector = Connector(manifest, None, "source", None, settings) if upgrade.new.value else None
    documents = {manifest.name: manifest, **(_documents(archive) if archive else {})}
    checks = Checks(
        dict.fromkeys(documents, settings),
        plugins=plugins,
        quoted=(upgrade.old.manifest, manifest, *confidential),
        keeps=_decides_on_upgrade,
    )
    manifest.others = checks.hider
    if archive:
        _run_on_archive(checks, archive, settings, None)
    else:
        checks.run("text", manifest, manifest)
        if connector:
            checks.run("connector", connector, manifest)
    checks.run("upgrade", upgrade, manifest)
    return Report(
        checks.findings(),
        1,
        0,
        documents,
        dict.fromkeys(documents, settings),
        (connector,) if connector else (),
        ran=frozenset(one.code for one in rules_on("upgrade", plugins=plugins)),
        plugins=plugins,
    )


def _decides_on_upgrade(rule: Rule, finding: Finding) -> bool:
    """Return whether a finding is about the upgrade, or stops it."""
    return rule.subject == "upgrade" or bool({"install", "publish"} & set(finding.refused_by))
