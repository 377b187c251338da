"""SARIF as GitHub's code scanning reads it: fingerprints, rules, related places, suppressions."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Report, check, verify
from manifest_lint.config.settings import Exemption
from manifest_lint.engine.report import Entry, Exempted
from manifest_lint.finding import Place
from manifest_lint.reports import sarif
from manifest_lint.reports.columns import Columns
from manifest_lint.reports.line_hash import line_hashes
from manifest_lint.reports.made import Made
from manifest_lint.reports.outcome import Outcome
from manifest_lint.reports.sarif_result import message
from tests.connectors import ACCOUNT_TYPE, FIXTURES, MANIFEST, with_changes
from tests.reports.exempted import BASELINED, BY, EXEMPTED, REASON, REPORTED, exempted_tree

PUBLIC = Made(address="https://git.example.org/cozy/manifest-lint")


def run_of(report: Report, **more: Any) -> dict[str, Any]:
    [run] = sarif.log(Outcome(report, **more))["runs"]
    return dict(run)


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        ("{}\n", ["eed7ec369518eb95:1", "c129715d7a2bc9a3:1"]),
        (
            '{\n  "slug": "sunmeter",\r\n\t"\u00e9": "\U0001f600"\r}\n',
            [
                "acba836dadd8d4c7:1",
                "d2884a3e076833ee:1",
                "881e8145c361ec8:1",
                "32dce9ccfdbc9d3e:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
        (" \t\n x \t\n x", ["518f2e6db9eef417:1", "d1918fd5e068b4e9:1", "638816509450efbf:1"]),
        ("\ufeff{}", ["7e8a812a14c057f6:1"]),
        (
            '"key": "value",\n' * 9,
            [
                "a2a4924c498265f0:1",
                "a2a4924c498265f0:2",
                "a2a4924c498265f0:3",
                "18c61dd321a568df:1",
                "df0d617db88ec989:1",
                "3ec0d325742065eb:1",
                "11cff211de305fa5:1",
                "cc5fc1b3990047d7:1",
                "eaf9148b3c072921:1",
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_a_line_has_the_fingerprint_that_github_computes(text: str, hashes: list[str]) -> None:
    """What src/fingerprints.ts of github/codeql-action printed for these texts, on Node 20."""
    assert line_hashes(text.encode()) == hashes


@given(st.text(alphabet="ab \t\n\r{\u00e9\U0001f600", max_size=80), st.binary(max_size=80))
def test_every_line_has_one_fingerprint_and_blanks_do_not_count(text: str, data: bytes) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    hashes = line_hashes(text.encode())
    assert len(hashes) == len(set(hashes)) == len(lines)
    assert line_hashes("\n".join(f" {line}\t" for line in lines).encode()) == hashes
    assert line_hashes(data)


@given(st.lists(st.text(alphabet="ab\u00e9\u20ac\U0001f600", max_size=9), min_size=1), st.data())
def test_columns_count_the_units_of_an_encoding(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    number = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.integers(0, len(lines[number])))
    offset = len("\n".join([*lines[:number], ""])) + column
    place = Place(number + 1, column + 1, number + 1, column + 1, offset, offset)
    before = lines[number][:column]
    units, count = Columns(text, "utf-16-le"), Columns(text, "utf-8")
    assert units.start(place) == units.end(place) == len(before.encode("utf-16-le")) // 2 + 1
    assert count.start(place) == count.end(place) == len(before.encode()) + 1


def test_each_result_has_githubs_fingerprint_of_its_line() -> None:
    report = check([FIXTURES / "faulty"])
    found = run_of(report)["results"]
    for finding, result in zip(report.findings, found, strict=True):
        hashes = line_hashes(Path(finding.path).read_bytes())
        prints = result["partialFingerprints"]
        assert prints["primaryLocationLineHash"] == hashes[finding.place.line - 1]


def test_a_finding_in_a_readme_has_the_fingerprint_of_its_line_there(tmp_path: Path) -> None:
    text = json.dumps(with_changes(ACCOUNT_TYPE, client_secret="<secret>", redirect_url="x"))
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    (tmp_path / "README.md").write_text(f"# Hello\n\n```json\n{text}\n```\n")
    report = check([tmp_path], select=["A001"])
    [result] = run_of(report)["results"]
    line = result["locations"][0]["physicalLocation"]["region"]["startLine"]
    hashes = line_hashes((tmp_path / "README.md").read_bytes())
    assert line == 4
    assert result["partialFingerprints"]["primaryLocationLineHash"] == hashes[3]


def test_rules_have_names_and_pages_as_viewers_show_them() -> None:
    report = check([FIXTURES / "faulty"])
    rules = run_of(report, made=lambda: PUBLIC)["tool"]["driver"]["rules"]
    named = {rule["id"]: rule["name"] for rule in rules}
    assert named["A001"] == "AccountTypeUnknownKey"
    assert {rule["helpUri"] for rule in rules} == {PUBLIC.address}
    site = PUBLIC._replace(documentation="https://lint.example/")
    driver = run_of(report, made=lambda: site)["tool"]["driver"]
    assert driver["informationUri"] == "https://lint.example/"
    assert driver["rules"][0]["helpUri"] == "https://lint.example/rules/A001/"
    unknown = run_of(report)["tool"]["driver"]
    assert "informationUri" not in unknown
    assert not any("helpUri" in rule for rule in unknown["rules"])


def test_only_rules_on_secrets_have_a_security_severity(tmp_path: Path) -> None:
    manifest = with_changes(MANIFEST, client_secret="b7Kq2zX9wL4mN8pR3tV6", type="node")
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    rules = run_of(check([tmp_path]))["tool"]["driver"]["rules"]
    severe = {one["id"]: one["properties"].get("security-severity") for one in rules}
    assert severe["K005"] == "9.8"
    assert {code for code, severity in severe.items() if severity} == {"K005"}
    assert ["security" in one["properties"]["tags"] for one in rules if one["id"] == "K005"] == [
        True
    ]


OAUTH = {"oauth": {"scope": ["read"]}}
ELSEWHERE = "https://oauthcallback.cozy.rocks/accounts/y/redirect"


@pytest.mark.parametrize(
    ("code", "manifest", "account_types", "related"),
    [
        # The redirect URI names another account type than the one that the slug asks for.
        ("R001", OAUTH, [{"redirect_uri": ELSEWHERE}], [("manifest.konnector", '"x"')]),
        (
            "R001",
            {"oauth": {"scope": ["read"], "account_type": "x"}},
            [{"redirect_uri": ELSEWHERE}],
            [("manifest.konnector", '"x"')],
        ),
        ("X001", OAUTH, [{"_id": "y"}], [("account-types-def.json", '"_id"')]),
        ("X005", OAUTH, [{"grant_mode": "secret"}], [("account-types-def.json", '"secret"')]),
        (
            "X009",
            OAUTH,
            [{"auth_endpoint": "https://auth.atlassian.com/authorize"}],
            [("account-types-def.json", '"https://auth.atlassian.com/authorize"')],
        ),
        (
            "R008",
            OAUTH,
            [{}, {"_id": ...}],
            [("account-types-def.json", f'"{ACCOUNT_TYPE["redirect_uri"]}"')],
        ),
        # Within one document nothing is related.
        ("A001", OAUTH, [{"redirect_url": "x"}], []),
    ],
)
def test_a_finding_shows_where_the_other_document_says_otherwise(
    tmp_path: Path,
    code: str,
    manifest: dict[str, Any],
    account_types: list[dict[str, Any]],
    related: list[tuple[str, str]],
) -> None:
    documents = [with_changes(ACCOUNT_TYPE, **changes) for changes in account_types]
    text = json.dumps(with_changes(MANIFEST, slug="x", **manifest), indent=1)
    (tmp_path / "manifest.konnector").write_text(text)
    (tmp_path / "account-types-def.json").write_text(json.dumps(documents, indent=1))
    report = check([tmp_path], select=[code])
    results = run_of(report, root=tmp_path)["results"]
    assert results
    found = []
    for one in results[0].get("relatedLocations", []):
        place = one["physicalLocation"]
        name, region = place["artifactLocation"]["uri"], place["region"]
        line = (tmp_path / name).read_text().split("\n")[region["startLine"] - 1]
        found.append((name, line[region["startColumn"] - 1 : region["endColumn"] - 1]))
        assert one["message"]["text"]
    assert found == related


def test_what_is_suppressed_is_there_with_the_reason(tmp_path: Path) -> None:
    report = exempted_tree(tmp_path)
    results = run_of(report, root=tmp_path)["results"]
    found = {one["ruleId"]: (one["suppressions"], one["baselineState"]) for one in results}
    why = f"exempted by {BY} until 2999-01-01: {REASON}"
    accepted = {"kind": "external", "status": "accepted"}
    assert found == {
        REPORTED: ([], "new"),
        EXEMPTED: (
            [{**accepted, "justification": why, "properties": {"until": "2999-01-01"}}],
            "new",
        ),
        BASELINED: ([{**accepted, "justification": "in the baseline known.json"}], "unchanged"),
    }


def test_without_suppressions_and_baselines_nothing_is_said_of_them() -> None:
    for result in run_of(check([FIXTURES / "faulty"]))["results"]:
        assert not {"suppressions", "baselineState"} & set(result)


def test_entries_that_match_nothing_are_notifications() -> None:
    entry = Exemption(("M008",), "*", FIXTURES, file="manifest-lint.toml", line=3)
    gone = (FIXTURES / "baseline.json", Entry("x", "M008"))
    report = Report((), needless=(entry,), gone=(gone,))
    [done] = run_of(report)["invocations"]
    texts = [one["message"]["text"] for one in done["toolExecutionNotifications"]]
    assert texts == [
        'manifest-lint.toml:3: per-file-ignores: M008 in "*" matches no finding;'
        " correct or remove it",
        "1 baseline entry is obsolete; update the file with --write-baseline",
    ]


def test_exempting_a_finding_changes_no_fingerprint(tmp_path: Path) -> None:
    """The order of two findings with the same content counts, suppressed or not."""
    manifest = with_changes(MANIFEST, categories=["other", "other"])
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest, indent=1))
    before = Outcome(check([tmp_path], select=["M008"]), root=tmp_path)
    digests = [digest for _, digest in before.fingerprints()]
    assert len(set(digests)) == 2
    first, second = before.report.findings
    entry = Exemption(("M008",), "*", tmp_path)
    left = before.report._replace(findings=(second,), exempted=(Exempted(first, entry),))
    after = Outcome(left, root=tmp_path)
    assert [after.fingerprint(first), after.fingerprint(second)] == digests


def test_suppressed_results_are_the_first_to_be_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 1)
    results = run_of(exempted_tree(tmp_path), root=tmp_path)["results"]
    assert [one["ruleId"] for one in results] == [REPORTED]


def test_an_archive_has_a_line_and_a_fingerprint_that_does_not_change_with_it(
    tmp_path: Path,
) -> None:
    import tarfile

    prints = []
    for number in range(2):
        archive = tmp_path / "x.tar"
        with tarfile.open(archive, "w") as file:
            info = tarfile.TarInfo(f"{number}.js")
            file.addfile(info)
        done = verify(archive)
        [result] = run_of(done.report, archive=done.archive, root=tmp_path)["results"][:1]
        location = result["locations"][0]["physicalLocation"]
        assert location["region"] == {"startLine": 1}
        prints.append(result["partialFingerprints"]["primaryLocationLineHash"])
    assert prints[0] == prints[1]


EMBEDDED_LINKS = (
    r"\[([^\]]*)\]\(([^)]+)\)",  # microsoft/sarif-vscode-extension, src/panel/widgets.tsx
    r"\[([^\\\]\[]|\\[\\\[\]])*\]\([0-9]+\)",  # github/vscode-codeql, sarif-utils.ts
)


@pytest.mark.parametrize(
    "text", ["[x](https://evil.example)", "[fix](1)", "[a\\](1)", "\\[x](1)", "[[x]](1)", "[](1)"]
)
def test_no_viewer_makes_a_link_of_a_value(text: str) -> None:
    manifest = json.dumps(with_changes(MANIFEST, categories=[text], type=text)).encode()
    run = run_of(check(stdin=("manifest.konnector", manifest)))
    messages = [one["message"]["text"] for one in run["results"]]
    assert any("evil" in one or "(1)" in one for one in messages)
    found = [one for one in messages for link in EMBEDDED_LINKS if re.search(link, one)]
    assert not found


def test_a_message_without_a_link_is_as_it_is() -> None:
    text = 'write ["a b"] (or {0}) \\ [x]'
    assert message(text) == {"text": text}
