"""Reports in every format are without the secrets of what they are about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from manifest_lint import UserError, check, upgrade, verify
from manifest_lint.bundle.packed_anyway import packed_anyway
from manifest_lint.document.document import Document
from manifest_lint.engine.report import Report
from manifest_lint.finding import Skip
from manifest_lint.reports.diff import changes
from manifest_lint.reports.formats import find
from manifest_lint.reports.names import FORMATS
from manifest_lint.reports.outcome import Outcome
from tests.archives import tar_gz
from tests.command import run
from tests.connectors import ACCOUNT_TYPE, MANIFEST, with_changes
from tests.project.test_versions import git

SECRET = "Cq7Zx-91kPlmQ3wR"
USER_INFO = "Zx91kPlm"
KEY = "GOC" + "SPX-c4n4ryInAKey7Zq8Wx5Vb2Nm3Kp1"

MANIFESTS: dict[str, dict[str, Any]] = {
    "a scope": {"oauth": {"scope": [f"client_secret={SECRET}"]}},
    "a scope that is a string": {"oauth": {"scope": f"a client_secret={SECRET}"}},
    "the slug": {"slug": f"token={SECRET}", "oauth": {"client_secret": SECRET}},
    "the version": {"version": SECRET, "oauth": {"client_secret": SECRET}},
    "the name": {"name": SECRET, "oauth": {"client_secret": SECRET}},
    "another key": {"slug": SECRET, "parameters": {"api_secret": SECRET}},
}
ADDRESSES = [
    *("couchdb:/u:{}@h", "couchdb://u:{}@h", "couchdbs://u:{}@h", "http:/u:{}@h", "https://u:{}@h"),
    *("HTTP://u:{}@h", "postgres://u:{}@h", "mysql:///u:{}@h", "u:{}@h", "//u:{}@h", "ftp://{}@h"),
    *("https://u:a {}@h", "https://u:a%20{}@h", "https%3A%2F%2Fu%3A{}%40h", "ssh://u:{}@h:22"),
    "git+https://u:{}@h",
]


@pytest.fixture(params=MANIFESTS)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    manifest = with_changes(MANIFEST, slug="x", oauth={"scope": ["a"]})
    manifest |= MANIFESTS[request.param]
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    account_type = with_changes(ACCOUNT_TYPE, _id=manifest["slug"], client_secret="$NAME")
    (tmp_path / "account-types-def.json").write_text(json.dumps(account_type))
    (tmp_path / "x.tar.gz").write_bytes(tar_gz([("manifest.konnector", json.dumps(manifest))]))
    return tmp_path


def test_no_report_shows_a_secret_of_the_manifest(folder: Path) -> None:
    files = [f"--output-file={name}=out.{name}" for name in FORMATS]
    for command in (("check", *files), ("verify", "x.tar.gz", *files)):
        done = run(*command, cwd=folder)
        assert done.returncode == 1, done.stderr
        outputs = {name: (folder / f"out.{name}").read_text() for name in FORMATS}
        outputs |= {"standard output": done.stdout, "standard error": done.stderr}
        assert [name for name, text in outputs.items() if SECRET in text] == []


def test_no_preview_shows_a_secret_of_the_manifest(folder: Path) -> None:
    for options in ((), ("--format=json",), ("--format=mermaid",), ("--curl",)):
        done = run("preview", *options, cwd=folder)
        assert "provider.example" in done.stdout, options
        assert SECRET not in done.stdout + done.stderr, options


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_report_shows_user_information_in_the_name_of_a_file(
    tmp_path: Path, address: str
) -> None:
    name = f"{address.format(USER_INFO)}/manifest.konnector"
    files = [f"--output-file={name}=out.{name}" for name in FORMATS]
    done = run("check", "-", "--stdin-filename", name, *files, cwd=tmp_path, stdin=b"{}")
    assert done.returncode == 1, done.stderr
    outputs = {name: (tmp_path / f"out.{name}").read_text() for name in FORMATS}
    outputs |= {"standard output": done.stdout, "standard error": done.stderr}
    assert [name for name, text in outputs.items() if USER_INFO in text] == []
    assert "***@h" in outputs["json"] or "***%40h" in outputs["json"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("why", [f"https://u:{USER_INFO}@h/x: no", f"the key {KEY}: no"])
def test_no_report_shows_a_secret_in_what_was_not_checked(form: str, why: str) -> None:
    outcome = Outcome(Report((), refused=(why,), skipped=(Skip("K004", why),)))
    shown = "\n".join(find(form)(outcome))
    assert USER_INFO not in shown
    assert KEY not in shown


def test_the_facts_of_an_archive_are_without_the_secrets_of_its_manifest(folder: Path) -> None:
    done = verify(folder / "x.tar.gz")
    for form in FORMATS:
        assert SECRET not in "\n".join(find(form)(Outcome(done.report, archive=done.archive)))


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_difference_shows_user_information_in_the_name_of_a_file(address: str) -> None:
    name = f"{address.format(USER_INFO)}/manifest.konnector"
    shown = "".join(changes(Document(name, b'{"a": 1}\n'), b"{}\n"))
    assert USER_INFO not in shown
    assert '-{"a": 1}' in shown


@pytest.mark.parametrize("option", [f"../a.pem:{SECRET}", f"*.pem:{SECRET}", f":{SECRET}"])
def test_a_reason_that_is_refused_with_its_path_is_not_shown(option: str) -> None:
    with pytest.raises(UserError) as failed:
        packed_anyway((), [option])
    assert SECRET not in str(failed.value)
    assert "REASON" in str(failed.value)


def test_the_facts_of_an_update_are_without_the_secrets_of_account_types(tmp_path: Path) -> None:
    account_type = with_changes(ACCOUNT_TYPE, client_secret=SECRET)
    (tmp_path / "account-types-def.json").write_text(json.dumps(account_type))
    (tmp_path / "before").mkdir()
    for folder, values in (("before", ["a", SECRET]), (".", ["a"])):
        files = {"type": "io.cozy.files", "selector": "path", "values": values}
        manifest = with_changes(MANIFEST, permissions={"files": files})
        (tmp_path / folder / "manifest.konnector").write_text(json.dumps(manifest))
    report = check([tmp_path / "manifest.konnector"], against=tmp_path / "before")
    _assert_masked(Outcome(report))


def _assert_masked(outcome: Outcome) -> None:
    for form in FORMATS:
        shown = "\n".join(find(form)(outcome))
        assert ("U004" in shown, SECRET in shown) == (True, False), form


def _with_secret(folder: Path, secret: str, *, types: str = "account-types-def.json") -> None:
    (folder / types).parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(with_changes(ACCOUNT_TYPE, client_secret=secret))
    (folder / types).write_text(f"```json\n{text}\n```\n" if types == README else text)


def _with_values(folder: Path, *values: str) -> None:
    files = {"type": "io.cozy.files", "selector": "path", "values": values}
    manifest = with_changes(MANIFEST, permissions={"files": files})
    folder.mkdir(exist_ok=True)
    (folder / "manifest.konnector").write_text(json.dumps(manifest))


NEW_SECRET = "Vr8Ky-52hTnbW6xJ"
BESIDE, IN_FOLDER, NAMED = "account-types-def.json", "account_types/x.json", "types/x.json"
README = "README.md"
DEVELOPERS = "data/importedData.json"


@pytest.mark.parametrize(
    ("types", "place", "given"),
    [
        *((BESIDE, place, False) for place in ("revision", "folder", "manifest")),
        *((BESIDE, place, False) for place in ("upgrade", "upgrade on disk")),
        *((IN_FOLDER, place, False) for place in ("revision", "upgrade")),
        *((README, place, False) for place in ("revision", "folder", "manifest")),
        *((README, place, False) for place in ("upgrade", "upgrade on disk")),
        *((DEVELOPERS, place, False) for place in ("revision", "folder", "manifest")),
        *((DEVELOPERS, place, False) for place in ("upgrade", "upgrade on disk")),
        *((NAMED, "revision", given) for given in (False, True)),
        *((NAMED, place, False) for place in ("folder", "upgrade", "upgrade on disk")),
    ],
)
def test_a_replaced_secret_that_the_old_manifest_shows_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, types: str, place: str, given: bool
) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    for folder in (new, old):
        _with_values(folder, "a", SECRET)
        _with_secret(folder, SECRET, types=types)
        text = 'account-types = ["types"]' if types == NAMED and not given else ""
        (folder / "manifest-lint.toml").write_text(text)
    git(new, "init", "-q", "-b", "main")
    git(new, "add", ".")
    git(new, "commit", "-qm", "one")
    _with_values(new, "a")
    _with_secret(new, NEW_SECRET, types=types)
    monkeypatch.chdir(new)
    if place.startswith("upgrade"):
        done = upgrade("HEAD" if place == "upgrade" else old, ".")
        outcome = Outcome(done.report, upgrade=done.upgrade)
    else:
        how: dict[str, Any] = {"account_types": ["types"]} if given else {}
        compared: dict[str, dict[str, Any]] = {
            "revision": {"since": "HEAD"},
            "folder": {"against": old},
            "manifest": {"against": old / "manifest.konnector"},
        }
        how |= compared[place]
        outcome = Outcome(check(["."], **how))
    _assert_masked(outcome)


def _commit_one(top: Path) -> None:
    """Commit the connector `one`, whose manifest has the secret of its account type."""
    _with_values(top / "one", "a", SECRET)
    _with_secret(top / "one", SECRET)
    git(top, "init", "-q", "-b", "main")
    git(top, "add", ".")
    git(top, "commit", "-qm", "one")


def test_a_secret_of_a_connector_that_moved_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commit_one(tmp_path)
    (tmp_path / "one").rename(tmp_path / "two")
    _with_values(tmp_path / "two", "a")
    _with_secret(tmp_path / "two", NEW_SECRET)
    monkeypatch.chdir(tmp_path)
    outcome = Outcome(check(["."], since="HEAD"))
    _assert_masked(outcome)


@pytest.mark.parametrize("types", [BESIDE, "account-types.json", IN_FOLDER, README])
@pytest.mark.parametrize("folder", ["account-types", "account_types/one", "a/account-types/b/two"])
@pytest.mark.parametrize("how", ["since", "upgrade"])
def test_a_secret_of_a_connector_below_a_folder_of_account_types_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, types: str, folder: str, how: str
) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    for secret, values in ((SECRET, ("a", SECRET)), (NEW_SECRET, ("a",))):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        _with_values(tmp_path / folder, *values)
        _with_secret(tmp_path / folder, secret, types=types)
        if secret == SECRET:
            git(tmp_path, "add", ".")
            git(tmp_path, "commit", "-qm", "one")
            unchanged = check(["."], since="HEAD").changes
            assert unchanged
            assert (unchanged.unchanged, unchanged.types) == (1, [])
    if how == "upgrade":
        done = upgrade("HEAD", folder)
        outcome = Outcome(done.report, upgrade=done.upgrade)
    else:
        outcome = Outcome(check(["."], since="HEAD"))
    _assert_masked(outcome)


def test_a_secret_that_stays_where_a_connector_was_is_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _commit_one(tmp_path)
    (tmp_path / "one" / "manifest.konnector").unlink()
    _with_values(tmp_path / "two", "a")
    monkeypatch.chdir(tmp_path)
    outcome = Outcome(check(["."], since="HEAD"))
    _assert_masked(outcome)
