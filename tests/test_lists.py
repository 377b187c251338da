"""The script that compares our lists with their sources."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from manifest_lint.cozy.list_sources import SOURCES
from tests import lists

README = """\
##### Properties meaning (reference)

Field | Description
------|-----
`frequency`  | A value between `monthly`, `weekly`, indicating the interval. Default: `weekly`.

 - **2FA**: a second factor
 - **BILLS**: bills

Categories are slugs from the following list:

* `banking`
* `new_one`

Data types are slugs from the following list:

* `bill`

### Next
* `not_one`
"""


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("categories", README, {"banking", "new_one", "others"}),
        ("data_types", README, {"bill"}),
        ("frequency", README, {"monthly", "weekly"}),
        ("manifest_keys", README, {"frequency"}),
        ("features", README, {"2FA", "BILLS"}),
        ("qualification_labels", json.dumps({"qualifications": [{"label": "a"}]}), {"a"}),
        (
            "doctypes",
            "## `io.cozy.bills`\nsee io.cozy.bank.md, `io.cozy.files`. io.cozy.timeseries.*",
            {"io.cozy.bills", "io.cozy.files"},
        ),
        ("field_labels", "export const predefinedLabels = [\n  'a',\n  'b' // x\n]", {"a", "b"}),
        ("translated_fields", '{"fields": {"a": {}}, "legacy": {"fields": {"b": {}}}}', {"a", "b"}),
        ("login_fields", "const legacyLoginFields = ['login']", {"login"}),
    ],
)
def test_a_list_is_found_in_its_source(name: str, text: str, found: set[str]) -> None:
    assert lists.READ[name](text) == found


def test_every_list_has_a_source_and_a_reader() -> None:
    assert set(lists.OURS) == set(SOURCES) == {*lists.READ, "forbidden_doctypes"}


def clone(folder: Path, files: dict[str, str]) -> None:
    """Write a repository with these files in its only commit."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    person = ["-c", "user.name=x", "-c", "user.email=x@x.example"]
    for command in (["init", "-q"], ["add", "."], [*person, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)


def test_what_differs_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clone(tmp_path / "cozy-apps-registry", {"README.md": README})
    clone(
        tmp_path / "cozy+cozy-stack" / "repo",
        {
            "model/permission/doctype.go": "var blockList = {\n\tconsts.Bees: none,\n}\nx",
            "pkg/consts/doctype.go": 'Bees = "io.cozy.bees"',
        },
    )
    assert lists.main([str(tmp_path)]) == 1
    printed = capsys.readouterr().out
    assert "categories: 24 as of 2026-06-29, 3 on " in printed
    assert "; new there: new_one; only here: clouds, " in printed
    assert "; new there: io.cozy.bees; only here: " in printed
    assert f"doctypes: no clone of cozy/cozy-doctypes in {tmp_path}" in printed


def test_it_needs_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert lists.main([]) == 2
    assert "python -m tests.lists FOLDER" in capsys.readouterr().err
