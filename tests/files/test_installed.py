"""What installed packages offer, also next to damaged ones."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from manifest_lint.files.installed import NotInstalled, package_file

FILES = {
    "METADATA": "Metadata-Version: 2.1\nName: {}\nVersion: 1.0\n",
    "RECORD": "{}/x.toml,,\n",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the packages alpha and beta."""
    for name in ("alpha", "beta"):
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        for file, text in FILES.items():
            (info / file).write_text(text.format(name))
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.toml").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[", b"\0"])
@pytest.mark.parametrize("file", [*FILES, *(f"{one}/" for one in FILES)])
def test_a_damaged_package_does_not_disturb_another(site: Path, file: str, content: bytes) -> None:
    damaged = site / "alpha-1.0.dist-info" / file.rstrip("/")
    damaged.unlink()
    if file.endswith("/"):
        damaged.mkdir()
    else:
        damaged.write_bytes(content)
    assert package_file("beta", "x.toml") == site / "beta" / "x.toml"
    try:
        assert package_file("alpha", "x.toml") == site / "alpha" / "x.toml"
    except NotInstalled as refused:
        assert "METADATA" in file, refused
