"""An exemption is for one place, and says so when it is for none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click import unstyle
from hypothesis import example, given
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from manifest_lint import Report, UserError, build, check, upgrade, verify
from manifest_lint.config.settings import Exemption
from manifest_lint.document.document import Document
from manifest_lint.engine.exemptions import Exemptions, InFile, literal_part
from manifest_lint.finding import Finding, Place, Severity, json_pointer
from manifest_lint.reports import text as text_report
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.growth import grows_with_its_input

ROOT = Path("/root of all")
PLACE = Place(1, 1, 1, 1, 0, 0)
MISSPELT = with_changes(MANIFEST, icon=..., zzz=1, yyy=2, oauth={"scope": "x", "xxx": 3})
"""A manifest with M001 for a missing key, M003 and S015 for unknown ones."""
UNKNOWN = ["M003", "S015"]


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with two connectors."""
    (tmp_path / ".git").mkdir()
    for folder in ("one", "two/deep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "manifest.konnector").write_text(json.dumps(MISSPELT, indent=2))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(*entries: dict[str, Any], **settings: Any) -> None:
    """Write a configuration with these entries of per-file-ignores."""
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    for entry in entries:
        lines.append("[[per-file-ignores]]")
        for key, value in ({"reason": "x"} | entry).items():
            lines.append(f"{key} = {value if isinstance(value, date) else json.dumps(value)}")
    Path("manifest-lint.toml").write_text("\n".join(lines))


def reported(report: Report, *codes: str) -> list[tuple[str | int, ...]]:
    wanted = codes or UNKNOWN
    return [one.pointer for one in report.findings if one.code in wanted]


def test_other_mistakes_next_to_an_exempted_key_are_reported() -> None:
    configure({"code": UNKNOWN, "path": "one", "pointer": "/zzz"})
    report = check("one")
    assert sorted(reported(report)) == [("oauth", "xxx"), ("yyy",)]
    assert [one.finding.pointer for one in report.exempted] == [("zzz",)]


@pytest.mark.parametrize(
    ("pointer", "code", "gone"),
    [
        ("/zzz", "M003", [("zzz",)]),
        ("/yyy", "M003", [("yyy",)]),
        ("/oauth/xxx", "S015", [("oauth", "xxx")]),
        ("/*", "M003", [("zzz",), ("yyy",)]),
        ("/*/*", "S015", [("oauth", "xxx")]),
        ("/oauth/*", "S015", [("oauth", "xxx")]),
        ("/*/xxx", "S015", [("oauth", "xxx")]),
        ("/oauth", "S015", []),
        ("/*", "S015", []),
        ("/icon", "M001", [("icon",)]),
        ("/oauth", "M003", []),
        ("", "M003", []),
        ("/", "M003", []),
        ("/zz", "M003", []),
        ("/zzz/", "M003", []),
        ("/ZZZ", "M003", []),
        ("/zz*", "M003", []),
        ("/**", "M003", []),
    ],
)
def test_a_pointer_is_for_one_place(pointer: str, code: str, gone: list[tuple[str, ...]]) -> None:
    configure({"code": code, "path": "/one", "pointer": pointer})
    before = reported(check("one", isolated=True), code)
    report = check("one")
    assert reported(report, code) == [one for one in before if one not in gone]
    assert {one.finding.pointer for one in report.exempted} == set(gone)
    assert [one.pointer for one in report.needless] == ([] if gone else [pointer])


@pytest.mark.parametrize(
    ("key", "pointer"),
    [("a/b", "/a~1b"), ("a~b", "/a~0b"), ("~1", "/~01"), ("", "/"), ("a b", "/a b"), ("é", "/é")],
)
def test_a_pointer_is_read_as_in_rfc_6901(key: str, pointer: str) -> None:
    Path("one/manifest.konnector").write_text(json.dumps({**MANIFEST, "oauth": {key: 1}}))
    full = f"/oauth{pointer}"
    configure({"code": "S015", "path": "one", "pointer": full})
    assert [one.finding.pointer for one in check("one").exempted] == [("oauth", key)]


@pytest.mark.parametrize("pointer", ["foo", "~2", "/~2", "/a~", "/a~2b", "#/a", " /a", "/a\n~"])
def test_what_is_not_a_pointer_is_refused(pointer: str) -> None:
    configure({"code": "M003", "path": "one", "pointer": pointer})
    with pytest.raises(UserError, match=r'toml:5:11: "per-file-ignores\[0\].pointer" cannot be'):
        check("one")


@pytest.mark.parametrize("text", ['{"slug": "x",,}', "", "{\"slug\": 'x'}"])
def test_a_pointer_never_matches_what_is_not_json(text: str) -> None:
    Path("one/manifest.konnector").write_text(text)
    configure(
        {"code": "J", "path": "one", "pointer": ""}, {"code": "J", "path": "one", "pointer": "/*"}
    )
    report = check("one")
    assert report.exempted == ()
    assert report.findings
    configure({"code": "J", "path": "one"})
    assert check("one").findings == ()


def test_a_pointer_never_matches_an_example_in_a_readme() -> None:
    shown = json.dumps(with_changes(ACCOUNT_TYPE, _id=..., redirect_url="https://x.example"))
    command = f"curl -X PUT localhost:5984/secrets%2Fio-cozy-account_types/x -d '{shown}'"
    Path("one/README.md").write_text(f"```sh\n{command}\n```\n")
    at = {"code": "A001", "path": "one/README.md"}
    configure(*({**at, "pointer": pointer} for pointer in ("", "/*", "/redirect_url", "/*/*")))
    report = check("one", select=["A001"])
    assert [one.path for one in report.findings] == ["one/README.md"]
    assert len(report.needless) == 4
    configure(at)
    assert check("one", select=["A001"]).findings == ()


def test_several_codes_and_names_of_rules() -> None:
    configure({"code": ["unknown-key", "S01"], "path": "one/*"})
    with Path("manifest-lint.toml").open("a") as file:
        file.write('\n[severity]\nmissing-key = "note"\n')
    report = check("one")
    assert reported(report) == []
    assert {one.exemption.codes for one in report.exempted} == {("M003", "S01")}
    assert {one.severity for one in report.findings if one.code == "M001"} == {Severity.NOTE}
    configure(select=["unknown-key"], ignore=[])
    assert {one.code for one in check(".").findings} == {"M003"}
    configure()
    assert {one.code for one in check(".", select=["Unknown-Key"]).findings} == {"M003"}
    assert "M003" not in {one.code for one in check(".", ignore=["unknown-key"]).findings}


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"select": ["unknwn-key"]}, "1:11: unknwn-key: no rule has this name; did you mean unkno"),
        ({"select": ["a-b-c"]}, "1:11: a-b-c: no rule has this name; 'manifest-lint rules' lists"),
        ({"select": ["unknown-key"], "ignore": ["M003"]}, '"M003" is in both "select" and "ignor'),
        ({"select": ["unknown-key"], "ignore": ["M"]}, '"M" ignores "M003", which is in "select"'),
    ],
)
def test_a_name_of_no_rule_is_refused(settings: dict[str, Any], why: str) -> None:
    configure(**settings)
    with pytest.raises(UserError) as refusal:
        check(".")
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        (
            [{"code": ["M003", "unknown-key"], "path": "one"}],
            '1:1: "M003" is ignored in "one" twice; remove one',
        ),
        (
            [{"code": "M003", "path": "x", "pointer": "/a"}] * 2,
            '6:1: "M003" is ignored in "x#/a" twice; remove one',
        ),
        ([{"code": [], "path": "x"}], '3:8: "per-file-ignores[0].code" must not be empty'),
        ([{"code": ["M003", 1], "path": "x"}], '3:17: "per-file-ignores[0].code[1]" must be a str'),
        ([{"code": 1, "path": "x"}], '3:8: "per-file-ignores[0].code" must be a string in quotes'),
        ([{"code": ["M003", "Q"], "path": "x"}], "3:17: Q: no rule has a code that starts with it"),
        ([{"code": "M003", "path": "x", "pointer": 1}], '.pointer" must be a string in quotes, no'),
        ([{"code": "M003", "path": "x\\y"}], '.path" cannot be "x\\\\y"; separate names with "/"'),
    ],
)
def test_a_wrong_entry_is_refused_in_one_line(entries: list[dict[str, Any]], why: str) -> None:
    configure(*entries)
    with pytest.raises(UserError) as refusal:
        check(".")
    assert why in str(refusal.value)


def test_the_same_pattern_may_be_for_several_places() -> None:
    configure(*({"code": "M003", "path": "one", "pointer": f"/{key}"} for key in ("yyy", "zzz")))
    assert reported(check("one"), "M003") == []


def test_an_exempted_error_is_named_with_who_refuses_it() -> None:
    Path("one/manifest.konnector").write_text(
        json.dumps({**MANIFEST, "oauth": {"scope": ["a", "b"]}, "version": "1"})
    )
    configure({"code": ["S002", "M005"], "path": "one"}, {"code": "M", "path": "two"})
    lines = list(map(unstyle, text_report.render(check("."))))
    assert (
        'manifest-lint.toml:1: per-file-ignores: S002 and M005 in "one" exempts 2 errors, still'
        " refused by login and publish"
    ) in lines
    assert not any("toml:5: " in line for line in lines)


def test_of_two_entries_for_one_finding_the_first_one_that_is_valid_counts() -> None:
    old, new = date(2020, 1, 1), date(2030, 1, 1)
    configure(
        {"code": "M003", "path": "one", "pointer": "/zzz", "until": old},
        {"code": "M003", "path": "one", "pointer": "/*", "until": new},
        {"code": "M", "path": "**"},
    )
    report = check("one", today=date(2025, 1, 1))
    by = {one.finding.pointer: one.exemption.line for one in report.exempted}
    assert (by["zzz",], by["icon",]) == (7, 13)
    assert (report.expired, report.needless) == ((), ())
    late = check("one", today=date.max)
    assert {one.exemption.line for one in late.exempted} == {13}


def test_an_expired_entry_is_reported_with_its_place() -> None:
    configure({"code": "M003", "path": "one", "pointer": "/zzz", "until": date(2020, 1, 1)})
    report = check("one", today=date(2025, 1, 1))
    assert ("zzz",) in reported(report)
    assert [one.pointer for one in report.expired] == ["/zzz"]
    assert report.needless == ()
    assert (
        'manifest-lint.toml:1: per-file-ignores: M003 in "one#/zzz" expired on 2020-01-01;'
        " fix the findings or set a later date"
    ) in map(unstyle, text_report.render(report))


EVERYWHERE = {"code": "M003", "path": "**"}
NEEDLESS = {"code": "M010", "path": "one/manifest.konnector", "pointer": "/version"}


@pytest.mark.parametrize(
    ("entry", "paths", "more", "is_reported"),
    [
        (NEEDLESS, "one", {}, True),
        (NEEDLESS, ".", {}, True),
        (NEEDLESS, "one/manifest.konnector", {}, True),
        (NEEDLESS, "two", {}, False),  # its file was not read
        (NEEDLESS, ".", {"select": ["M003"]}, False),  # its rule did not run
        (NEEDLESS, ".", {"ignore": ["M01"]}, False),
        ({**NEEDLESS, "code": "M"}, ".", {"ignore": ["M01"]}, False),
        ({**NEEDLESS, "code": "K001"}, ".", {}, False),  # only builds run it
        ({**NEEDLESS, "code": "K"}, ".", {}, False),
        ({**NEEDLESS, "code": "U"}, ".", {}, False),
        ({**NEEDLESS, "path": "one"}, ".", {}, True),
        ({**NEEDLESS, "path": "one"}, "one", {}, False),  # there may be others of this name
        ({**NEEDLESS, "path": "/one"}, "one", {}, True),
        ({**NEEDLESS, "path": "/one"}, "one/manifest.konnector", {}, False),
        ({**NEEDLESS, "path": "one/*.konnector"}, "one/manifest.konnector", {}, False),
        ({**NEEDLESS, "path": "one/*.konnector"}, "one", {}, True),
        ({**NEEDLESS, "path": "**"}, "one", {}, False),
        ({**NEEDLESS, "path": "**"}, ".", {}, True),
        ({**NEEDLESS, "path": "manifest.konnector"}, "one", {}, False),
        ({**NEEDLESS, "path": "manifest.konnector"}, ".", {}, True),
        ({**NEEDLESS, "path": "deleted/manifest.konnector"}, "one", {}, False),
        ({**NEEDLESS, "path": "deleted/manifest.konnector"}, ".", {}, True),
        ({**NEEDLESS, "path": "one/build/manifest.konnector"}, ".", {}, False),  # not built yet
        ({**NEEDLESS, "path": ".hidden/manifest.konnector"}, ".", {}, False),
        ({**NEEDLESS, "path": "one/other.json"}, ".", {}, False),  # there, but not read
        ({**NEEDLESS, "code": "M003", "pointer": "/zz"}, "one", {}, True),
        (EVERYWHERE, "one", {}, False),
        ({**NEEDLESS, "code": "X002"}, ".", {}, True),
        ({**NEEDLESS, "code": "X002"}, "one", {}, False),  # others may be compared with it
        ({**NEEDLESS, "code": "X002"}, ("one", "two"), {}, False),
    ],
)
def test_an_entry_that_matches_nothing_is_reported_if_the_run_could_know(
    entry: dict[str, Any], paths: str | tuple[str, ...], more: dict[str, Any], is_reported: bool
) -> None:
    Path("one/other.json").write_text("{}")
    configure(entry)
    report = check(paths, **more)
    assert len(report.needless) == is_reported
    lines = [unstyle(line) for line in text_report.render(report)]
    shown = [line for line in lines if "matches no finding; correct or remove it" in line]
    assert len(shown) == is_reported


def test_of_several_codes_only_those_that_match_nothing_are_reported() -> None:
    configure({"code": ["M003", "M008"], "path": "one/*"})
    assert [one.codes for one in check("one").needless] == [("M008",)]


def test_an_entry_is_not_needless_if_a_part_could_not_be_read() -> None:
    configure({**NEEDLESS, "path": "**"})
    Path("two/deep/manifest.konnector").unlink()
    Path("two/deep/manifest.konnector").mkdir()
    report = check(".")
    assert report.needless == () or not report.refused


def test_with_changed_connectors_only_files_that_were_read_count() -> None:
    before = Path("before")
    before.mkdir()
    (before / "manifest.konnector").write_text(json.dumps({**MISSPELT, "version": "0.0.1"}))
    configure(NEEDLESS, {**NEEDLESS, "path": "**"}, {**NEEDLESS, "code": "U001"})
    report = check("one", against=before)
    assert [one.path for one in report.needless] == ["one/manifest.konnector"]


def test_an_upgrade_and_an_archive_know_what_they_looked_for() -> None:
    Path("one/build").mkdir()
    Path("one/build/manifest.konnector").write_text(json.dumps(MANIFEST))
    Path("one/build/index.js").touch()
    configure(
        {"code": "S001", "path": "one/manifest.konnector"},
        {"code": "S001", "path": "one/build/manifest.konnector"},
        {"code": "B001", "path": "one/build/manifest.konnector"},
        {"code": "R", "path": "one/manifest.konnector"},
        {"code": "U001", "path": "one/manifest.konnector"},
    )
    needless = upgrade("two/deep", "one").report.needless
    assert [one.codes for one in needless] == [("U001",)]
    for report in (build("one").report, verify("one/build").report):
        assert ("U001",) not in [one.codes for one in report.needless]


def test_windows_paths_match_patterns_with_slashes(monkeypatch: pytest.MonkeyPatch) -> None:
    import ntpath

    from manifest_lint.engine import exemptions

    class On:
        sep, path = "\\", ntpath

    monkeypatch.setattr(exemptions, "os", On)
    monkeypatch.setattr(ntpath, "abspath", lambda path: f"C:\\repo\\{path}")

    class Root(str):
        def __truediv__(self, name: str) -> str:
            return f"{self}\\{name}"

    assert exemptions.below_root("one\\manifest.konnector", Root("C:\\repo")) == (  # type: ignore[arg-type]
        "one/manifest.konnector"
    )


NAMES = st.sampled_from(["a", "b", "a.b", "é", "manifest.konnector"])
LITERALS = st.builds(
    lambda start, names, end: start + "/".join(names) + end,
    st.sampled_from(["", "/"]),
    st.lists(NAMES, min_size=1, max_size=3),
    st.sampled_from(["", "/"]),
)


def test_an_entry_is_compared_with_a_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    true = GitIgnoreSpec.match_file

    def match_file(self: GitIgnoreSpec, file: str, *more: Any, **named: Any) -> Any:
        compared.append(file)
        return true(self, file, *more, **named)

    many = {f"key{number}": number for number in range(50)}
    Path("one/manifest.konnector").write_text(json.dumps({**MANIFEST, **many}))
    paths = [f"{start}*/*.konnector" for start in "opqrstuvwxyz"]
    configure(*({"code": "M003", "path": path, "pointer": "/key7"} for path in paths))
    monkeypatch.setattr(GitIgnoreSpec, "match_file", match_file)
    report = check(["one", "two"])
    assert len(report.findings) > len(many)
    assert Counter(compared) == {
        "one/manifest.konnector": len(paths),
        "two/deep/manifest.konnector": len(paths),
    }


def test_findings_and_exemptions_are_matched_in_linear_time() -> None:
    def made(count: int) -> tuple[list[Exemption], list[Finding]]:
        pointers = [("a", number, "b") for number in range(count)]
        entries = [
            Exemption(("M003", "M00"), "one/x", ROOT, pointer=json_pointer(steps))
            for steps in pointers
        ]
        return entries, [finding(steps) for steps in pointers]

    document = Document("x", b"{}")

    def matched(given: tuple[list[Exemption], list[Finding]]) -> int:
        entries, findings = given
        in_file = Exemptions(entries).in_file(str(ROOT / "one/x"))
        return sum(len(in_file.matching(one, document)) for one in findings)

    assert matched(made(100)) == 200
    assert grows_with_its_input(made, matched, 4000)


def test_files_and_exemptions_without_wildcards_are_matched_in_linear_time() -> None:
    def made(count: int) -> list[Exemption]:
        return [Exemption(("M003",), f"c{number}/x", ROOT) for number in range(count)]

    def matched(entries: list[Exemption]) -> int:
        known = Exemptions(entries)
        paths = (str(ROOT / entry.path) for entry in entries)
        return sum(len(known.in_file(path).matching(finding(()), None)) for path in paths)

    assert matched(made(100)) == 100
    assert grows_with_its_input(made, matched, 4000)


@given(LITERALS, st.lists(NAMES, min_size=1, max_size=4).map("/".join))
@example("a/", "a")
@example("/a", "b/a")
@example("a/b", "b/a/b")
def test_patterns_without_wildcards_match_as_in_gitignore(pattern: str, path: str) -> None:
    entry = Exemption(("M003",), pattern, ROOT)
    wanted = GitIgnoreSpec.from_lines([pattern]).match_file(path)
    found = Exemptions([entry]).in_file(str(ROOT / path)).matching(finding(()), None)
    assert bool(found) is wanted


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("a", ""),
        ("a/", ""),
        ("*", ""),
        ("**", ""),
        ("/a", "a"),
        ("a/b", "a/b"),
        ("a/b/", "a/b"),
        ("a/**", "a"),
        ("a/b*/c", "a"),
        ("**/a", ""),
    ],
)
def test_the_folder_of_a_pattern(pattern: str, literal: str) -> None:
    assert literal_part(pattern) == literal


def finding(pointer: tuple[str | int, ...], code: str = "M003") -> Finding:
    return Finding(code, "x", Severity.ERROR, "x", PLACE, "x", "x", pointer=pointer)


STEPS = st.lists(st.sampled_from(["a", "b", "*", "0"]), max_size=3)


def matches(pattern: Sequence[str], pointer: Sequence[str | int]) -> bool:
    return len(pattern) == len(pointer) and all(
        one in ("*", str(step)) for one, step in zip(pattern, pointer, strict=True)
    )


@given(st.lists(STEPS, max_size=5), st.lists(st.sampled_from(["a", "b", "c", 0]), max_size=3))
def test_the_entries_at_a_pointer_are_those_whose_steps_match(
    patterns: list[list[str]], pointer: list[str | int]
) -> None:
    entries = [
        Exemption(("M0",), "x", ROOT, pointer="".join(f"/{step}" for step in steps), line=number)
        for number, steps in enumerate(patterns)
    ]
    found = InFile(entries).matching(finding(tuple(pointer)), Document("x", b"{}"))
    wanted = [number for number, steps in enumerate(patterns) if matches(steps, pointer)]
    assert [one.entry.line for one in found] == wanted
