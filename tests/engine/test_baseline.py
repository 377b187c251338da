"""A baseline hides known findings, wherever they move, and no new ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding, Severity, UserError, check, write_baseline
from manifest_lint.config.settings import Settings
from manifest_lint.document.document import Document
from manifest_lint.engine import baseline
from manifest_lint.engine.baseline import without_known
from manifest_lint.engine.report import Entry, Report
from manifest_lint.engine.run import check_sources
from manifest_lint.project.sources import gather
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.growth import grows_with_its_input

FOLDER = Path("connectors")
NAME = "connectors/x/manifest.konnector"
FAULTY = with_changes(MANIFEST, categories=["other"], license="none such", vendor_link=...)


def report_of(value: Any, name: str = NAME, **layout: Any) -> Report:
    text = value if isinstance(value, str) else json.dumps(value, **{"indent": 2, **layout})
    return check_sources(gather([], stdin=(name, text.encode())))


def entries(report: Report) -> Counter[Entry]:
    documents = report.documents
    return Counter(baseline.entry(f, documents[f.path], FOLDER) for f in report.findings)


def new(report: Report, known: Counter[Entry]) -> list[Finding]:
    return without_known(report.findings, report.documents, known, FOLDER)[0]


ANEW = "restore it, or delete it and use --write-baseline"
KNOWN = entries(report_of(FAULTY))


def test_known_findings_are_baselined() -> None:
    report = report_of(FAULTY)
    assert len(report.findings) >= 2
    remaining = without_known(report.findings, report.documents, KNOWN, FOLDER)
    assert remaining == ([], Counter())


@pytest.mark.parametrize(
    "report",
    [
        report_of(FAULTY, indent=4),
        report_of(FAULTY, indent=None),
        report_of(dict(reversed(FAULTY.items()))),
        report_of({**FAULTY, "description": "Something else", "langs": ["en", "fr"]}),
        report_of({**FAULTY, "categories": ["energy", "other"]}),
    ],
    ids=["indented", "on one line", "in another order", "with other keys", "moved in its list"],
)
def test_edits_elsewhere_do_not_revive_known_findings(report: Report) -> None:
    assert new(report, KNOWN) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"categories": ["other", "other2"]}, "M008"),
        ({"categories": ["oter"]}, "M008"),
        ({"name": ...}, "M001"),
    ],
)
def test_a_new_finding_is_reported(change: dict[str, Any], code: str) -> None:
    found = new(report_of(with_changes(FAULTY, **change)), KNOWN)
    assert [finding.code for finding in found] == [code]


@pytest.mark.parametrize(("before", "after"), [("a", "b"), (1, True), (None, 0)])
@pytest.mark.parametrize("pointer", [("key",), ("above", "key"), ("above", "key", "deep")])
def test_a_finding_about_another_value_is_new_though_its_message_is_the_same(
    before: object, after: object, pointer: tuple[str, ...]
) -> None:
    place = Document(NAME, b"{}").place(0, 1)
    found = Finding("M008", "x", Severity.WARNING, NAME, place, "is wrong", "", pointer=pointer)

    def entry_of(value: object, **beside: object) -> Entry:
        for key in reversed(pointer):
            value = {**beside, key: value}
        return baseline.entry(found, Document(NAME, json.dumps(value).encode()), FOLDER)

    one, same, other = entry_of(before), entry_of(before, x=1), entry_of(after)
    assert (one == same, one == other) == (True, False)


def test_a_second_finding_of_the_same_kind_is_reported() -> None:
    known = entries(report_of({**MANIFEST, "categories": ["other"]}))
    found = new(report_of({**MANIFEST, "categories": ["other", "energy", "other"]}), known)
    assert "M008" in [finding.code for finding in found]


def test_the_same_finding_in_another_file_is_reported() -> None:
    assert len(new(report_of(FAULTY, "connectors/y/manifest.konnector"), KNOWN)) >= 2


def test_obsolete_entries_are_reported() -> None:
    assert without_known((), {}, KNOWN, FOLDER) == ([], KNOWN)


def test_a_finding_in_broken_json_is_known_wherever_it_moves() -> None:
    known = entries(report_of('{\n "slug": "x"\n "name": "y",,\n}'))
    assert new(report_of('{\n\n\n "slug": "x"\n   "name":  "y",,\n}'), known) == []
    assert new(report_of('{\n "slug": "x"\n "name": "z",,\n}'), known) != []


def of_account_types(value: Any) -> Report:
    data = json.dumps(value).encode()
    return check_sources(gather([], stdin=("account-types-def.json", data)))


SECRETS = st.from_regex("[a-z]{5}[0-9]{3}[A-Z]{2,20}", fullmatch=True)
PLACES = {
    "client_secret": ["{}"],
    "token_mode": "{}",
    "grant_mode": "{}",
    "slug": "X {}",
    "refresh_token": "{}",
    "auth_endpoint": "ttps://u:{}@x.fr/a",
    "token_endpoint": "http://x.fr/a;key={}",
    "manage_endpoint": "http://x.fr/a#{}",
    "reconnect_endpoint": "http://x.fr/key={}/a",
    "redirect_uri": "https://x.fr/accounts/x/redirect?k={}",
}


@given(SECRETS, SECRETS, st.booleans(), st.sets(st.sampled_from([*PLACES]), min_size=1))
def test_a_baseline_says_nothing_about_a_secret(
    tmp_path_factory: pytest.TempPathFactory, one: str, two: str, is_escaped: bool, keys: set[str]
) -> None:
    places = {key: PLACES[key] for key in keys} | {"client_secret": "{}"}
    text = json.dumps([with_changes(ACCOUNT_TYPE, **places), {"_id": "y?k={}"}])
    if is_escaped:
        text = "".join(rf"\u{ord(one):04x}" if one in "?#@;" else one for one in text)
    written = []
    for secret in (one, two):
        data = text.replace("{}", secret).encode()
        report = check_sources(gather([], stdin=("account-types-def.json", data)))
        file = tmp_path_factory.mktemp("baseline") / "baseline.json"
        baseline.write(file, entries(report))
        written.append(file.read_text())
        assert secret not in written[-1]
    assert written[0] == written[1]


@pytest.mark.parametrize(
    "url",
    [
        "http://u:{}@x.fr/a",
        "http://x.fr/a?k={}",
        r"http://x.fr/a\u003fk={}",
        "http://x.fr/a#{}",
        "http://x.fr/a;key={}",
        "http://x.fr/key={}/a",
    ],
)
def test_endpoints_that_differ_in_what_may_be_a_secret_have_the_same_entry(url: str) -> None:
    account_type = json.dumps({**ACCOUNT_TYPE, "auth_endpoint": "URL"})
    one, other, public = (
        entries(report_of(account_type.replace("URL", text), "account-types-def.json"))
        for text in (url.format("an0ther"), url.format("S3CRET"), "http://x.fr/b")
    )
    assert (one == other, one == public) == (True, False)


def test_a_baseline_has_no_digest_of_another_file_s_secret(tmp_path: Path) -> None:
    written = []
    for secret in ("an0therS3cret", "Yet4notherOne"):
        (tmp_path / "manifest.konnector").write_text(json.dumps({**MANIFEST, "license": secret}))
        account_type = {**ACCOUNT_TYPE, "client_secret": secret}
        (tmp_path / "account-types.json").write_text(json.dumps(account_type))
        write_baseline(check(tmp_path), tmp_path / "baseline.json")
        written.append((tmp_path / "baseline.json").read_text())
    assert "/license" in written[0]
    assert written[0] == written[1]


WRONG = "https://oauthcallback.cozy.rocks/accounts/wrong/redirect"
SEVERAL = [with_changes(ACCOUNT_TYPE, _id=one, redirect_uri=WRONG) for one in ("one", "two")]


@pytest.mark.parametrize(
    "changes",
    [
        {"_id": "three"},
        {"redirect_uri": WRONG.replace("wrong", "other")},
        {"redirect_uri": WRONG.replace("cozy.rocks", "<domain>")},
        {"client_id": ...},
    ],
)
def test_another_finding_in_an_account_type_is_reported(changes: dict[str, Any]) -> None:
    known = entries(of_account_types(SEVERAL))
    assert new(of_account_types(SEVERAL[::-1]), known) == []
    first, second = SEVERAL
    changed = of_account_types([first, with_changes(second, **changes)])
    assert new(changed, known) != []
    assert new(of_account_types([second, with_changes(first, **changes)]), entries(changed)) != []


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        ("auth_endpoint", "http://a.example/", "http://b.example/"),
        ("auth_endpoint", "http:/a.example", "ftp:/a.example"),
        ("redirect_uri", "nowhere", "elsewhere"),
        ("redirect_uri", WRONG.replace("https", "http"), WRONG.replace("https://oau", "http://")),
        ("grant_mode", "a" * 300, "a" * 301),
        ("token_mode", 1, 2),
        ("client_id", " a", " b"),
    ],
)
def test_another_value_in_an_account_type_is_reported(
    key: str, before: object, after: object
) -> None:
    one, other = (of_account_types({**ACCOUNT_TYPE, key: value}) for value in (before, after))
    assert new(one, entries(one)) == []
    there = [finding for finding in other.findings if finding.pointer == (key,)]
    found = [finding for finding in new(other, entries(one)) if finding.pointer == (key,)]
    assert found == there != []


def test_a_finding_in_another_account_type_is_reported_and_the_old_one_is_obsolete() -> None:
    sound = [with_changes(one, redirect_uri=...) for one in SEVERAL]
    before, after = ([SEVERAL[0], sound[1]], [sound[0], SEVERAL[1]])
    known, report = entries(of_account_types(before)), of_account_types(after)
    found, gone = without_known(report.findings, report.documents, known, FOLDER)
    assert {one.pointer for one in found} >= {(1, "redirect_uri")}
    assert {one.pointer for one in gone} >= {"/-/redirect_uri"}


def in_another_order(value: Any, draw: st.DataObject) -> Any:
    """Return a document with the keys of its objects in another order."""
    if not isinstance(value, dict):
        return value
    items = draw.draw(st.permutations([*value.items()]))
    return {key: in_another_order(inner, draw) for key, inner in items}


@given(
    st.lists(
        st.fixed_dictionaries(
            {"_id": st.sampled_from("abcé"), "extras": st.just({"prompt": 1, "é": "?"})},
            optional={
                "redirect_uri": st.sampled_from([WRONG, "nowhere", "http://é.fr/?k=v", 1]),
                "auth_endpoint": st.sampled_from(["http://é.fr/", "ftp://x", "https://a:b@x"]),
                "grant_mode": st.sampled_from(["x", "é", True]),
                "client_secret": st.sampled_from(["", "S3CRET-é", 1]),
                "skip_state_on_token": st.just("true"),
                "tokn_mode": st.just("basic"),
            },
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda one: one["_id"],
    ),
    st.sampled_from([None, 1, 4]),
    st.booleans(),
    st.data(),
)
def test_an_account_type_s_findings_are_known_in_any_order_and_layout(
    values: list[Any], indent: int | None, is_ascii: bool, draw: st.DataObject
) -> None:
    moved = [in_another_order(one, draw) for one in draw.draw(st.permutations(values))]
    text = json.dumps(moved, indent=indent, ensure_ascii=is_ascii)
    name = "account-types-def.json"
    report = check_sources(gather([], stdin=(name, text.encode())))
    assert entries(report) == entries(of_account_types(values))


def test_a_secret_elsewhere_in_a_manifest_does_not_revive_known_findings() -> None:
    report = report_of({**FAULTY, "client_secret": "an0therS3cret"})
    assert {one.pointer for one in new(report, KNOWN)} == {("client_secret",)}


def test_a_baseline_of_account_types_as_it_was_before_still_matches() -> None:
    report = of_account_types(SEVERAL)
    known = Counter(entry._replace(content="") for entry in entries(report).elements())
    assert new(report, known) == []


def test_a_baseline_is_matched_in_time_linear_in_the_findings_of_a_file() -> None:
    def made(count: int) -> Report:
        wrong = {"type": "io.cozy.bills", "verbs": ["get"]}
        permissions = {f"p{number}": wrong for number in range(count)}
        value = json.dumps({**MANIFEST, "permissions": permissions})
        settings = Settings(select=("P002",))
        sources = gather([], stdin=(NAME, value.encode()), settings_of=lambda _: settings)
        return check_sources(sources)

    def matched(report: Report) -> int:
        known = entries(report)
        return len(report.findings) - len(new(report, known))

    assert matched(made(50)) == 50
    assert grows_with_its_input(made, matched, 2000)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.dictionaries(st.builds(Entry, TEXTS, TEXTS, TEXTS, TEXTS), st.integers(1, 3), max_size=5))
def test_a_written_baseline_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, items: Any
) -> None:
    file = tmp_path_factory.mktemp("baseline") / "baseline.json"
    baseline.write(file, Counter(items))
    assert baseline.read(file) == Counter(items)


def test_a_baseline_has_one_entry_per_line_and_is_deterministic(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    baseline.write(one, KNOWN)
    baseline.write(two, Counter(dict(reversed(list(KNOWN.items())))))
    assert one.read_bytes() == two.read_bytes()
    assert len(one.read_text().splitlines()) == len(KNOWN) + 5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", f":1: is not JSON; {ANEW}"),
        ("[" * 100_000, f": is not JSON; {ANEW}"),
        ('{\n "format": 1,\n "findings": [\n  {"pa', f":4: is not JSON; {ANEW}"),
        ("[]", ": is not a baseline; name another file"),
        ('{"findings": 1}', ": is not a baseline; name another file"),
        (
            '{"format": 99, "findings": []}',
            ": is of a newer manifest-lint (format 99, not 1); update this one",
        ),
        (
            '{"format": 0, "findings": []}',
            ": has no format that is known (0, not 1); delete it and use --write-baseline",
        ),
        (
            '{"findings": []}',
            ": has no format that is known (None, not 1); delete it and use --write-baseline",
        ),
        (
            '{"format": 1, "findings": [{"path": 1}]}',
            ": finding 1 is invalid; fix it, or write the baseline again",
        ),
        (
            '{"format": 1, "findings": [{"path": "x", "code": "M001", "count": 0}]}',
            ": finding 1 is invalid; fix it, or write the baseline again",
        ),
    ],
)
def test_an_invalid_baseline_is_refused_in_one_line(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(UserError) as refusal:
        baseline.read(file)
    assert str(refusal.value) == f"{file}{why}"


def test_twenty_mebibytes_of_a_baseline_are_read(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    start, size = '{"format": 1, "findings": []', 20 * 1024 * 1024
    file.write_text(start.ljust(size - 1) + "}")
    assert baseline.read(file) == Counter()
    file.write_text(start.ljust(size) + "}")
    with pytest.raises(UserError, match="is not JSON"):
        baseline.read(file)


def test_a_baseline_is_not_written_where_a_link_leads_out_of_the_folder(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    for one in (folder, outside):
        one.mkdir()
    (folder / "manifest.konnector").write_text(json.dumps(FAULTY))
    (folder / "reports").symlink_to(outside)
    report = check(folder)
    with pytest.raises(UserError, match="a link leads out of"):
        write_baseline(report, folder / "reports/b.json")
    assert [*outside.iterdir()] == []
    write_baseline(report, outside / "b.json")
    assert [*outside.iterdir()] == [outside / "b.json"]


def test_a_check_reports_what_its_baseline_does_not_know(tmp_path: Path) -> None:
    manifest, file = tmp_path / "manifest.konnector", tmp_path / "b.json"
    manifest.write_text(json.dumps(FAULTY))
    known = write_baseline(check(tmp_path), file)
    (tmp_path / "manifest-lint.toml").write_text('baseline = "b.json"')
    report = check(tmp_path)
    assert (len(report.findings), len(report.baselined)) == (0, known[0][1])
    manifest.write_text(json.dumps({**FAULTY, "zzz": 1}))
    report = check(tmp_path)
    assert len(report.baselined) == known[0][1]
    assert {one.pointer for one in report.findings} == {("zzz",)}


@pytest.mark.parametrize("path", ["gone", 5000 * "x", 3000 * "x/", "a\0b", "a\ud800", "gone/a"])
def test_an_entry_of_what_is_not_a_file_is_obsolete(tmp_path: Path, path: str) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    file = tmp_path / "b.json"
    baseline.write(file, Counter([Entry(path, "M003", "/foo", "")]))
    report = check(tmp_path, baseline=file)
    assert [entry.path for _, entry in report.gone] == [path]
    assert write_baseline(report, file) == [(file, len(report.findings))]
    assert path not in [entry.path for entry in baseline.read(file)]
