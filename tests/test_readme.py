"""README.md and the pages are correct; for their commands see test_documented_commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from manifest_lint.finding import REFUSALS
from manifest_lint.reports.names import FORMATS
from tests.command import ROOT, run

DOCS = ROOT / "docs"


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_the_readme_can_be_read_in_five_minutes() -> None:
    prose = re.sub(r"```.*?```", "", text("README.md"), flags=re.DOTALL)
    assert len(prose.split()) < 5 * 200


def test_links_lead_to_files_of_the_repository() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "benchmarks/README.md"):
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize(
    ("page", "command"),
    [
        ("check", "check"),
        ("preview", "preview"),
        ("login", "login"),
        ("provision", "provision"),
        ("packaging", "build"),
    ],
)
def test_the_options_that_a_page_names_exist(page: str, command: str) -> None:
    others = {"build": ("verify",), "provision": ("check",)}.get(command, ())
    helps = "".join(run(name, "--help").stdout for name in (command, *others))
    for option in re.findall(r"`(--[a-z]+(?:-[a-z]+)*)", text(f"docs/{page}.md")):
        assert option in helps


def test_the_readme_explains_every_party_that_refuses() -> None:
    assert re.findall(r"^\| `(\w+)` \|", text("docs/check.md"), re.MULTILINE) == list(REFUSALS)


def test_the_page_on_reports_has_every_format() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", text("docs/reports.md"), re.MULTILINE)
    assert rows == list(FORMATS)


HOSTILE = (
    "The checked folder",
    "An archive",
    "A provider",
    "A database server",
    "A reader of reports, and who writes for one",
    "Another process",
)


def test_the_page_on_security_names_tests_that_exist() -> None:
    """Each attempt of each of who may be hostile has a test at least."""
    section = text("docs/security.md").partition("\n## Who may be hostile\n")[2]
    who = dict(one.split("\n", 1) for one in section.split("\n### ")[1:])
    assert tuple(who) == HOSTILE
    for lines in who.values():
        attempts = lines.split("\n- ")[1:]
        assert len(attempts) >= 4
        for attempt in attempts:
            named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", attempt)
            assert named, attempt
            for file, test in named:
                assert re.search(rf"^(?:async )?def {test}\(", text(file), re.MULTILINE), attempt


@pytest.mark.parametrize("page", ["python", "reports"])
def test_the_python_of_a_page_runs(page: str, tmp_path: Path) -> None:
    shown = r"(?<!-->\n)```python\n(.*?)```"  # a comment above a block may say where else it is run
    for code in re.findall(shown, text(f"docs/{page}.md"), re.DOTALL):
        code = code.replace('"my-connector"', '"fixtures/sunmeter"').replace(
            '"dump.json"', '"fixtures/sunmeter/account-types-def.json"'
        )
        code = code.replace(
            'build("fixtures/sunmeter")', f'build("fixtures/sunmeter", out={str(tmp_path)!r})'
        )
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
