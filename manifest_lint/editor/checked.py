"""Checks one connector as an editor has it: its files on disk, and their unsaved texts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.api import connectors
from manifest_lint.engine.report import Report
from manifest_lint.errors import UserError
from manifest_lint.oauth import account_type_file
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.kinds import manifest_beside

if TYPE_CHECKING:
    from manifest_lint.project.connector import Connector

_LARGEST = 2 * 1024 * 1024
"""Bytes: a larger document is not checked while you type."""

_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs: an editor has them in its text, but no file in UTF-8 has."""


@dataclass(frozen=True)
class Checked:
    """The report on a connector, or why there is none.

    `connector` is the one that was checked; while its manifest is not JSON, the last one that was.
    """

    report: Report | None
    trouble: str = ""
    connector: Connector | None = None


def schema_of(path: Path, text: str) -> str | None:
    """Return the name of the schema for a file, or None if it is not one that we check."""
    if path.suffix == Path(MANIFEST_NAME).suffix:
        return "konnector"
    may_be = path.suffix == ".json" and path.name != "package.json" and len(text) <= _LARGEST
    return "account-type" if may_be and account_type_file.is_one(path, _saved(text)) else None


def manifest_for(path: Path) -> Path:
    """Return the manifest whose check includes this file, or the file itself."""
    return manifest_beside(path) or path


def check(
    path: Path,
    texts: Mapping[Path, str],
    today: date | None = None,
    before: Checked | None = None,
    *,
    isolated: bool = False,
) -> Checked:
    """Check the connector of a file as `check` does, with unsaved texts instead of those on disk.

    If `check` fails, `trouble` says why. `before` is the last check of the same file, with which
    this one takes less time; `isolated` is as for `check`.
    """
    connector, last = (before.connector, before.report) if before else (None, None)
    data = {file: _saved(text) for file, text in texts.items()}
    if any(len(text) > _LARGEST for text in data.values()):
        return Checked(None, f"not checked: larger than {_LARGEST // 1024 // 1024} MiB", connector)
    target = manifest_for(path)
    try:
        if os.path.isfile(target):  # noqa: PTH113
            report = connectors.check(
                [target], texts=data, before=last, today=today, isolated=isolated
            )
        elif target not in data:
            return Checked(None, "not checked: neither open nor on disk", connector)
        else:
            unsaved = (str(target), data[target])
            report = connectors.check(stdin=unsaved, today=today, isolated=isolated)
    except UserError as error:
        return Checked(None, str(error), connector)
    return Checked(report, "", next(iter(report.connectors), connector))


def _saved(text: str) -> bytes:
    """Return what an editor saves: half a surrogate pair becomes U+FFFD, which is as wide."""
    return _HALVES.sub("\ufffd", text).encode("utf-8")
