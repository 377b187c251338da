"""Checks one connector as an editor has it: its files on disk, and their unsaved texts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.api import connectors
from manifest_lint.engine.report import Report
from manifest_lint.errors import UserError
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.discovery import ACCOUNT_TYPES_NAME

if TYPE_CHECKING:
    from manifest_lint.project.connector import Connector

_LARGEST = 2 * 1024 * 1024
"""Bytes: a larger document is not checked while you type."""


@dataclass(frozen=True)
class Checked:
    """The report on a connector, or why there is none.

    `connector` is the one that was checked; while its manifest is not JSON, the last one that was.
    """

    report: Report | None
    trouble: str = ""
    connector: Connector | None = None


def is_ours(path: Path) -> bool:
    """Return whether we check this file: a manifest, or account types."""
    return schema_of(path) is not None and path.name != "package.json"


def schema_of(path: Path) -> str | None:
    """Return the name of the schema for a file, or None."""
    if path.suffix == Path(MANIFEST_NAME).suffix:
        return "konnector"
    if ACCOUNT_TYPES_NAME.fullmatch(path.name):
        return "account-type"
    return (
        "account-type" if path.parent.name == "account_types" and path.suffix == ".json" else None
    )


def manifest_for(path: Path) -> Path:
    """Return the manifest next to a file, or the file itself if there is none."""
    folder = path.parent.parent if path.parent.name == "account_types" else path.parent
    manifest = folder / MANIFEST_NAME
    return manifest if schema_of(path) == "account-type" and manifest.is_file() else path


def check(
    path: Path,
    texts: Mapping[Path, str],
    today: date | None = None,
    before: Connector | None = None,
    *,
    isolated: bool = False,
) -> Checked:
    """Check the connector of a file as `check` does, with unsaved texts instead of those on disk.

    If `check` fails, `trouble` says why. `before` is the connector of the last check; `isolated` is
    as for `check`.
    """
    data = {file: text.encode("utf-8", "surrogatepass") for file, text in texts.items()}
    if any(len(text) > _LARGEST for text in data.values()):
        return Checked(None, f"not checked: larger than {_LARGEST // 1024 // 1024} MiB", before)
    target = manifest_for(path)
    try:
        if os.path.isfile(target):  # noqa: PTH113
            report = connectors.check([target], texts=data, today=today, isolated=isolated)
        elif target not in data:
            return Checked(None, "not checked: neither open nor on disk", before)
        else:
            unsaved = (str(target), data[target])
            report = connectors.check(stdin=unsaved, today=today, isolated=isolated)
    except UserError as error:
        return Checked(None, str(error), before)
    return Checked(report, "", next(iter(report.connectors), before))
