"""What is shown of many connectors, which are checked in parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from manifest_lint.api import connectors, many
from manifest_lint.cli.main import cli
from manifest_lint.document.document import Document
from manifest_lint.project.workspace import Workspace
from manifest_lint.rules import registry
from manifest_lint.rules.base import NOTE, RULES, Edit, Finding, Fix, rule
from manifest_lint.text.wording import quoted
from tests.canary.builds import TO_FILES


def by_checking_many(folder: Path, _: Mapping[str, str]) -> str:
    """Return what a check in parts prints and writes, one connector in each.

    They are those of the row "excerpts", whose secrets other parts quote. Rules of a plugin run
    too: ours quote less. Processes would only make it slower: they show nothing themselves.
    """
    shown = []
    with pytest.MonkeyPatch.context() as patch, _house_rules():
        patch.chdir(folder)
        for module, name, number in (
            (connectors, "_FEWEST_IN_PARTS", 2),
            (many, "MANY", 2),
            (many, "_LARGEST_PART", 1),
        ):
            patch.setattr(module, name, number)
        for more, code in ((TO_FILES, 1), (["--write-baseline"], 0)):
            arguments = ["check", ".excerpts", "--jobs", "1", *more]
            done = CliRunner().invoke(cli, arguments, standalone_mode=False)
            assert (done.return_value, done.exception) == (code, None), done.output
            shown.append(done.output)
    files = [folder / option.split("=")[2] for option in TO_FILES]
    files.append(folder / connectors.BASELINE)
    return "\n".join([*shown, *(file.read_text("utf-8") for file in files)])


@contextmanager
def _house_rules() -> Iterator[None]:
    """Add the rules of a plugin that quote what no rule should."""
    kept = (registry.all_rules, registry.rules_on, registry._load_plugins)
    try:
        rule("HOUSE001", "passwords", on="workspace", severity=NOTE)(_passwords)
        rule("HOUSE002", "broken-files", on="text", severity=NOTE, fix="unsafe")(_broken)
        for one in kept:
            one.cache_clear()
        yield
    finally:
        for code in ("HOUSE001", "HOUSE002"):
            RULES.pop(code, None)
        for one in kept:
            one.cache_clear()


def _passwords(workspace: Workspace) -> Iterator[Finding]:
    for connector in workspace.connectors:
        fields = connector.value.get("fields")
        if isinstance(fields, dict) and isinstance(word := fields.get("password"), str):
            said, at = f"the password is {quoted(word)}", ("fields", "password")
            yield Finding(said, at, document=connector.manifest, why=said)


def _broken(document: Document) -> Iterator[Finding]:
    if document.error and document.confidential:
        edit = Edit(document.text, span=(0, len(document.text)))
        yield Finding("it is broken", fix=Fix("write it again", edits=(edit,)))
