"""A file of another kind than the one needed is named as what it is, in one line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from manifest_lint import UserError, check
from tests.command import complaint, run
from tests.connectors import ACCOUNT_TYPE, MANIFEST

NPM = json.dumps({"name": "x", "version": "1.0.0", "dependencies": {}})
DEVELOPERS = json.dumps({"COZY_URL": "http://cozy.tools:8080", "fields": {}})


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("manifest.konnector", json.dumps(MANIFEST), "is a manifest; name a file of account types"),
        ("manifest.konnector", "{", "is a manifest"),
        ("manifest.json", json.dumps(MANIFEST), "is a manifest"),
        ("account-types-def.json", json.dumps(MANIFEST), "rename it to manifest.konnector"),
        ("package.json", NPM, "is a file of npm"),
        ("package-lock.json", "{}", "is a file of npm"),
        ("other.json", NPM, "is a file of npm"),
        ("konnector-dev-config.json", DEVELOPERS, "is a developer's configuration"),
        ("other.json", DEVELOPERS, "is a developer's configuration"),
        ("README.md", "# X", "is not JSON"),
        (
            "x.tar.gz",
            gzip.compress(b"x" * 512, mtime=0).decode("latin-1"),
            "is an archive; check it with",
        ),
        ("x.json", f"{'x' * 257}ustar", "is an archive"),
        ("x.zip", "PK\x03\x04", "is a zip file"),
        ("x.json", "\xff\xfe{\0}\0", "is UTF-16, not text in UTF-8; save it as UTF-8"),
        ("x.json", "{\0}\0", "is UTF-16, not text in UTF-8; save it as UTF-8"),
        ("x.json", "\0{\0}", "is UTF-16, not text in UTF-8; save it as UTF-8"),
        ("x.json", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is binary, not text in UTF-8; name another"),
        ("account-types-def.json", "\0" * 512, "is binary, not text in UTF-8; name another file"),
    ],
)
def test_what_is_not_account_types_is_named(
    tmp_path: Path, name: str, content: str, says: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content.encode("latin-1"))
    assert says in complaint(run("provision", file, "--yes"))
    assert says in complaint(run("check", "--account-types", file, tmp_path))


@pytest.mark.parametrize("name", ["x.tar.gz", "x.json"])
def test_an_archive_is_not_checked_as_a_manifest(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"x", mtime=0))
    assert "is an archive; check it with manifest-lint verify" in complaint(
        run("check", tmp_path / name)
    )


def test_an_account_type_is_not_a_manifest(tmp_path: Path) -> None:
    file = tmp_path / "manifest.konnector"
    file.write_text(json.dumps(ACCOUNT_TYPE))
    says = "manifest.konnector: holds an account type; rename it to account-types-def.json"
    assert says in complaint(run("check", file))
    assert says in complaint(run("check", tmp_path))
    other = tmp_path / "other.json"
    other.write_text(json.dumps(ACCOUNT_TYPE))
    assert "holds an account type; name a manifest" in complaint(run("upgrade", other, other))


def test_a_manifest_with_a_key_of_account_types_is_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.konnector").write_text(json.dumps(MANIFEST | {"client_id": "x"}))
    assert "M003" in {one.code for one in check(tmp_path).findings}


def test_a_folder_of_account_types_may_hold_a_connector(tmp_path: Path) -> None:
    (tmp_path / "node_modules/a").mkdir(parents=True)
    for name in ("package.json", "konnector-dev-config.json", "node_modules/a/x.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(UserError, match="contains no account types"):
        check((), account_types=tmp_path)
    (tmp_path / "x.json").write_text(json.dumps(ACCOUNT_TYPE))
    assert check((), account_types=tmp_path).account_types == 1
