"""Fixes fix what they name, in one run, and change nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Edit, Finding, Fix, Place, Severity
from manifest_lint.document.causes import MAX_CAUSES
from manifest_lint.document.document import Document
from manifest_lint.document.go_json import decode
from manifest_lint.engine.fix import applied, apply_fixes, write
from manifest_lint.engine.report import Report, Rewrite
from manifest_lint.engine.run import check_sources
from manifest_lint.project.sources import gather
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.corpus import Unusable
from tests.every_fix import Case, case_of, cases, try_all, try_each
from tests.growth import grows_with_its_input

FAULTS: tuple[dict[str, Any], ...] = (
    {"categories": ["other"]},
    {"categories": ["energy", "energy", "other"]},
    {"data_types": ["consumption", "contract", "consumption", "consumption"]},
    {"oauth": {"scope": "read+write"}},
    {"oauth": {"scope": [" read  write read "]}},
    {"vendor_link": ..., "vendorLink": "https://www.sunmeter.example"},
    {"licence": "MIT"},
    {"permissions": {"files": {"type": "io.cozy.files", "verbs": ["get", "Post", "GET"]}}},
    {"name": "Sönnchen \U0001f31e"},
)
BREAKS = (",\n}", "{", "[1,]", "// a comment\n", "\t", "'", '"a" "b"', "\\.")


def check_text(data: bytes, name: str | None = None) -> Report:
    return check_sources(gather([], stdin=(name, data)))


def fixed(data: bytes, *, unsafe: bool = False) -> tuple[bytes, Report]:
    """Fix a manifest; return the result, unchanged if nothing is fixable, and the report."""
    report = apply_fixes(
        lambda instead: check_sources(gather([], stdin=(None, data), instead=instead)),
        unsafe=unsafe,
    )
    assert len(report.rewrites) <= 1
    return report.rewrites[0].after if report.rewrites else data, report


def fixed_file(*paths: Path, unsafe: bool = False) -> tuple[Rewrite, ...]:
    return apply_fixes(
        lambda instead: check_sources(gather(paths, instead=instead)), unsafe=unsafe
    ).rewrites


@st.composite
def manifests(draw: st.DrawFn) -> bytes:
    """Manifests with mistakes, written in every way that an editor may leave them."""
    faults = draw(st.lists(st.sampled_from(FAULTS), max_size=4))
    value = MANIFEST
    for fault in faults:
        value = with_changes(value, **fault)
    indent = draw(st.sampled_from([None, 1, 2, 4, "\t"]))
    text = json.dumps(value, indent=indent, ensure_ascii=draw(st.booleans()))
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    text += draw(st.sampled_from(["", "\n", "\n\n", "\r\n"]))
    data = text.encode()
    if draw(st.booleans()):
        data = data.replace(b"Sunmeter", b"Sun\xff\xc3meter")
    if draw(st.booleans()):
        data = b"\xef\xbb\xbf" + data
    return data


def broken() -> st.SearchStrategy[bytes]:
    """Manifests with something in them that is not JSON."""

    def slip(data: bytes, at: float, what: str) -> bytes:
        place = int(at * len(data))
        return data[:place] + what.encode() + data[place:]

    return st.builds(slip, manifests(), st.floats(0, 1), st.sampled_from(BREAKS))


def leaves(value: Any, pointer: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    """Return every leaf of a decoded value by its pointer."""
    if isinstance(value, dict | list) and value:
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return {k: v for key, inner in items for k, v in leaves(inner, (*pointer, key)).items()}
    return {pointer: value}


@given(manifests() | broken(), st.booleans())
def test_fixing_twice_is_the_same_as_fixing_once(data: bytes, unsafe: bool) -> None:
    once, _ = fixed(data, unsafe=unsafe)
    assert fixed(once, unsafe=unsafe)[0] == once


@given(manifests() | broken(), st.booleans())
def test_a_fixed_manifest_is_json(data: bytes, unsafe: bool) -> None:
    once, _ = fixed(data, unsafe=unsafe)
    if once != data:
        decode(once.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))


@given(manifests())
def test_no_safe_fix_is_left_after_fixing(data: bytes) -> None:
    _, report = fixed(data)
    assert [f.code for f in report.findings if f.fix and f.fix.safe and f.fix.edits] == []


@given(manifests(), st.booleans())
def test_everything_that_is_not_fixed_stays_byte_for_byte(data: bytes, unsafe: bool) -> None:
    report = check_text(data)
    [document] = report.documents.values()
    fixable = [f for f in report.findings if f.fix and f.fix.edits and (f.fix.safe or unsafe)]
    after, done = applied(document, fixable)
    edits = sorted(
        {edit for f in done if f.fix for edit in f.fix.edits}, key=lambda edit: edit.place.start
    )
    rest = after
    text = data.decode("utf-8", "surrogateescape")
    at = 0
    for edit in edits:
        kept = text[at : edit.place.start].encode("utf-8", "surrogateescape")
        new = edit.text.encode()
        assert rest.startswith(kept + new)
        rest = rest[len(kept + new) :]
        at = edit.place.end
    assert rest == text[at:].encode("utf-8", "surrogateescape")


@given(manifests())
def test_safe_fixes_leave_every_other_value_as_it_was(data: bytes) -> None:
    after, _ = fixed(data)
    decoded = [
        leaves(json.loads(text.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")))
        for text in (data, after)
    ]
    for pointer, value in decoded[0].items():
        if pointer[0] in ("name", "slug", "locales", "fields", "developer", "source", "version"):
            assert decoded[1][pointer] == value


@given(manifests())
def test_a_fix_removes_its_finding_and_adds_no_other(data: bytes) -> None:
    wrong: list[str] = []
    try_each(case_of(data), wrong)
    assert wrong == []


def test_fixes_hold_on_a_sample_of_real_files() -> None:
    try:
        every = list(cases())
    except (Unusable, FileNotFoundError):
        pytest.skip("needs ../shared/corpus and ../shared/oracle, which are not here")
    tried = try_all(Random(19).sample(every, 250))
    assert tried.wrong == ()
    assert tried.fixes > 100
    assert tried.fixed > 100


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('"b"', []),
        ('"c"', ["is still there"]),
        ('"b" \n', ["trailing whitespace."]),
        ('"b", "version": "0"', ["its version is lower"]),
    ],
)
def test_a_wrong_fix_is_noticed(text: str, wrong: list[str]) -> None:
    data = b'{"version": "1", "x": "a"}'

    def check(instead: Mapping[str, bytes]) -> Report:
        document = Document("m", instead.get("m", data))
        place = document.place(22, 25)
        one = Fix("", safe=True, edits=(Edit(place, text),))
        found = Finding("M001", "x", Severity.NOTE, "m", place, "a", "", one)
        is_there = '"a"' in document.text or '"c"' in document.text
        return Report((found,) if is_there else (), documents={"m": document})

    said = try_all([Case("m", check)]).wrong
    assert all(any(what in line for line in said) for what in wrong)
    assert bool(said) == bool(wrong)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"slug": "x",}', b'{"slug": "x"}'),
        (b'{\n  "slug": "x", \n}\n', b'{\n  "slug": "x"\n}\n'),
        (b'{\n  // why\n  "slug": "x" // what\n}\n', b'{\n  "slug": "x"\n}\n'),
        (b'{"slug": "x"\n "name": "y"}', b'{"slug": "x",\n "name": "y"}'),
        (b'\xef\xbb\xbf{"slug": "x"}', b'{"slug": "x"}'),
        (b'{"name": "a\nb"}', b'{"name": "a\\nb"}'),
    ],
)
def test_broken_json_is_fixed_where_the_fix_is_unambiguous(before: bytes, after: bytes) -> None:
    assert fixed(before)[0] == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"_id": "x", "client_secret": "S3CRET",}', '{"_id": "x", "client_secret": "S3CRET"}'),
        ('{"_id": "x"\n"client_secret": "a\tb"}', '{"_id": "x",\n"client_secret": "a\\tb"}'),
        ("{'_id': 'x', client_secret: 'a\"b'}", '{"_id": "x", "client_secret": "a\\"b"}'),
        ('{"_id": "x", "client_secret": "a\nb"}', '{"_id": "x", "client_secret": "a\\nb"}'),
        ('{"_id": "x" /* S3CRET */}', '{"_id": "x"}'),
        ('{"_id": "x", "client_secret": S3CRET}', None),
    ],
)
def test_broken_account_types_are_fixed_and_no_edit_writes_what_may_be_secret(
    before: str, after: str | None
) -> None:
    check = check_text(before.encode(), "account-types-def.json")
    edits = [edit for one in check.findings if one.fix for edit in one.fix.edits]
    assert all(edit.text in ('"', "\\t", "\\n", '\\"', ",", "") for edit in edits)
    report = apply_fixes(
        lambda instead: check_sources(
            gather([], stdin=("account-types-def.json", before.encode()), instead=instead)
        )
    )
    assert [one.after.decode() for one in report.rewrites] == ([after] if after else [])


def test_a_developers_configuration_is_fixed_and_keeps_its_comments(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST))
    text = '{\n  // mine\n  "fields": {\n    "login": "x", // a\n  }\n}\n'
    (tmp_path / "konnector-dev-config.json").write_text(text)
    [safe] = fixed_file(tmp_path)
    assert safe.after.decode() == text.replace('"x", // a', '"x" // a')
    [unsafe] = fixed_file(tmp_path, unsafe=True)
    assert unsafe.after.decode() == '{\n  "fields": {\n    "login": "x"\n  }\n}\n'


def test_broken_json_stays_unchanged_if_one_mistake_is_not_fixable() -> None:
    data = b'{"slug": "x",\n<<<<<<< ours\n"name": "y",\n=======\n>>>>>>> theirs\n}'
    assert fixed(data, unsafe=True)[0] == data


def in_single_quotes(number: int, end: str = "") -> bytes:
    return "{{{}{}}}".format(",\n".join(f"'k{n}': 'v'" for n in range(number)), end).encode()


@pytest.mark.parametrize(
    "data",
    [
        *map(in_single_quotes, (15, 205, 405)),
        b"{\n" + b"".join(b'"k%d": 1, // c\n' % n for n in range(1000)) + b'"z": 1\n}',
    ],
)
def test_more_mistakes_than_are_reported_at_once_are_all_fixed(data: bytes) -> None:
    after, _ = fixed(data)
    assert len(decode(after.decode())[0]) in (15, 205, 405, 1001)


@pytest.mark.parametrize(
    ("data", "unsafe"),
    [(in_single_quotes(40, ", 'a': 1e999"), False), (in_single_quotes(3000), True)],
    ids=["one is not fixable", "too many"],
)
def test_what_fixes_cannot_make_json_is_not_called_fixable(data: bytes, unsafe: bool) -> None:
    after, report = fixed(data, unsafe=unsafe)
    assert after == data
    assert [f.code for f in report.findings] == ["J001"] * MAX_CAUSES
    assert not any(f.fix and f.fix.edits for f in report.findings)


def test_fixes_of_what_needs_unsafe_ones_too_are_kept() -> None:
    data = b'{"slug: "x", "name": "y",}'
    after, report = fixed(data)
    assert after == data
    assert [f.fix.safe for f in report.findings if f.fix and f.fix.edits] == [False, True]
    assert fixed(data, unsafe=True)[0] == b'{"slug": "x", "name": "y"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"slug": "x",} y', b'{"slug": "x"} y'),
        (b'{"categories": ["other"]} y', b'{"categories": ["others"]} y'),
        (b'{"slug": "\xe9",}', b'{"slug": "\xe9"}'),
        (
            b'{"name": "\xe9", "categories": ["other"]}',
            b'{"name": "\xe9", "categories": ["others"]}',
        ),
    ],
)
def test_what_is_decoded_is_fixed_though_something_else_is_left(
    before: bytes, after: bytes
) -> None:
    assert fixed(before)[0] == after


def test_unsafe_fixes_are_applied_only_when_asked() -> None:
    data = b'{"slug": "x", "oauth": {"scope": ["a", "b"]}}'
    assert fixed(data)[0] == data
    assert fixed(data, unsafe=True)[0] == b'{"slug": "x", "oauth": {"scope": ["a b"]}}'


def manifest_file(folder: Path, text: str = '{"categories": ["other"]}') -> Path:
    file = folder / "manifest.konnector"
    file.write_text(text)
    return file


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    file = manifest_file(tmp_path)
    file.chmod(0o640)
    assert write(fixed_file(file)) == []
    assert file.read_text() == '{"categories": ["others"]}'
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = manifest_file(tmp_path / "real")
    link = tmp_path / "manifest.konnector"
    link.symlink_to(real)
    write(fixed_file(link))
    assert link.is_symlink()
    assert real.read_text() == '{"categories": ["others"]}'


def test_a_file_that_has_changed_meanwhile_is_skipped(tmp_path: Path) -> None:
    file = manifest_file(tmp_path)
    rewrites = fixed_file(file)
    file.write_text("{}")
    [why] = write(rewrites)
    assert why == f"{file}: has changed meanwhile, and was not written; run it again"
    assert file.read_text() == "{}"


def test_a_file_with_two_names_is_fixed_once(tmp_path: Path) -> None:
    file = manifest_file(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    both = fixed_file(file, tmp_path / "link" / file.name)
    assert len(both) == 2
    assert write(both) == []
    assert file.read_text() == '{"categories": ["others"]}'


def test_the_temporary_file_is_readable_only_by_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = manifest_file(tmp_path)
    rewrites = fixed_file(file)
    modes = []
    monkeypatch.setattr(
        "os.chown", lambda opened, *_: modes.append(os.fstat(opened).st_mode & 0o777)
    )
    assert write(rewrites) == []
    assert modes == [0o600]


def test_a_read_only_file_is_skipped(tmp_path: Path) -> None:
    file = manifest_file(tmp_path)
    file.chmod(0o444)
    [why] = write(fixed_file(file))
    assert why.startswith(f"{file}: is read-only")


def test_the_account_type_next_to_the_manifest_is_fixed_too(tmp_path: Path) -> None:
    file = manifest_file(tmp_path, json.dumps(MANIFEST))
    value = with_changes(ACCOUNT_TYPE, redirect_uri=..., redirect_url="https://a.example/")
    (tmp_path / "account-types-def.json").write_text(json.dumps(value))
    [rewrite] = fixed_file(file)
    assert rewrite.document.name.endswith("account-types-def.json")
    assert rewrite.after.replace(b"redirect_uri", b"redirect_url") == rewrite.document.data


def test_account_types_next_to_a_broken_manifest_are_fixed_too(tmp_path: Path) -> None:
    file = manifest_file(tmp_path, json.dumps(MANIFEST)[:-1] + ",}")
    value = with_changes(ACCOUNT_TYPE, redirect_uri=..., redirect_url="https://a.example/")
    beside = tmp_path / "account-types-def.json"
    beside.write_text(json.dumps(value))
    rewrites = fixed_file(file)
    assert [rewrite.document.path for rewrite in rewrites] == [beside, file]
    assert rewrites[0].document.data == beside.read_bytes()
    assert write(rewrites) == []
    assert fixed_file(file) == ()


def test_fixes_that_overlap_are_applied_in_two_passes() -> None:
    document = Document("x", b'{"a": "one two"}')

    def finding(start: int, end: int, text: str) -> Finding:
        place = document.place(start, end)
        edits = (Edit(place, text),)
        return Finding(
            "M001", "x", Severity.NOTE, "x", place, "", "", Fix("", safe=True, edits=edits)
        )

    both = [finding(7, 10, "1"), finding(8, 14, "2")]
    after, done = applied(document, both)
    assert (after, done) == (b'{"a": "1 two"}', (both[0],))
    results = iter([both, [finding(9, 12, "2")], []])

    def check(instead: Mapping[str, bytes]) -> Report:
        data = instead.get("x", document.data)
        return Report(tuple(next(results)), documents={"x": Document("x", data)})

    [rewrite] = apply_fixes(check).rewrites
    assert rewrite.after == b'{"a": "1 2"}'
    assert len(rewrite.fixed) == 2


def test_many_fixes_are_applied_quickly() -> None:
    def finding(number: int) -> Finding:
        place = Place(1, 1, 1, 1, 1 + 2 * number, 2 + 2 * number)
        fix = Fix("", safe=True, edits=(Edit(place, "A"),))
        return Finding("M001", "x", Severity.NOTE, "x", place, "", "", fix)

    def findings(count: int) -> tuple[Document, list[Finding]]:
        document = Document("x", b'"' + b"ab" * count + b'"')
        return document, [finding(number) for number in reversed(range(count))]

    count = 50_000
    after, done = applied(*findings(count))
    assert (after, len(done)) == (b'"' + b"Ab" * count + b'"', count)
    assert grows_with_its_input(findings, lambda given: applied(*given), count)


@pytest.mark.parametrize(
    ("repeated", "most", "fixed", "checks"),
    [(30, 100, 30, 2), (30, 31, 30, 2), (30, 30, 30, 2), (30, 10, 10, 2), (300, 10, 10, 2)],
)
def test_a_document_with_very_many_findings_is_checked_only_a_few_times(
    monkeypatch: pytest.MonkeyPatch, repeated: int, most: int, fixed: int, checks: int
) -> None:
    for module in ("engine.fix", "engine.checks"):
        monkeypatch.setattr(f"manifest_lint.{module}.MOST_OF_A_KIND", most)
    data, done = b"{" + b'"slug":"a",' * repeated + b'"slug":"a"}', []

    def check(instead: Mapping[str, bytes]) -> Report:
        done.append(instead)
        report = check_sources(gather([], stdin=(None, data), instead=instead))
        return report._replace(findings=tuple(f for f in report.findings if f.code == "J002"))

    [rewrite] = apply_fixes(check).rewrites
    assert (len(rewrite.fixed), len(done)) == (fixed, checks)
    assert rewrite.after == b"{" + b'"slug":"a",' * (repeated - fixed) + b'"slug":"a"}'


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=8))
def test_the_first_of_overlapping_fixes_is_applied(spans: list[tuple[int, int]]) -> None:
    document = Document("x", b"0123456789ab")
    findings = []
    for start, length in spans:
        edit = Edit(document.place(start, start + length), f"<{start}>")
        fix = Fix("", safe=True, edits=(edit,))
        findings.append(Finding("M001", "x", Severity.NOTE, "x", edit.place, "", "", fix))
    taken: list[tuple[int, int]] = []
    for start, length in spans:
        end = start + length
        strict = all(
            end < a or b < start if start == end or a == b else end <= a or b <= start
            for a, b in taken
        )
        if strict:
            taken.append((start, end))
    text = "0123456789ab"
    for start, end in sorted(taken, reverse=True):
        text = f"{text[:start]}<{start}>{text[end:]}"
    assert applied(document, findings)[0].decode() == text


def test_two_findings_with_the_same_fix_are_both_fixed() -> None:
    document = Document("x", b'{"a": 1}')
    place = document.place(6, 7)
    fix = Fix("", safe=True, edits=(Edit(place, "2"),))
    one, two = (Finding(code, "x", Severity.NOTE, "x", place, "", "", fix) for code in "AB")
    assert applied(document, [one, two]) == (b'{"a": 2}', (one, two))


def test_fixes_that_each_need_another_are_applied_in_ten_passes() -> None:
    def check(instead: Mapping[str, bytes]) -> Report:
        document = Document("x", instead.get("x", b'{"a": 0}'))
        place = document.place(6, len(document.data) - 1)
        edits = (Edit(place, str(document.value["a"] + 1)),)
        fix = Fix("", safe=True, edits=edits)
        finding = Finding("M001", "x", Severity.NOTE, "x", place, "", "", fix)
        return Report((finding,), documents={"x": document})

    [rewrite] = apply_fixes(check).rewrites
    assert rewrite.after == b'{"a": 10}'
