"""Suppressed findings are counted and not shown, until their suppression expires."""

from __future__ import annotations

import json
import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click import unstyle

from manifest_lint import Report, UserError, build, check
from manifest_lint.reports import json as json_report
from manifest_lint.reports import text as text_report
from manifest_lint.reports.sentences import summary
from tests.command import run
from tests.connectors import MANIFEST, codes, with_changes

ACCOUNT = {"account": {"type": "io.cozy.accounts"}}
FAULTY = json.dumps(with_changes(MANIFEST, categories=["other"], zzz=1, icon=...), indent=2)
"""A manifest with findings of M001, M003 and M008."""

DAY = date(2030, 12, 31)


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: two connectors, with findings that the configuration exempts in part."""
    (tmp_path / ".git").mkdir()
    for folder in ("one", "two/deep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "manifest.konnector").write_text(FAULTY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def exempt(*entries: tuple[str, str] | tuple[str, str, date], select: str = "M") -> None:
    """Write a configuration that exempts these codes in these paths, some until a day."""
    lines = [f'select = ["{select}"]']
    for code, path, *until in entries:
        lines += ["[[per-file-ignores]]", f'code = "{code}"', f'path = "{path}"', 'reason = "x"']
        lines += [f"until = {day}" for day in until]
    Path("manifest-lint.toml").write_text("\n".join(lines))


def left(report: Report) -> list[tuple[str, str]]:
    """Return folder and code of every finding that is reported."""
    return sorted((Path(f.path).parts[-2], f.code) for f in report.findings)


ALL = [(folder, code) for folder in ("deep", "one") for code in ("M001", "M003", "M008")]


@pytest.mark.parametrize(
    ("code", "path", "gone"),
    [
        ("M003", "one/**", [("one", "M003")]),
        ("M003", "one/", [("one", "M003")]),
        ("M003", "one", [("one", "M003")]),
        ("M003", "/one/manifest.konnector", [("one", "M003")]),
        ("M003", "*/manifest.konnector", [("one", "M003")]),
        ("M003", "**/manifest.konnector", [("one", "M003"), ("deep", "M003")]),
        ("M003", "manifest.konnector", [("one", "M003"), ("deep", "M003")]),
        ("M003", "*.konnector", [("one", "M003"), ("deep", "M003")]),
        ("M003", "tw?/**", [("deep", "M003")]),
        ("M003", "two/deep", [("deep", "M003")]),
        ("M003", "/deep", []),
        ("M003", "on", []),
        ("M00", "one", [("one", "M001"), ("one", "M003"), ("one", "M008")]),
        ("M", "**", ALL),
        ("S", "**", []),
    ],
)
def test_an_entry_matches_codes_by_prefix_and_paths_as_in_gitignore(
    code: str, path: str, gone: list[tuple[str, str]]
) -> None:
    exempt((code, path))
    report = check(".")
    assert left(report) == sorted(set(ALL) - set(gone))
    assert report.suppressed == len(gone)


@pytest.mark.parametrize("named", ["one", "./one/manifest.konnector", "two/../one"])
def test_a_path_is_relative_to_the_folder_of_the_configuration(named: str, root: Path) -> None:
    exempt(("M", "one/**"))
    assert left(check(named)) == []
    assert left(check(root / named)) == []
    os.chdir("two")
    assert left(check(f"../{named}")) == []


def test_a_file_outside_that_folder_is_never_exempted(root: Path) -> None:
    (root / "conf").mkdir()
    exempt(("M", "**"))
    Path("manifest-lint.toml").rename("conf/x.toml")
    assert left(check("one", config="conf/x.toml")) == ALL[3:]
    (root / "onesuch").mkdir()
    Path("conf/x.toml").rename("one/manifest-lint.toml")
    (root / "onesuch/manifest.konnector").write_text(FAULTY)
    assert len(check("onesuch", config="one/manifest-lint.toml").findings) == 3


def test_each_file_has_the_exemptions_of_its_own_configuration() -> None:
    exempt(("M003", "**"))
    Path("manifest-lint.toml").rename("two/manifest-lint.toml")
    assert ("one", "M003") in left(check("."))
    assert ("deep", "M003") not in left(check("."))


@pytest.mark.parametrize(
    ("today", "holds"),
    [
        (None, True),
        (date(2000, 1, 1), True),
        (DAY, True),
        (DAY + timedelta(days=1), False),
        (date.max, False),
    ],
)
def test_an_entry_is_valid_until_the_end_of_its_last_day(today: date | None, holds: bool) -> None:
    exempt(("M003", "one", DAY))
    report = check("one", today=today)
    assert ("M003" not in codes(report.findings)) is holds
    assert (report.suppressed, len(report.expired)) == ((1, 0) if holds else (0, 1))


def test_the_report_names_an_expired_entry_that_matches_a_finding() -> None:
    exempt(("M003", "one", DAY), ("M008", "two", DAY))
    report = check("one", today=date.max)
    *_, expired, last, _ = map(unstyle, text_report.render(report))
    assert expired == (
        'manifest-lint.toml:2: per-file-ignores: M003 in "one" expired on 2030-12-31;'
        " fix the findings or set a later date"
    )
    assert "suppressed" not in last


def test_a_second_entry_that_is_still_valid_suffices() -> None:
    exempt(("M003", "one", DAY), ("M", "one"))
    report = check("one", today=date.max)
    assert (report.findings, report.suppressed, report.expired) == ((), 3, ())


def test_the_report_keeps_what_is_exempted_and_by_which_entry() -> None:
    exempt(("M008", "two"), ("M003", "one", DAY), ("M0", "one"))
    report = check("one")
    assert [one.finding.code for one in report.exempted] == ["M001", "M008", "M003"]
    by = {one.finding.code: one.exemption for one in report.exempted}
    assert (by["M003"].codes, by["M003"].reason, by["M003"].until) == (("M003",), "x", DAY)
    assert (by["M003"].file, by["M003"].line, by["M003"].path) == ("manifest-lint.toml", 6, "one")
    assert (by["M001"].line, by["M001"].until, by["M001"].pointer) == (11, None, None)


def test_suppressed_findings_are_counted_in_every_report() -> None:
    exempt(("M003", "**"))
    report = check(".")
    assert re.fullmatch(
        r"Found .* in 2 manifests and 0 account types, 2 exempted\.", unstyle(summary(report))
    )
    assert json_report.render(report)["summary"]["suppressed"] == 2
    exempt(("M", "**"))
    assert (
        unstyle(summary(check(".")))
        == "No findings in 2 manifests and 0 account types, 6 exempted."
    )


def test_suppressed_findings_do_not_fail_a_run() -> None:
    exempt(("M003", "one"), ("M0", "two"), select="M003")
    assert run("check", "--fail-on", "note", cwd=Path.cwd()).returncode == 0
    exempt(("M003", "one"), select="M003")
    assert run("check", "--fail-on", "note", cwd=Path.cwd()).returncode == 1


def test_the_command_line_uses_todays_date() -> None:
    exempt(("M003", "one", date(2020, 1, 1)), select="M003")
    assert "expired on 2020-01-01" in run("check", "one", cwd=Path.cwd()).stdout
    exempt(("M003", "one", date(9999, 12, 31)), select="M003")
    assert "1 exempted" in run("check", "one", cwd=Path.cwd()).stdout


def built(folder: str) -> None:
    """Make a connector with an error in its sources and in its built folder."""
    text = json.dumps(
        with_changes(MANIFEST, icon=..., permissions={"x": {"type": "io.cozy.A"}, **ACCOUNT})
    )
    for place in (Path(folder), Path(folder, "build")):
        place.mkdir(exist_ok=True)
        (place / "manifest.konnector").write_text(text)
        (place / "index.js").touch()


@pytest.mark.parametrize("path", ["one/manifest.konnector", "one", "manifest.konnector"])
def test_a_build_accepts_findings_exempted_in_the_sources(path: str) -> None:
    built("one")
    exempt(select="P")
    assert build("one").archive is None
    exempt(("P001", path, DAY), select="P")
    assert build("one").archive
    assert build("one", today=date.max).archive is None


def test_a_build_uses_the_settings_of_the_built_folder() -> None:
    built("one")
    sound = with_changes(MANIFEST, icon=..., permissions=ACCOUNT)
    Path("one/manifest.konnector").write_text(json.dumps(sound))
    exempt(("P001", "one/manifest.konnector"), select="P")
    assert build("one").archive is None
    exempt(("P001", "one/build"), select="P")
    assert build("one").archive


def test_standard_input_is_exempted_by_the_given_name() -> None:
    exempt(("M", "three/**"))
    assert check(stdin=("three/manifest.konnector", FAULTY.encode())).findings == ()


def test_an_unknown_rule_code_is_refused() -> None:
    exempt(("Z", "**"))
    with pytest.raises(UserError, match=r"manifest-lint.toml:3:8: Z: no rule has a code"):
        check(".")
