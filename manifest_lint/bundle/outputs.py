"""The files that a build writes next to the archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from manifest_lint._version import __version__
from manifest_lint.document.masking import shown_text
from manifest_lint.engine.built import Build
from manifest_lint.finding import Finding, Severity, json_pointer
from manifest_lint.text.logged_json import dumps


def outputs(
    done: Build, archive: IO[bytes], report: Mapping[str, Any]
) -> dict[str, IO[bytes] | str]:
    """Return the files of a build by their names: the archive, and those next to it.

    `report` is the build's, as schemas/report.schema.json describes it.
    """
    assert done.archive is not None
    name = done.archive.name
    stem = name.removesuffix(".tar.gz")
    return {
        name: archive,
        f"{name}.sha256": f"{done.sha256}  {name}\n",
        f"{stem}.report.json": f"{dumps(report, 2)}\n",
        f"{stem}.publish.json": f"{dumps(publication(done), 2)}\n",
        f"{stem}.intoto.json": f"{dumps(statement(done), 2)}\n",
    }


def publication(done: Build) -> dict[str, Any]:
    """Return the body of the request that publishes a version; `url` is null if the build has none.

    [cozy-apps-registry README, "Add a new version": POST /registry/:app]
    """
    return {
        "editor": done.editor,
        "version": done.version,
        "url": done.url or None,
        "sha256": done.sha256,
        "type": done.app_type,
    }


def statement(done: Build) -> dict[str, Any]:
    """Return the test results of the archive as an in-toto statement, ready to be signed.

    The tests are the rules that were run, by their codes. A rule with a finding that was exempted,
    baselined or accepted counts as warned; a skipped one is left out. The configurations are named
    by their digests; what they switch off, lower or exempt is in the annotations of the tool, as
    the predicate has no field for it. [in-toto attestation: Statement v1; predicate test-result
    v0.1]
    """
    assert done.archive is not None
    found = {one.code for one in done.report.findings if one.severity > Severity.NOTE}
    found |= done.waived
    skipped = {skip.what for skip in done.report.skipped}
    warned = [code for code in done.rules if code in found]
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": done.archive.name, "digest": {"sha256": done.sha256}}],
        "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
        "predicate": {
            "result": "WARNED" if warned else "PASSED",
            "configuration": [
                {
                    "name": "manifest-lint",
                    "uri": f"pkg:generic/manifest-lint@{__version__}",  # no index has it
                    "annotations": {
                        "contentDigest": done.content_digest,
                        "rulesOff": list(done.changes.off),
                        "rulesLowered": dict(done.changes.lowered),
                        "exempted": list(_exempted(done)),
                        "baselined": list(map(_suppressed, done.report.baselined)),
                    },
                },
                *(
                    {"name": done.hide(name), "digest": {"sha256": digest}}
                    for name, digest in done.changes.configurations
                ),
            ],
            "passedTests": [code for code in done.rules if code not in found | skipped],
            "warnedTests": warned,
            "failedTests": [],
        },
    }


def _exempted(done: Build) -> Iterator[dict[str, Any]]:
    """Yield each exempted finding with the reason, the last day and the place of its entry."""
    for one in done.report.exempted:
        entry = one.exemption
        by = {"configuration": Path(entry.file).name, "line": entry.line, "reason": entry.reason}
        until = {"until": str(entry.until)} if entry.until else {}
        yield {**_suppressed(one.finding), **by, **until}


def _suppressed(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.code,
        "severity": finding.severity.label,
        "file": shown_text(Path(finding.path).name),
        "pointer": json_pointer(finding.pointer),
    }
