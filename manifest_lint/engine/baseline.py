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
from typing import TYPE_CHECKING, Any

from manifest_lint.document.document import Document
from manifest_lint.document.masking import shown_url
from manifest_lint.engine.report import Entry
from manifest_lint.errors import UserError
from manifest_lint.files.disk import Tree, read_file
from manifest_lint.files.write import write_file
from manifest_lint.finding import Finding, json_pointer

if TYPE_CHECKING:
    from manifest_lint.document.spans import Pointer

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

    In place of a value that may have a secret, it is of the names: a report shows them. The id of
    the account type is part of it, as a file may have several.
    """
    pointer, names = finding.pointer, " ".join(_NAMED.findall(finding.message))
    values = list(_values(document.value, pointer))
    if document.error or not pointer:
        has_line = finding.code.startswith("J") and not document.may_hold_secrets
        line = document.line(finding.place.line) if has_line and finding.place.end else None
        text = " ".join((line or "").split()) or names
    elif len(values) <= len(pointer):  # a key that is missing, or that is counted
        text = names if document.confidential else "null"
    elif isinstance(values[-1], dict | list) or not _is_shown(values[-1], pointer, document):
        text = names
    else:
        text = json.dumps(values[-1])
    ids = _ids(values, pointer, document) if document.confidential else ()
    text = "\n".join((*ids, text))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _values(value: Any, pointer: Pointer) -> Iterator[Any]:
    """Yield each value on the way to a part of a document, from the whole document down."""
    yield value
    for step in pointer:
        try:
            value = value[step]
        except (LookupError, TypeError):
            return
        yield value


def _ids(values: list[Any], pointer: Pointer, document: Document) -> Iterator[str]:
    """Yield the ids of the account types among the values on the way to a part."""
    for depth, value in enumerate(values):
        its = value.get("_id") if isinstance(value, dict) else None
        if isinstance(its, str) and _is_shown(its, (*pointer[:depth], "_id"), document):
            yield its


def _is_shown(value: Any, pointer: Pointer, document: Document) -> bool:
    """Return whether a string, number or other scalar of a document has nothing to hide."""
    text = value if isinstance(value, str) else json.dumps(value)
    if document.may_hold_secrets:
        return document.shows(pointer) and shown_url(text) == text
    return document.others is None or not document.others().finds(text)
