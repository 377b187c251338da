"""Compare our lists of the platform's values with their sources: `python -m tests.lists FOLDER`.

FOLDER has clones of the repositories in manifest_lint/cozy/list_sources.py, bare or not, in folders
named like them: cozy-client, or owner+cozy-client/repo. Of each list it prints what only the source
has and what only we have. The exit code is 1 if a list lacks something, or a source is missing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from manifest_lint.cozy.list_sources import SOURCES, Source
from manifest_lint.cozy.manifest import LISTED_VALUES, MANIFEST_KEYS
from manifest_lint.cozy.vocabulary import (
    DOCUMENTED_DOCTYPES,
    FIELD_LABELS,
    FORBIDDEN_DOCTYPES,
    LOGIN_FIELD_NAMES,
    TRANSLATED_FIELD_NAMES,
    WEB_APPLICATION_KEYS,
)

UNWRITABLE_DOCTYPES = frozenset(
    (
        "io.cozy.jobs",
        "io.cozy.triggers",
        "io.cozy.apps",
        "io.cozy.konnectors",
        "io.cozy.files",
        "io.cozy.files.versions",
        "io.cozy.notifications",
        "io.cozy.remote.requests",
        "io.cozy.sessions.logins",
        "io.cozy.notes.steps",
        "io.cozy.notes.images",
        "com.bitwarden.contacts",
    )
)
"""Doctypes that are read through the data API, but only written by other routes [cozy-stack]."""

OURS = {
    **{key: frozenset(values) for key, values in LISTED_VALUES.items()},
    "manifest_keys": MANIFEST_KEYS | WEB_APPLICATION_KEYS,
    "doctypes": DOCUMENTED_DOCTYPES,
    "field_labels": frozenset(FIELD_LABELS),
    "translated_fields": TRANSLATED_FIELD_NAMES,
    "login_fields": frozenset(LOGIN_FIELD_NAMES),
    "forbidden_doctypes": FORBIDDEN_DOCTYPES | UNWRITABLE_DOCTYPES,
}
"""Our lists, by the names of their sources."""

NO_DOCTYPES = frozenset(
    (
        *("io.cozy.account", "io.cozy.contacts.account", "io.cozy.konnector", "io.cozy.albums"),
        *("io.cozy.bank", "io.cozy.coachco2", "io.cozy.notes", "io.cozy.photos"),
        *("io.cozy.bank.operations._id", "io.cozy.bills._id", "io.cozy.files_metadata"),
        *("io.cozy.files.trash", "io.cozy.files.root", "io.cozy.settings.instance"),
        *("io.cozy.settings.bitwarden", "io.cozy.settings.display"),
    )
)
"""What the documentation of doctypes calls by such a name: misspellings, pages, ids, fields."""

CONSTANTS = "pkg/consts"
"""Where the stack names its doctypes."""


class Clone:
    """A clone of a repository: its files as they are committed."""

    def __init__(self, folder: Path):
        self.folder = folder

    def read(self, path: str) -> str:
        """Return the text of a file, or of all files in a folder."""
        names = self._git("ls-tree", "-r", "--name-only", "HEAD", "--", path).splitlines()
        return "\n".join(self._git("show", f"HEAD:{name}") for name in names)

    def date(self) -> str:
        """Return the day of the newest commit."""
        return self._git("log", "-1", "--format=%cs").strip()

    def _git(self, *arguments: str) -> str:
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _items(text: str, before: str) -> frozenset[str]:
    """Return the items of the first Markdown list after a line."""
    after = text.partition(before)[2].lstrip()
    lines = re.match(r"(?:[*-] +\S.*\n\s*)*", after)
    return frozenset(re.findall(r"^\s*[*-] +[`*]+(\w+)", lines[0] if lines else "", re.M))


def _features(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"^ *- *\*\*([A-Z0-9_]+):?\*\*", text, re.M))


def _frequencies(text: str) -> frozenset[str]:
    line = next((line for line in text.splitlines() if line.startswith("`frequency`")), "")
    return frozenset(re.findall("`(\\w+)`", line.partition("between")[2].partition(", indicat")[0]))


def _keys(text: str) -> frozenset[str]:
    """Return the first column of the table of all properties."""
    table = text.partition("# Properties meaning (reference)")[2].partition("\n#")[0]
    return frozenset(re.findall(r"^`(\w+)`\s*\|", table, re.M))


def _labels(text: str) -> frozenset[str]:
    return frozenset(one["label"] for one in json.loads(text)["qualifications"])


def _translated(text: str) -> frozenset[str]:
    texts = json.loads(text)
    return frozenset(texts["fields"]) | frozenset(texts["legacy"]["fields"])


def _doctypes(text: str) -> frozenset[str]:
    found = re.findall(r"\bio\.cozy(?:\.[a-z0-9_]*[a-z0-9])+(?!\.md|\.\*)\b", text)
    return frozenset(name.removesuffix(".md") for name in found) - NO_DOCTYPES


def _array(name: str) -> Callable[[str], frozenset[str]]:
    def read(text: str) -> frozenset[str]:
        found = re.search(rf"const {name} = \[(.*?)\]", text, re.S)
        return frozenset(re.findall(r"'(\w+)'", found[1] if found else ""))

    return read


READ: dict[str, Callable[[str], frozenset[str]]] = {
    "categories": lambda text: (
        _items(text, "Categories are slugs from the following list:") | {"others"}
    ),
    "data_types": lambda text: _items(text, "Data types are slugs from the following list:"),
    "frequency": _frequencies,
    "features": _features,
    "manifest_keys": _keys,
    "qualification_labels": _labels,
    "doctypes": _doctypes,
    "translated_fields": _translated,
    "field_labels": _array("predefinedLabels"),
    "login_fields": _array("legacyLoginFields"),
}
"""How to find a list in its source."""


def forbidden(clone: Clone, path: str) -> frozenset[str]:
    """Return the doctypes on the stack's list, which names them by constants."""
    constants = dict(re.findall(r"(\w+)\s+= \"([\w.]+)\"", clone.read(CONSTANTS)))
    block = clone.read(path).partition("blockList = ")[2].partition("\n}")[0]
    return frozenset(constants[name] for name in re.findall(r"consts\.(\w+):", block))


def clone_of(source: Source, folder: Path) -> Clone | None:
    """Return the clone of a list's repository below a folder, None if it is missing."""
    name = source.repository.partition("/")[2]
    for place in (name, *(f"{owner}+{name}/repo" for owner in ("linagora", "cozy"))):
        if (folder / place).is_dir():
            return Clone(folder / place)
    return None


def compared(folder: Path) -> Iterator[tuple[str, bool]]:
    """Yield a line for each list, and whether it is as the source has it."""
    for name, source in SOURCES.items():
        clone = clone_of(source, folder)
        if clone is None:
            yield f"{name}: no clone of {source.repository} in {folder}", False
            continue
        if name == "forbidden_doctypes":
            theirs = forbidden(clone, source.path)
        else:
            theirs = READ[name](clone.read(source.path))
        new, old = sorted(theirs - OURS[name]), sorted(OURS[name] - theirs)
        line = f"{name}: {len(OURS[name])} as of {source.date}, {len(theirs)} on {clone.date()}"
        if new:
            line += f"; new there: {', '.join(new)}"
        if old:
            line += f"; only here: {', '.join(old)}"
        yield line, not new


def main(arguments: Sequence[str]) -> int:
    """Compare every list."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    results = list(compared(Path(arguments[0])))
    for line, _ in results:
        print(line)
    return 0 if all(is_equal for _, is_equal in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
