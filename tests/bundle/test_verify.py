"""`verify` gives the same findings for an archive on disk, a pipe and a folder."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from manifest_lint import build, verify
from tests.archives import good, manifest, tar, tar_gz
from tests.built import lay_out
from tests.command import ROOT, complaint, run
from tests.conformance import SHARED
from tests.connectors import ACCOUNT_TYPE, MANIFEST, SUNMETER

SCHEMA = json.loads((ROOT / "schemas/report.schema.json").read_text("utf-8"))
CONNECTORS = SHARED / "corpus" / "connectors"


def codes(path: Path | str, **options: Any) -> list[str]:
    return sorted(
        {finding.code for finding in verify(path, isolated=True, **options).report.findings}
    )


def unpacked(folder: Path, members: list[Any]) -> Path:
    for path, content in members:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


SAMPLES = {
    "good": good(),
    "below a top folder": good("sunmeter-1.2.0/"),
    "another version in a package.json below": [
        *good(),
        ("z/package.json", '{"version": "9.9.9"}'),
    ],
    "without an editor": good(editor=...),
    "without a manifest": good()[1:],
    "broken": [("manifest.konnector", "{"), *good()[1:]],
    "with a key": [*good(), ("a.pem", "x")],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_archive_pipe_folder_and_even_a_plain_tar_have_the_same_findings(
    tmp_path: Path, name: str
) -> None:
    members = SAMPLES[name]
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(members))
    expected = codes(file)
    assert (expected == []) == (name == "good")
    file.write_bytes(tar(members))
    assert codes(file) == sorted([*expected, "B017"])
    assert codes("-", stream=io.BytesIO(tar_gz(members))) == expected
    assert codes(unpacked(tmp_path / "folder", members)) == expected


@pytest.mark.parametrize("code", ["F001", "M003"])
def test_entries_of_a_configuration_are_hidden_whether_they_match_or_not(
    tmp_path: Path, code: str
) -> None:
    members = [
        one for one in good() if code != "F001" or (isinstance(one, tuple) and one[0] != "icon.svg")
    ]
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(members))
    config = tmp_path / "manifest-lint.toml"
    entry = {"code": code, "path": "x.tar.gz/manifest.konnector", "reason": "https://a:b9@c.fr"}
    lines = (f"{key} = {json.dumps(value)}" for key, value in entry.items())
    config.write_text("\n".join(["[[per-file-ignores]]", *lines]))
    report = verify(file, config=config).report
    [found] = [*report.needless, *(one.exemption for one in report.exempted)]
    assert found.reason == "https://***@c.fr"


def test_links_in_a_folder_are_dropped_as_they_are_from_its_archive(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "x", good())
    (folder / "more").symlink_to("index.js")
    assert codes(folder) == ["B010"]


def test_the_archive_that_build_made_is_accepted(tmp_path: Path) -> None:
    done = build(SUNMETER, out=tmp_path)
    assert done.archive
    assert codes(done.archive, version=f"v{MANIFEST['version']}", sha256=done.sha256) == []
    shown = run("verify", done.archive)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.splitlines()[-1] == f"sha256 {done.sha256}"


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (MANIFEST["version"], 0),
        (f"v{MANIFEST['version']}", 0),
        (f"{MANIFEST['version']}-beta.3", 0),
        (f"{MANIFEST['version']}-dev.{'a1' * 20}", 0),
        (f"{MANIFEST['version']}-dev.{'a1' * 20}0", 1),
        (f"vv{MANIFEST['version']}", 1),
        ("9.9.9", 1),
        ("", 1),
    ],
)
def test_the_version_to_be_published_is_checked(
    tmp_path: Path, version: str, expected: int
) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(good()))
    assert run("verify", file, "--version", version).returncode == expected


def test_the_digest_is_compared_in_any_case(tmp_path: Path) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(good()))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert codes(file, sha256=digest.upper()) == []
    assert codes(file, sha256=f"{digest}  x.tar.gz\n") == []
    assert codes(file, sha256=digest.replace(digest[0], "f" if digest[0] != "f" else "0")) == [
        "B014"
    ]


def test_account_types_are_compared_with_the_archive(tmp_path: Path) -> None:
    account_types = tmp_path / "account-types.json"
    account_types.write_text(json.dumps(ACCOUNT_TYPE))
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(good()))
    assert codes(file, account_types=account_types) == ["X001"]
    (tmp_path / "manifest-lint.toml").write_text('account-types = ["account-types.json"]')
    assert run("verify", file).stdout.count(" X001 ") == 1


def test_the_json_report_follows_its_schema(tmp_path: Path) -> None:
    file = tmp_path / "x.tar.gz"
    for data in (tar_gz(good()), tar_gz(good())[:50], b"", tar_gz(good()[1:])):
        file.write_bytes(data)
        done = run("verify", file, "--format", "json", "--sha256", "0" * 64)
        report = json.loads(done.stdout)
        jsonschema.validate(report, SCHEMA)
        assert (done.returncode, report["verdict"]) == (1, "fail")
    report = json.loads(run("verify", SUNMETER / "build", "--format", "json").stdout)
    jsonschema.validate(report, SCHEMA)
    assert report["archive"]["sha256"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no.tar.gz"], "no.tar.gz: there is no such file"),
        ([SUNMETER / "build", "--sha256", "0" * 64], "is a folder, which has no SHA-256"),
        ([SUNMETER / "build", "--sha256", "0"], "is not a SHA-256"),
        ([SUNMETER / "build", "--sha256", ""], "is not a SHA-256"),
        ([], "Missing argument 'ARCHIVE'"),
    ],
)
def test_an_invalid_argument_is_reported_in_one_line(arguments: list[Any], message: str) -> None:
    assert message in complaint(run("verify", *arguments))


def test_findings_can_be_suppressed(tmp_path: Path) -> None:
    (tmp_path / "manifest-lint.toml").write_text('ignore = ["B013"]\n')
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz([*good(), ("a.pem", "x")]))
    assert run("verify", file).returncode == 0
    assert run("verify", file, "--isolated").returncode == 1


def test_a_finding_in_a_packed_manifest_shows_its_place(tmp_path: Path) -> None:
    file = tmp_path / "x.tar.gz"
    scope = {"scope": ["a", "b"]}
    file.write_bytes(tar_gz([("manifest.konnector", manifest(oauth=scope)), *good()[1:]]))
    done = run("verify", file)
    assert f"{file}/manifest.konnector:1:" in done.stdout
    assert " S002 " in done.stdout


ENEDIS = "enedis-konnector"
"""Its locales have strings where the registry needs objects, so it cannot decode them."""


def test_archives_of_real_connectors_are_accepted_unless_the_registry_refuses_them(
    tmp_path: Path,
) -> None:
    if not CONNECTORS.exists():
        pytest.skip("needs ../shared/corpus/connectors, which is not here")
    without_editor, refused = set(), set()
    for file in sorted(CONNECTORS.rglob("manifest.konnector")):
        folder = tmp_path / file.parent.relative_to(CONNECTORS)
        lay_out(file.parent, folder)
        members = [
            (path.relative_to(folder).as_posix(), path.read_bytes())
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]
        name = file.parent.relative_to(CONNECTORS).as_posix()
        if not json.loads(file.read_text("utf-8")).get("editor"):
            without_editor.add(name)
        done = verify("-", stream=io.BytesIO(tar_gz(members)), isolated=True)
        if any("publish" in finding.refused_by for finding in done.report.findings):
            refused.add(name)
        shutil.rmtree(folder)
    assert len(without_editor) == 6
    assert refused == without_editor | {ENEDIS}


def test_without_a_version_option_the_manifest_version_is_published(tmp_path: Path) -> None:
    file = tmp_path / "x.tar.gz"
    file.write_bytes(tar_gz(good(version="1.2.0-beta.x")))
    assert codes(file) == codes(file, version="1.2.0-beta.x") == ["B005", "M005"]


def test_folders_may_lie_deep(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "x", good())
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    done = run("verify", folder)
    subprocess.run(["rm", "-rf", folder], check=True)
    assert done.returncode in (0, 2)
    assert "internal error" not in done.stderr
