"""A build: what it packs, that it is reproducible, and that it is all or nothing."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manifest_lint import Build, UserError, build
from manifest_lint.bundle.pack import pack
from tests.command import ROOT, run
from tests.connectors import MANIFEST, SUNMETER, with_changes


@pytest.fixture
def connector(tmp_path: Path) -> Path:
    """A built connector without findings."""
    return Path(shutil.copytree(SUNMETER, tmp_path / "connector"))


def rewrite(connector: Path, **changes: Any) -> None:
    """Change the manifest in the sources and in the built folder."""
    for folder in ("", "build"):
        text = json.dumps(with_changes(MANIFEST, **changes))
        (connector / folder / "manifest.konnector").write_text(text)


def members(done: Build) -> list[tarfile.TarInfo]:
    assert done.archive is not None
    with tarfile.open(done.archive) as archive:
        return archive.getmembers()


def test_a_build_writes_the_archive_its_digest_and_the_report(connector: Path) -> None:
    done = build(connector)
    assert done.archive is not None
    out = connector / "dist"
    stem = "sunmeter-1.2.0"
    names = {f"{stem}.tar.gz", f"{stem}.tar.gz.sha256"} | {
        f"{stem}.{kind}.json" for kind in ("report", "publish", "intoto")
    }
    assert {path.name for path in out.iterdir()} == names
    digest = hashlib.sha256(done.archive.read_bytes()).hexdigest()
    assert (done.sha256, done.size) == (digest, done.archive.stat().st_size)
    assert (out / f"{stem}.tar.gz.sha256").read_text() == f"{digest}  {stem}.tar.gz\n"
    report = json.loads((out / f"{stem}.report.json").read_text())
    assert report["verdict"] == "pass"
    assert report["bundle"]["archive"]["sha256"] == digest


def test_progress_ends_with_the_number_it_starts_with(connector: Path) -> None:
    totals, parts = list[int](), list[int]()

    def progress(total: int) -> Callable[[int], None]:
        totals.append(total)
        return parts.append

    done = build(connector, progress=progress)
    size = sum(file.size for file in done.files)
    assert totals == [2 * size]  # packed, and searched
    assert sum(parts) == 2 * size


def test_no_file_of_a_build_has_a_command_to_ci(connector: Path) -> None:
    (connector / "build" / "##vso[x].js").write_text("1")
    for folder in (connector, connector / "build"):
        file = folder / "manifest.konnector"
        file.write_text(json.dumps({**json.loads(file.read_text()), "editor": "##[error]x"}))
    entry = '{code = "M002", path = "*", reason = "##vso[y]"}'
    (connector / "manifest-lint.toml").write_text(f"per-file-ignores = [{entry}]\n")
    build(connector)
    texts = {path.name: path.read_text() for path in (connector / "dist").glob("*.json")}
    assert len(texts) == 3
    for text in texts.values():
        json.loads(text)
        assert "##" not in text
    assert json.loads(texts["sunmeter-1.2.0.publish.json"])["editor"] == "##[error]x"
    assert "#\\u0023vso[x].js" in texts["sunmeter-1.2.0.report.json"]


def test_json_prints_the_report_and_nothing_else(connector: Path) -> None:
    done = run("build", connector, "--json")
    report = json.loads((connector / "dist/sunmeter-1.2.0.report.json").read_text())
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, report, "")
    rewrite(connector, oauth={"scope": ["a", "b"]})
    done = run("build", connector, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["verdict"], "bundle" in report) == (1, "fail", False)
    assert [finding["code"] for finding in report["findings"]] == ["S002"]


def test_the_manifest_comes_first_and_no_owner_or_time_is_kept(connector: Path) -> None:
    (connector / "build/index.js").chmod(0o700)
    found = members(build(connector))
    assert [entry.name for entry in found] == [
        "manifest.konnector",
        "icon.svg",
        "index.js",
        "package.json",
    ]
    assert [entry.mode for entry in found] == [0o644, 0o644, 0o755, 0o644]
    assert {(e.uid, e.gid, e.uname, e.gname, e.mtime) for e in found} == {(0, 0, "", "", 315532800)}
    assert {(entry.type, entry.pax_headers == {}) for entry in found} == {(tarfile.REGTYPE, True)}


def test_the_report_names_every_file_by_its_digest(connector: Path) -> None:
    done = build(connector)
    for packed in done.files:
        data = (connector / "build" / packed.path).read_bytes()
        assert (packed.size, packed.sha256) == (len(data), hashlib.sha256(data).hexdigest())


def test_sha256sum_agrees(connector: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("needs sha256sum, of coreutils")
    done = build(connector)
    assert done.archive is not None
    command = ["sha256sum", "--check", f"{done.archive.name}.sha256"]
    subprocess.run(command, cwd=done.archive.parent, check=True, capture_output=True)


@pytest.mark.parametrize(
    "name",
    [
        "konnector-dev-config.json",
        ".token.json",
        ".env",
        ".env.local",
        "account-types-def.json",
        "key.pem",
        "KEY.PEM",
        ".git/config",
        "node_modules/left-pad/index.js",
        "sub/konnector-dev-config.json",
    ],
)
def test_files_of_the_developer_are_left_out_and_listed(connector: Path, name: str) -> None:
    file = connector / "build" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("S3CRET")
    done = build(connector)
    listed = [item.path for item in done.left_out]
    assert any(name == path or name.startswith(f"{path}/") for path in listed)
    assert name not in [entry.name for entry in members(done)]
    assert done.archive is not None
    assert b"S3CRET" not in gzip.decompress(done.archive.read_bytes())


def test_a_link_inside_is_packed_as_its_file_and_one_out_of_it_is_refused(connector: Path) -> None:
    (connector / "build/copy.js").symlink_to("index.js")
    (connector / "build/lost.js").symlink_to("nowhere.js")
    done = build(connector)
    assert "copy.js" in [packed.path for packed in done.files]
    assert [(item.path, item.why) for item in done.left_out][-1] == ("lost.js", "a broken link")
    (connector / "build/out.json").symlink_to("../package.json")
    with pytest.raises(UserError, match=r"out\.json: links out of the folder"):
        build(connector)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"slug": "a/../b"}, "M004"), ({"editor": ...}, "M001"), ({"icon": "no.svg"}, "F001")],
)
def test_an_error_stops_the_build_and_keeps_the_older_one(
    connector: Path, changes: dict[str, Any], code: str
) -> None:
    older = build(connector)
    assert older.archive is not None
    before = {path.name: path.read_bytes() for path in older.archive.parent.iterdir()}
    rewrite(connector, **changes)
    done = build(connector)
    assert done.archive is None
    assert code in {finding.code for finding in done.report.findings}
    after = {path.name: path.read_bytes() for path in older.archive.parent.iterdir()}
    assert after == before


def test_a_manifest_that_is_a_link_out_of_the_folder_is_not_read(
    connector: Path, tmp_path: Path
) -> None:
    (connector / "build/z.js").write_text("")
    (connector / "build/manifest.konnector").replace(tmp_path / "outside")
    (connector / "build/manifest.konnector").symlink_to(tmp_path / "outside")
    done = build(connector, channel="dev")  # a version would need git
    assert done.archive is None
    assert done.report.findings


def test_a_finding_of_both_sources_and_built_folder_is_reported_once(connector: Path) -> None:
    for folder in ("", "build"):
        text = json.dumps(with_changes(MANIFEST, categories=["other"]), indent=2)
        (connector / folder / "manifest.konnector").write_text(text)
    done = build(connector)
    assert [finding.code for finding in done.report.findings] == ["M008"]


def test_a_version_that_cannot_name_a_file_is_refused(connector: Path) -> None:
    rewrite(connector, version="1.2.0-dev./../../x")
    done = build(connector)
    assert done.archive is None
    assert [f.code for f in done.report.findings if f.refused_by] == ["B005"]
    (connector / "manifest-lint.toml").write_text('ignore = ["B005"]')
    with pytest.raises(UserError, match="cannot name a file"):
        build(connector)


@pytest.mark.parametrize("older", [False, True])
def test_a_build_that_is_stopped_while_it_replaces_changes_nothing(
    connector: Path, monkeypatch: pytest.MonkeyPatch, older: bool
) -> None:
    out = connector / "dist"
    out.mkdir()
    if older:
        build(connector, mtime=1)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    replace = Path.replace

    def stop_at_the_second(self: Path, target: Path) -> Path:
        if target.name.endswith(".sha256") and self.parent.name != "older":
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        build(connector)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_hard_links_are_packed_as_files(connector: Path) -> None:
    (connector / "build/again.js").hardlink_to(connector / "build/index.js")
    files = {packed.path: packed for packed in build(connector).files}
    assert files["again.js"].size == files["index.js"].size > 0
    assert files["again.js"].sha256 == files["index.js"].sha256


def test_an_icon_that_is_left_out_is_reported_missing(connector: Path) -> None:
    (connector / "build/node_modules").mkdir()
    (connector / "build/node_modules/icon.svg").write_text("<svg/>")
    text = json.dumps(with_changes(MANIFEST, icon="node_modules/icon.svg"))
    (connector / "build/manifest.konnector").write_text(text)
    done = build(connector)
    assert done.archive is None
    assert "F001" in {f.code for f in done.report.findings if f.refused_by == ("build",)}


def test_a_failed_write_leaves_nothing(connector: Path) -> None:
    out = connector / "dist"
    out.mkdir()
    (out / "sunmeter-1.2.0.tar.gz").mkdir()
    with pytest.raises(UserError, match="is a folder"):
        build(connector)
    assert [path.name for path in out.iterdir()] == ["sunmeter-1.2.0.tar.gz"]


@pytest.mark.parametrize("before", [[], ["dist"]])
def test_a_build_that_is_stopped_leaves_nothing(
    connector: Path, monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    for name in before:
        (connector / name).mkdir()

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "copyfileobj", stop)
    with pytest.raises(KeyboardInterrupt):
        build(connector)
    assert [one.name for one in connector.glob("dist")] == before
    assert not list(connector.glob("dist/*"))


BUILD = """
import os, sys
os.umask(int(sys.argv[2], 8))
from manifest_lint import build
print(build(sys.argv[1]).sha256)
"""


@pytest.mark.parametrize(
    ("umask", "environment", "age"),
    [
        ("022", {"TZ": "UTC", "LC_ALL": "C"}, 0),
        ("077", {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"}, 1_000_000),
        ("000", {"TZ": "America/New_York", "PYTHONHASHSEED": "7"}, 86_400 * 365 * 40),
    ],
)
def test_the_same_files_give_the_same_bytes(
    connector: Path, umask: str, environment: dict[str, str], age: int
) -> None:
    expected = build(SUNMETER, out=connector / "expected").sha256
    old = connector.rename(connector.with_name("other name"))
    # Written again in another order, with another umask and other times.
    names = sorted((old / "build").iterdir(), reverse=True)
    previous = os.umask(int(umask, 8))
    try:
        for file in names:
            data = file.read_bytes()
            file.unlink()
            file.write_bytes(data)
            os.utime(file, (age, age))
    finally:
        os.umask(previous)
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(old), umask],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == expected
    archive = old / "dist/sunmeter-1.2.0.tar.gz"
    assert stat.S_IMODE(archive.stat().st_mode) == 0o666 & ~int(umask, 8)


def test_source_date_epoch_sets_the_time(connector: Path) -> None:
    done = build(connector, mtime=1_700_000_000)
    assert {entry.mtime for entry in members(done)} == {1_700_000_000}


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=120
).filter(lambda name: name not in (".", "..") and len(name.encode()) < 200)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, st.binary(max_size=2000), max_size=6))
def test_every_packed_file_unpacks_unchanged(
    tmp_path_factory: pytest.TempPathFactory, contents: dict[str, bytes]
) -> None:
    root = tmp_path_factory.mktemp("files")
    files = []
    for number, (name, data) in enumerate(contents.items()):
        file = root / str(number)
        file.write_bytes(data)
        files.append((name, file))
    sink = io.BytesIO()
    packed, size, digest = pack(files, sink, 0)
    data = sink.getvalue()
    assert (size, digest) == (len(data), hashlib.sha256(data).hexdigest())
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        out = {entry.name: archive.extractfile(entry) for entry in archive}
        assert {name: file.read() for name, file in out.items() if file} == contents
    assert {file.path: file.sha256 for file in packed} == {
        name: hashlib.sha256(content).hexdigest() for name, content in contents.items()
    }
