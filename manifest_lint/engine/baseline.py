"""Baselines: findings that a project knows and accepts, so that only new ones count.

An entry identifies a finding by its file, its rule, the part of the document and the value there,
not by its line: edits elsewhere in the file do not bring the finding back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from manifest_lint.document.document import Document
from manifest_lint.engine.report import Entry
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, read_file
from manifest_lint.files.write import write_file
from manifest_lint.finding import Finding, json_pointer

FORMAT = 1
"""Version of the file format, incremented when older entries would no longer match."""

_ANEW = "delete it and use --write-baseline"
_LIMIT = 20 * 1024 * 1024
_NAMED = re.compile(r"`[^`]*`|\"[^\"]*\"")


def entry(finding: Finding, document: Document, folder: Path) -> Entry:
    """Return the entry that matches a finding, for a baseline in `folder`."""
    steps = ("-" if isinstance(step, int) else step for step in finding.pointer)
    return Entry(
        path_from(folder, finding.path),
        finding.code,
        json_pointer(steps),
        _content(finding, document),
    )


def read(file: Path) -> Counter[Entry]:
    """Return the entries of a baseline, empty if the file does not exist.

    Raises UserError if the file is not a baseline, or is one of another version.
    """
    if not Tree(file.parent).holds(file):
        raise UserError(f"{file}: is a link out of its folder; put the file itself there")
    if not file.exists():
        return Counter()
    try:
        value = json.loads(read_file(file, _LIMIT))
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UserError(f"{file}{line}: is not JSON; restore it, or {_ANEW}") from None
    if not isinstance(value, dict) or not isinstance(value.get("findings"), list):
        raise UserError(f"{file}: is not a baseline; name another file")
    form = value.get("format")
    if form != FORMAT:
        if type(form) is int and form > FORMAT:
            what = f"is of a newer manifest-lint (format {form}, not {FORMAT}); update this one"
        else:
            what = f"has no format that is known ({form!r:.20}, not {FORMAT}); {_ANEW}"
        raise UserError(f"{file}: {what}")
    entries: Counter[Entry] = Counter()
    for number, item in enumerate(value["findings"], 1):
        count = item.get("count", 1) if isinstance(item, dict) else 0
        fields = [item.get(name, "") for name in Entry._fields] if count else []
        if type(count) is not int or count < 1 or not all(isinstance(f, str) for f in fields):
            where = f"finding {number} is invalid"
            raise UserError(f"{file}: {where}; fix it, or write the baseline again")
        entries[Entry(*fields)] += count
    return entries


def write(file: Path, entries: Counter[Entry]) -> None:
    """Write a baseline, one entry per line so that git can merge it.

    Raises UserError if the file cannot be written.
    """
    lines = []
    for item, count in sorted(entries.items()):
        value: dict[str, Any] = {name: getattr(item, name) for name in Entry._fields}
        value = {name: text for name, text in value.items() if text}
        lines.append("  " + json.dumps(value | ({"count": count} if count > 1 else {})))
    body = ",\n".join(lines)
    text = f'{{\n "format": {FORMAT},\n "findings": [\n{body}\n ]\n}}\n'
    write_file(file, text.encode())


def without_known(
    findings: Iterable[Finding],
    documents: Mapping[str, Document],
    known: Counter[Entry],
    folder: Path,
) -> tuple[list[Finding], Counter[Entry]]:
    """Leave out the findings that a baseline in `folder` has.

    Returns the other findings, and the entries that match no finding. `documents` has each
    document by its name.
    """
    left, new = Counter(known), []
    for finding in findings:
        document = documents[finding.path]
        match = entry(finding, document, folder)
        if not left[match] and document.may_hold_secrets:
            match = match._replace(content="")  # as baselines had it before
        if left[match] > 0:
            left[match] -= 1
        else:
            new.append(finding)
    return new, +left


def path_from(folder: Path, path: str) -> str:
    """Return a file's path relative to a folder, as in entries; for standard input, its name."""
    if path.startswith("<"):
        return path
    return Path(os.path.relpath(path, folder)).as_posix()


def _content(finding: Finding, document: Document) -> str:
    """Return a digest of what a finding is about: a value, names in its message, or a line.

    Where a value may be a secret, it is that of the account type's id and the names in the message:
    a report shows them.
    """
    if document.may_hold_secrets:
        text = " ".join((*_ids(finding, document), *_NAMED.findall(finding.message)))
    elif document.error or not finding.pointer:
        line = document.line(finding.place.line) if finding.place.end else None
        text = " ".join((line or "").split()) if finding.code.startswith("J") else ""
        text = text or " ".join(_NAMED.findall(finding.message))
    else:
        value: Any = document.value
        try:
            for step in finding.pointer:
                value = value[step]
        except (LookupError, TypeError):  # a key that is missing, or that is counted
            value = None
        alone = not isinstance(value, dict | list)
        text = json.dumps(value) if alone else " ".join(_NAMED.findall(finding.message))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _ids(finding: Finding, document: Document) -> Iterator[str]:
    """Yield the ids of the account types that a finding is in: a file may have several."""
    value: Any = document.value
    for step in finding.pointer:
        try:
            value = value[step]
        except (LookupError, TypeError):  # a key that is missing, or that is counted
            return
        if isinstance(value, dict) and isinstance(value.get("_id"), str):
            yield value["_id"]
