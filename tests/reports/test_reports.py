"""The reports: how they show findings, and what they never show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from manifest_lint import build, check
from manifest_lint.document import schema
from manifest_lint.finding import Severity
from manifest_lint.reports import json as json_report
from manifest_lint.reports import text as text_report
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.sentences import summary
from manifest_lint.text.logged_json import dumps
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, FIXTURES, MANIFEST, SUNMETER, with_changes

VALIDATOR = Draft7Validator(schema.load("report"))


def shown(text: str, name: str | None = None, **options: Any) -> str:
    """Check a manifest and return its text report, without colours."""
    report = check(stdin=(name, text.encode("utf-8", "surrogatepass")))
    return unstyle("\n".join(text_report.render(report, **options)))


def test_a_finding_is_shown_with_its_underlined_place_reason_and_fix() -> None:
    lines = shown('{"type": "node"}').splitlines()
    start = next(n for n, line in enumerate(lines) if "M006" in line)
    assert lines[start : start + 6] == [
        '<stdin>:1:10: M006 `type` must be "konnector", not "node" [warning]',
        '  1 | {"type": "node"}',
        "    |          ^^^^^^",
        "  why: The stack ignores it, but apps recognise connectors by their type.",
        '  fix: write "konnector"',
        "",
    ]


def test_the_reason_is_shown_once() -> None:
    text = json.dumps(with_changes(MANIFEST, categories=["other", "bankin"]))
    assert shown(text).count("why:") == 1


def test_the_summary_counts_in_one_line() -> None:
    assert shown(json.dumps(MANIFEST)) == "No findings in 1 manifest."
    report = check([FIXTURES / "faulty"])
    last = unstyle(summary(report))
    assert last == "Found 8 errors, 3 warnings, 2 notes in 1 manifest and 1 account type."


def test_quiet_is_one_line_per_finding() -> None:
    report = check([FIXTURES])
    lines = list(text_report.render(report, quiet=True))
    assert len(lines) == len(report.findings)


def test_statistics_count_by_rule() -> None:
    report = check([FIXTURES / "broken-json"])
    lines = list(text_report.render(report, quiet=True, statistics=True))
    assert unstyle(lines[-2]).split() == ["6", "J001", "invalid-json"]


@pytest.mark.parametrize(
    ("line", "underlined"),
    [
        ('{"éé": 1, "type": "node"}', '"node"'),
        ('{"日本": 1, "type": "node"}', '"node"'),
        ('{\t"type": "node"}', '"node"'),
        ('{"x": "' + "y" * 500 + '", "type": "node"}', '"node"'),
        ('{"type": "node", "x": "' + "y" * 500 + '"}', '"node"'),
    ],
)
def test_the_underline_is_below_the_place(line: str, underlined: str) -> None:
    lines = shown(line, width=80).splitlines()
    start = next(n for n, text in enumerate(lines) if "M006" in text)
    source, carets = lines[start + 1 : start + 3]
    assert len(source) <= 80
    before = source[: source.index(underlined)]
    assert text_report._cells(before) == carets.index("^")
    assert carets.count("^") == len(underlined)


def test_no_control_character_reaches_the_terminal() -> None:
    text = json.dumps({"slug": "\x1b[31m\u202e\x07", "\x1b]0;x\x07": 1}, ensure_ascii=False)
    output = shown(text.replace("\\u001b", "\x1b").replace("\\u0007", "\x07"), name="\x1b.json")
    assert all(char.isprintable() or char == "\n" for char in output)


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_of_a_manifest_is_a_command_to_the_ci_that_logs_it(
    form: str, tmp_path: Path
) -> None:
    # GitHub obeys `##[` anywhere in a line and `::` first in one; Azure `##vso[`.
    folder = tmp_path / "::stop-commands::x"
    folder.mkdir()
    manifest = {"type": "##[stop-commands]x", "##vso[task.prependpath]/tmp": 1, "##Vso[x]": 1}
    (folder / "manifest.konnector").write_text(json.dumps(manifest))
    done = run("check", folder.name, "--format", form, cwd=tmp_path)
    assert "vso[task.prependpath]" in done.stdout
    for line in (done.stdout + done.stderr).splitlines():
        assert not re.search(r"##\w*\[", line)
        assert not line.lstrip().startswith("::stop-commands")


@given(st.text("#[av"))
def test_json_without_commands_to_ci_has_the_same_value(text: str) -> None:
    written = dumps({text: text})
    assert json.loads(written) == {text: text}
    assert "##" not in written


@given(st.text(max_size=200))
def test_every_report_can_be_written_for_any_manifest(text: str) -> None:
    report = check(stdin=("manifest.konnector", text.encode("utf-8", "surrogatepass")))
    rendered = json_report.render(report, Severity.ERROR)
    VALIDATOR.validate(rendered)
    json.dumps(rendered).encode()
    for line in text_report.render(report):
        line.encode()


@pytest.mark.parametrize("path", [FIXTURES, FIXTURES / "faulty", SUNMETER])
def test_the_json_report_follows_its_schema(path: Path) -> None:
    done = run("check", path, "--format", "json")
    report = json.loads(done.stdout)
    VALIDATOR.validate(report)
    assert report["verdict"] == ("fail" if done.returncode else "pass")


def test_the_report_of_a_build_follows_the_same_schema(tmp_path: Path) -> None:
    build(SUNMETER, out=tmp_path)
    report = json.loads((tmp_path / "sunmeter-1.2.0.report.json").read_text("utf-8"))
    VALIDATOR.validate(report)
    assert report["bundle"]["files"][0]["path"] == "manifest.konnector"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": ..., "redirect_url": "https://x"},
        {"grant_mode": "x", "secret": {"a": ["S3CRET"]}},
        {"extras": {"Client_Secret": "S3CRET", "n": 1}},
        {"client_secret": ["S3CRET"]},
        {"client_id": 1, "fcm_credentials": {"key": "S3CRET"}},
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_is_ever_shown(
    tmp_path: Path, changes: dict[str, Any], indent: int | None, form: str
) -> None:
    file = tmp_path / "account-types-def.json"
    file.write_text(json.dumps(with_changes(ACCOUNT_TYPE, **changes), indent=indent))
    done = run("check", file, "--format", form)
    assert done.returncode == 1
    assert "S3CRET" not in done.stdout + done.stderr


SECRET = "S3CRETS3CRET"
KEYS = ["client_secret", "clientSecret", "app_secret", "token", "api_key", "éclient_secret", "zz"]
BREAKS: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text[:-1] + ",}",
    lambda text: text.replace('"', "'"),
    lambda text: text.replace(f'"{SECRET}"', SECRET),
    lambda text: text[: text.index(SECRET) + len(SECRET)],
    lambda text: "// " + text,
]


@pytest.mark.parametrize("broken", range(len(BREAKS)))
@pytest.mark.parametrize("name", ["account_types.json", "google.json", "dump.txt", "x.bak", None])
@pytest.mark.parametrize("key", KEYS)
def test_no_secret_is_shown_whatever_its_key_its_file_and_its_faults(
    tmp_path: Path, key: str, name: str | None, broken: int
) -> None:
    document = {**ACCOUNT_TYPE, "client_secret": SECRET, "grant_mode": "x", key: SECRET}
    document["extras"] = {key: SECRET}
    document["redirect_uri"] = f"http://u:{SECRET}@h/x?k={SECRET}"
    text = BREAKS[broken](json.dumps(document, ensure_ascii=False))
    if name:
        (tmp_path / name).write_text(text, "utf-8")
        report = check([tmp_path / name])
    else:
        report = check(stdin=(None, text.encode()))
    assert report.findings
    shown_to_people = "\n".join(text_report.render(report))
    assert SECRET not in shown_to_people
    assert SECRET not in json.dumps(json_report.render(report, None))


def test_a_field_named_password_hides_nothing_of_a_manifest() -> None:
    fields = {"password": {"type": "password"}, "access_token": {"type": "hidden"}}
    text = json.dumps(with_changes(MANIFEST, fields=fields, type="node"), indent=2)
    assert '"type": "node"' in shown(text)
    assert '"type": "password" x' in shown(text.replace('"password"\n', '"password" x\n'))


@pytest.mark.parametrize("indent", [None, 2])
def test_a_secret_in_a_manifest_is_not_shown(indent: int | None) -> None:
    changes = {"type": "node", "parameters": {"client_secret": SECRET}}
    text = json.dumps(with_changes(MANIFEST, **changes), indent=indent)
    assert SECRET not in shown(text)
    assert SECRET not in shown(text[:-1] + ",}")
