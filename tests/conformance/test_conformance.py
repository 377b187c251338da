"""The recorded runs of the real front end and stack, if ../shared is here."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from manifest_lint import check
from manifest_lint.cozy.upgrade import Release
from manifest_lint.document.document import Document
from tests.archives import manifest, tar_gz
from tests.conformance import RECORDED, SHARED, case_data, replay
from tests.connectors import ACCOUNT_TYPE, MANIFEST

GOOD = [("manifest.konnector", manifest()), ("index.js", b"f()")]


@pytest.mark.parametrize(("kind", "name"), RECORDED)
def test_the_tool_agrees_with_every_recorded_run(kind: str, name: str) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"needs ../shared/{name}, which is not here")
    cases, mismatches = replay(kind, file)
    assert cases > 0
    assert mismatches == []


@pytest.mark.parametrize("name", ["install.jsonl", "install-hard.jsonl", "couch.jsonl"])
def test_an_upgrade_is_refused_where_a_check_says_so(name: str) -> None:
    file = SHARED / "oracle" / name
    if not file.exists():
        pytest.skip(f"needs ../shared/oracle/{name}, which is not here")
    for case in map(json.loads, file.read_text("utf-8").splitlines()):
        if case.get("kind", "manifest") == "manifest":
            data = case_data(case)
            by = {who for one in check(stdin=(None, data)).findings for who in one.refused_by}
            release = Release(Document("manifest.konnector", data))
            found = (bool(release.refused), release.is_installable)
            assert found == ("publish" in by, "install" not in by), data[:200]


def test_an_admission_has_an_archive_or_its_entries(tmp_path: Path) -> None:
    entries = [{"path": path, "type": "file", "content": data.decode()} for path, data in GOOD]
    archive = b64encode(tar_gz(GOOD)).decode()
    facts = {"version": MANIFEST["version"], "expect": {"accepted": True, "tar_prefix": ""}}
    file = tmp_path / "cases.jsonl"
    cases = [{"entries": entries, **facts}, {"archive": archive, **facts}]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    assert replay("admission", file) == (2, [])


@pytest.mark.parametrize(
    ("data", "accepted"),
    [
        (manifest(x=1)[:-1] + b', "y": "\xff"}', True),
        (manifest(x=1)[:-1] + b', "y": "\\ud800"}', True),
        (b"\xef\xbb\xbf" + manifest(), False),
    ],
)
def test_what_only_couchdb_refuses_is_no_difference_in_an_admission(
    tmp_path: Path, data: bytes, accepted: bool
) -> None:
    case = {
        "archive": b64encode(tar_gz([("manifest.konnector", data)])).decode(),
        "version": MANIFEST["version"],
        "expect": {"accepted": accepted},
    }
    file = tmp_path / "cases.jsonl"
    file.write_text(json.dumps(case))
    assert replay("admission", file) == (1, [])


def test_a_case_may_have_null_and_lack_what_is_optional(tmp_path: Path) -> None:
    text, account_type = json.dumps(MANIFEST), json.dumps([ACCOUNT_TYPE])
    stored = {"install_couch": True, "publish_couch": True}
    file = tmp_path / "cases.jsonl"
    cases: list[dict[str, object]] = [
        {"kind": "manifest", "text": text, "base64": None, "expect": stored},
        {"kind": "manifest", "text": None, "parts": [[text, 1]], "expect": stored},
        {"kind": "account type", "text": account_type, "expect": {"put_couch": False}},
    ]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    assert replay("couch", file) == (3, [])


@pytest.mark.parametrize("line", ["[]", "1", "{}", '{"kind": "manifest", "expect": {}}'])
def test_what_is_not_a_case_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(f"\n{line}\n")
    with pytest.raises(ValueError, match="line 2: "):
        replay("couch", file)


def test_a_replay_reports_a_difference(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [
        {"text": '{"slug": "x"}', "expect": {"installable": True}},
        {"text": '{"slug": 1}', "expect": {"installable": True}},
    ]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    assert replay("install", file) == (2, [(2, "installable", True, False)])
