"""The measurement of rules on a made-up corpus; `make wild-check` checks the committed page."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import Severity, check
from manifest_lint.rules.registry import all_rules
from tests import wild
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.corpus import Unusable
from tests.wild import Found, Reading
from tests.wild.__main__ import PAGE, excerpt, main, sampled, unread
from tests.wild.acted import Acted, Version, acted
from tests.wild.page import page

LOGIN = {
    "manifest": {"slug": "x", "oauth": {"scope": ["a", "b"]}},
    "account_type": with_changes(ACCOUNT_TYPE, grant_mode="refresh_token"),
    "domain": "alice.cozy.rocks",
    "expect": {},
}


def with_(*categories: str, **changes: Any) -> str:
    return json.dumps(with_changes(MANIFEST, categories=[*categories], **changes), indent=2)


def measured(
    folder: Path,
    heads: Iterable[str] = (with_("energy"),),
    history: Sequence[str] = (),
    logins: Iterable[Any] = (),
) -> wild.Wild:
    """Measure a corpus: a connector for each of `heads`, whose repositories have all `history`."""
    for number, text in enumerate(heads):
        connector = folder / "connectors" / f"name{number}"
        (connector / "src").mkdir(parents=True)
        (connector / "manifest.konnector").write_text(text)
        (connector / MANIFEST["icon"]).write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    rows = [
        {"id": f"id{number}", "text": text, "repo": f"some/name{number}", "commit": "c"}
        for number, text in enumerate(history)
    ]
    files = (folder / "manifests.jsonl", folder / "login.jsonl")
    for file, values in zip(files, (rows, logins), strict=True):
        file.write_text("".join(json.dumps(value) + "\n" for value in values))
    return wild.look(folder / "connectors", *files)


def test_connectors_manifests_and_logins_are_counted(tmp_path: Path) -> None:
    twice = with_("x", "y")
    found = measured(tmp_path, [twice, with_("energy")], [twice, with_("z")], [LOGIN])
    assert found.looked_at[0] == 2
    assert found.looked_at[2:] == (2, 1)
    assert found.rules["M008"].figures == (1, 2, 2, 0)
    assert found.rules["A002"].figures == (0, 0, 0, 1)
    assert found.rules["S002"].figures == (0, 0, 0, 1)


def test_logins_count_only_for_the_families_of_oauth(tmp_path: Path) -> None:
    found = measured(tmp_path, logins=[LOGIN])
    families = {code[0] for code, of_rule in found.rules.items() if of_rule.logins}
    assert families <= set(wild.OF_LOGINS)


def test_a_finding_is_drawn_once_for_each_repository(tmp_path: Path) -> None:
    moved = with_("energy", "x")
    found = measured(tmp_path, [with_("x"), with_("x")], [moved, moved])
    assert found.rules["M008"].figures == (2, 2, 2, 0)
    drawn = found.rules["M008"].sample()
    assert [(one.origin, one.where) for one in sorted(drawn, key=lambda one: one.origin)] == [
        ("some/name0", "at HEAD"),
        ("some/name1", "at HEAD"),
    ]


def found_in(tmp_path: Path, repos: int, each: int) -> list[Found]:
    texts = [with_(*(f"wrong-{repo}-{number}" for number in range(each))) for repo in range(repos)]
    return list(measured(tmp_path, history=texts).rules["M008"].found.values())


def test_a_sample_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    found = found_in(tmp_path, repos=3, each=9)
    sample = [one.id for one in wild.drawn(found)]
    assert len(sample) == wild.SAMPLE
    random.shuffle(found)
    assert [one.id for one in wild.drawn(found)] == sample


def test_a_sample_is_spread_over_what_is_found_and_repositories(tmp_path: Path) -> None:
    same = [with_("same")] * 3
    others = [
        with_("same", *(f"wrong-{repo}-{number}" for number in range(9))) for repo in range(5)
    ]
    sample = measured(tmp_path, history=same + others).rules["M008"].sample()
    whats = [one.what for one in sample]
    assert len(set(whats)) == len(whats) == wild.SAMPLE
    repos = {one.origin for one in sample}
    assert len(repos & {f"some/name{number}" for number in range(3, 8)}) == 5


def test_a_sample_is_spread_over_severities(tmp_path: Path) -> None:
    slugs = [with_("energy", slug=f"my-{number}", version="1.0.0") for number in range(20)]
    refused = with_("energy", slug="my slug")
    sample = measured(tmp_path, history=[*slugs, refused]).rules["M004"].sample()
    assert [one.finding.severity.label for one in sample] == ["error"] + ["note"] * 9


def test_logins_only_fill_a_sample(tmp_path: Path) -> None:
    real = with_("energy", oauth={"scope": ["a", "b"]})
    sample = measured(tmp_path, history=[real], logins=[LOGIN] * 20).rules["S002"].sample()
    assert len(sample) == wild.SAMPLE
    assert [one.is_login for one in sample] == [False] + [True] * (wild.SAMPLE - 1)


def test_what_was_read_stays_in_the_sample_and_the_rest_is_drawn(tmp_path: Path) -> None:
    same, other = with_("same"), with_("other")
    found = list(measured(tmp_path, history=[same] * 20 + [other]).rules["M008"].found.values())
    last = sorted(one.id for one in found if one.finding.message.startswith('"same"'))[-9:]
    sample = wild.drawn(found, {*last, "no longer"})
    assert {one.id for one in sample[:9]} == set(last)
    assert sample[9].finding.message.startswith('"other"')


def test_no_more_is_drawn_than_is_to_be_read(tmp_path: Path) -> None:
    found = found_in(tmp_path, repos=3, each=9)
    assert len(wild.drawn(found, {one.id for one in found})) == wild.SAMPLE


def test_an_id_stays_when_the_message_is_reworded(tmp_path: Path) -> None:
    [one] = found_in(tmp_path, repos=1, each=1)
    for change in ({"message": "other"}, {"why": "other"}, {"fix": None}):
        assert replace(one, finding=one.finding._replace(**change)).id == one.id


def test_an_id_changes_with_rule_pointer_severity_place_and_origin(tmp_path: Path) -> None:
    [one] = found_in(tmp_path, repos=1, each=1)
    others = [
        replace(one, finding=one.finding._replace(**change))
        for change in (
            {"code": "M009"},
            {"pointer": ("data_types", 0)},
            {"severity": Severity.NOTE},
            {"place": one.document.at(("name",))},
        )
    ]
    others += [replace(one, origin="other"), replace(one, nth=1)]
    assert len({other.id for other in (one, *others)}) == 1 + len(others)


def only_id(folder: Path, text: str, code: str) -> str:
    [one] = measured(folder, [text]).rules[code].sample()
    return one.id


@pytest.mark.parametrize(
    ("code", "text", "same", "another"),
    [
        ("M008", with_("x"), with_("energy", "x", name="Other"), with_("y")),
        (
            "M012",
            with_(fields={"a": {}}),
            with_(fields={"a": {"required": False}}),
            with_(fields={"b": {}}),
        ),
        ("J001", '{"a": 1,\n "b": 2,}', '{"c": 1,\n\n "b": 2,}', '{"a": 1,\n "b": 3,}'),
        (
            "S002",
            with_(oauth={"scope": ["a", "b"]}),
            json.dumps(with_changes(MANIFEST, oauth={"scope": ["a", "b"]}), indent=8),
            with_(oauth={"scope": ["a", "c"]}),
        ),
    ],
    ids=("index in a list", "missing key", "not JSON", "indentation"),
)
def test_an_id_depends_on_the_text_that_was_found(
    tmp_path: Path, code: str, text: str, same: str, another: str
) -> None:
    one = only_id(tmp_path / "one", text, code)
    assert one == only_id(tmp_path / "same", same, code)
    assert one != only_id(tmp_path / "another", another, code)


def test_findings_at_the_same_place_have_different_ids(tmp_path: Path) -> None:
    account_type = with_changes(ACCOUNT_TYPE, auth_endpoint="http://a.example/#b")
    login = {**LOGIN, "account_type": account_type}
    sample = measured(tmp_path, logins=[login]).rules["A004"].sample()
    assert len({one.finding.place for one in sample}) == 1
    assert sorted(one.nth for one in sample) == [0, 1]


def row(found: wild.Wild, readings: dict[str, Reading], code: str) -> list[str]:
    [line] = [line for line in page(found, readings) if line.startswith(f"| {code} |")]
    return [cell.strip() for cell in line.split("|")[1:-1]]


def test_the_page_derives_read_and_wrong_from_the_readings(tmp_path: Path) -> None:
    found = measured(tmp_path, [with_("a", "b", "c")])
    first, second, third = (one.id for one in found.rules["M008"].sample())
    assert row(found, {}, "M008")[7:] == ["3 not read", "", ""]
    some = Reading(frozenset((first, "no longer")), {}, "says | why")
    assert row(found, {"M008": some}, "M008")[7:9] == ["1, 2 not read", "0"]
    every = Reading(frozenset((first, second, third)), {second: "is none"})
    assert row(found, {"M008": every}, "M008")[7:] == ["3", "1", ""]


def test_the_page_has_a_row_for_every_rule(tmp_path: Path) -> None:
    lines = list(page(measured(tmp_path), {}))
    rows = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert rows == ["rule", *(rule.code for rule in all_rules())]


def test_the_page_names_rules_that_report_on_too_many_connectors(tmp_path: Path) -> None:
    heads = [with_("x", oauth=...)] + [with_("energy", oauth=...)] * 4
    sums = "rules with findings, notes included, in more than a fifth of the connectors:"
    assert f"- {sums} none." in page(measured(tmp_path / "one", heads), {})
    heads[1] = with_("x", oauth=...)
    found = measured(tmp_path / "two", heads)
    found.acted = {"M008": Acted(7, 5)}
    assert f"- {sums} M008 (acted on: 5 of 7)." in page(found, {})
    assert row(found, {}, "M008")[5] == "5 of 7"


def test_the_page_has_the_median_of_a_connector(tmp_path: Path) -> None:
    lists = (("x", "y", "z"), ("x", "y"), ("energy",))
    found = measured(tmp_path, [with_(*one, oauth=...) for one in lists])
    assert sorted(found.each) == [0, 2, 3]
    said = "5 findings in the connectors as they are today; the median of a connector is 2"
    assert f"- {said};" in page(found, {})


MISSPELT, NOT_JSON = with_("enrgy"), "{"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([MISSPELT], Acted(1, 0)),
        ([MISSPELT, MISSPELT], Acted(1, 0)),
        ([MISSPELT, with_("energy")], Acted(1, 1)),
        ([MISSPELT, with_("energy", "enrgy"), with_("energy")], Acted(1, 1)),
        ([MISSPELT, with_("energy"), MISSPELT], Acted(1, 0)),
        ([MISSPELT, NOT_JSON, with_("energy")], Acted(1, 1)),
        ([MISSPELT, NOT_JSON], Acted(1, 0)),
        ([MISSPELT, json.dumps(with_changes(MANIFEST, categories=...))], Acted(1, 0)),
        ([with_("energy"), MISSPELT], Acted(1, 0)),
    ],
)
def test_it_is_counted_how_often_authors_acted(texts: list[str], expected: Acted) -> None:
    versions = []
    for text in texts:
        report = check(stdin=(None, text.encode()), select=["M008"])
        [document] = report.documents.values()
        versions.append(Version(None if document.error else document.value, report.findings))
    assert acted([versions]) == {"M008": expected}
    assert acted([versions, versions])["M008"] == Acted(2, 2 * expected.gone)


def test_an_excerpt_shows_the_place_and_the_message(tmp_path: Path) -> None:
    [one] = measured(tmp_path, [with_("x")]).rules["M008"].sample()
    lines = list(excerpt(one, Reading(frozenset((one.id,)), {one.id: "is none"}), 1))
    assert lines[0] == f"== {one.id} name0 at HEAD (wrong: is none)"
    [marked] = [line for line in lines if line.startswith("   >")]
    assert marked.endswith('"x"')


def test_samples_are_shown_by_code_or_family(tmp_path: Path) -> None:
    found = measured(tmp_path, [with_("x", "y", name=None, slug="X")])
    assert [one.finding.code for one in sampled(found, {}, "M008")] == ["M008"] * 2
    assert {one.finding.code for one in sampled(found, {}, "M")} >= {"M004", "M008"}
    assert not list(sampled(found, {}, "P001"))


def test_unread_findings_are_listed(tmp_path: Path) -> None:
    found = measured(tmp_path, [with_("x")])
    [one] = found.rules["M008"].sample()
    assert f"M008: {one.id}" in unread(found, {})
    assert f"M008: {one.id}" not in unread(found, {"M008": Reading(frozenset((one.id,)))})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[Z999]", "no rule has the code Z999"),
        ('[M008]\nred = ["a"]', "M008: give `read`, `wrong` and `remark`"),
        ('[M008]\nread = ["a"]\n[M008.wrong]\nb = "is none"', "not among those read: b"),
        ("[M008", "cannot be read"),
    ],
)
def test_an_impossible_reading_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "readings.toml"
    file.write_text(text)
    with pytest.raises(Unusable, match=said):
        wild.read_readings(file)


def test_missing_files_are_reported(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="is not a folder of connectors"):
        wild.look(tmp_path / "none")
    with pytest.raises(Unusable, match=r"login\.jsonl:1: a login needs"):
        measured(tmp_path, logins=[{"manifest": {}}])


@pytest.mark.parametrize("old", [None, "# Another page"])
def test_an_outdated_page_fails_the_check_until_it_is_written(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    old: str | None,
) -> None:
    committed = tmp_path / "page.md"
    if old is not None:
        committed.write_text(old)
    found = measured(tmp_path, [with_("x")])
    for name, value in (("PAGE", committed), ("look", lambda: found), ("is_here", lambda: True)):
        monkeypatch.setattr(f"tests.wild.__main__.{name}", value)
    assert main(["--check"]) == 1
    assert capsys.readouterr() == ("", "page.md: out of date; run `make wild`\n")
    assert main([]) == main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_without_the_corpus_the_check_reports_it_and_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.wild.__main__.is_here", lambda: False)
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == f"{PAGE.name}: not checked, because ../shared is not here\n"
    assert main(["--sample", "S002"]) == 2
    assert capsys.readouterr().err == "needs ../shared, which is not here\n"
