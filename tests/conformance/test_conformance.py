"""The recorded runs of the real front end and stack, if ../shared is here."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest

from tests.archives import manifest, tar_gz
from tests.conformance import RECORDED, SHARED, replay
from tests.connectors import MANIFEST

GOOD = [("manifest.konnector", manifest()), ("index.js", b"f()")]


@pytest.mark.parametrize(("kind", "name"), RECORDED)
def test_the_tool_agrees_with_every_recorded_run(kind: str, name: str) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"needs ../shared/{name}, which is not here")
    cases, mismatches = replay(kind, file)
    assert cases > 0
    assert mismatches == []


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


def test_a_replay_reports_a_difference(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    cases = [
        {"text": '{"slug": "x"}', "expect": {"installable": True}},
        {"text": '{"slug": 1}', "expect": {"installable": True}},
    ]
    file.write_text("".join(json.dumps(case) + "\n" for case in cases))
    assert replay("install", file) == (2, [(2, "installable", True, False)])
