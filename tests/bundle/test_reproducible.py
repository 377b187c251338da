"""The same files give the same archive, for every user, folder, time and order."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from manifest_lint import build
from manifest_lint.bundle.gzip import PIECE
from manifest_lint.bundle.pack import content_digest, pack
from tests.command import ROOT
from tests.connectors import SUNMETER

BUILDS = 20
FILES = {
    f"lib/{name}": f"// {name}\n" * 50
    for name in ("a.js", "b.js", "B.js", "é.js", "-x.js", "z" * 120)
} | {"-": "1"}
PIECES = b"".join(random.Random(n).randbytes(PIECE // 8).hex().encode() * 4 for n in range(6))
"""No two of them are alike, so that their order counts."""


def laid_out(folder: Path, luck: random.Random) -> Path:
    """Write the same connector, its files in another order, at other times and with other modes."""
    files = {
        path.relative_to(SUNMETER).as_posix(): path.read_bytes()
        for path in SUNMETER.rglob("*")
        if path.is_file()
    } | {f"build/{name}": text.encode() for name, text in FILES.items()}
    files["build/large.js"] = PIECES[: 3 * PIECE]
    names = list(files)
    luck.shuffle(names)
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(files[name])
        file.chmod(0o755 if name == "build/lib/a.js" else luck.choice([0o644, 0o664, 0o666]))
        os.utime(file, (luck.randrange(2**31), luck.randrange(2**31)))
        if os.geteuid() == 0:
            os.chown(file, luck.randrange(1, 60_000), luck.randrange(1, 60_000))
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            path.chmod(0o777)
    return folder


def test_twenty_builds_in_different_environments_have_one_digest(tmp_path: Path) -> None:
    luck = random.Random(5)
    tmp_path.chmod(0o777)
    for parent in tmp_path.parents[:3]:
        parent.chmod(0o755)
    languages = ["C", "C.UTF-8", "en_US.UTF-8", "tr_TR.UTF-8", "POSIX"]
    zones = ["UTC", "Asia/Tokyo", "America/New_York", "Pacific/Chatham"]
    users: list[str | None] = (
        [None, "nobody"] if os.geteuid() == 0 and can_run_as_nobody() else [None]
    )
    archives, digests = set(), set()
    for number in range(BUILDS):
        connector = laid_out(tmp_path / f"{number}{'x' * luck.randrange(40)}", luck)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": str(luck.randrange(2**32)),
            "TZ": luck.choice(zones),
            "LANG": (language := luck.choice(languages)),
            "LC_ALL": language,
            "HOME": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, "-m", "manifest_lint", "build", str(connector), "--json"],
            cwd=luck.choice([connector, tmp_path]),
            env=environment,
            umask=luck.choice([0, 0o002, 0o022, 0o077]),
            user=luck.choice(users),
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        bundle = json.loads(done.stdout)["bundle"]
        archives.add(bundle["archive"]["sha256"])
        digests.add(bundle["content_digest"])
        shutil.rmtree(connector)
    assert (len(archives), len(digests)) == (1, 1)


def can_run_as_nobody() -> bool:
    """Return whether the user `nobody` may run this Python: its folder may be closed to others."""
    command = [sys.executable, "-c", "import manifest_lint.cli.main"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(command, user="nobody", env=environment, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.parametrize("processors", [1, 3, 16])
def test_the_number_of_processors_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    file = tmp_path / "x"
    file.write_bytes(PIECES[: 5 * PIECE + 17])
    with (tmp_path / "a").open("wb") as sink:
        expected = pack([("x", file)], sink, 0)
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    with (tmp_path / "b").open("wb") as sink:
        assert pack([("x", file)], sink, 0) == expected


@pytest.mark.parametrize("size", [0, 1, PIECE - 1024, PIECE, PIECE + 1, 3 * PIECE])
def test_gzip_unpacks_an_archive_zipped_in_pieces(tmp_path: Path, size: int) -> None:
    if not shutil.which("gzip"):
        pytest.skip("gzip is not installed")
    data = random.Random(size).randbytes(size // 2) * 2 + b"x" * (size % 2)
    (tmp_path / "x").write_bytes(data)
    with (tmp_path / "x.tar.gz").open("wb") as sink:
        pack([("x", tmp_path / "x")], sink, 0)
    subprocess.run(["gzip", "-t", "x.tar.gz"], cwd=tmp_path, check=True)
    (tmp_path / "x").unlink()
    subprocess.run(["tar", "-xzf", "x.tar.gz"], cwd=tmp_path, check=True)
    assert (tmp_path / "x").read_bytes() == data


def test_the_content_digest_matches_the_command_in_the_docs(tmp_path: Path) -> None:
    for program in ("bash", "tar", "find", "stat", "sha256sum"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    page = (ROOT / "docs" / "packaging.md").read_text("utf-8")
    [command] = re.findall(r"```sh\n(mkdir unpacked.*?)```", page, re.DOTALL)
    connector = laid_out(tmp_path / "x", random.Random(3))
    done = build(connector)
    assert done.archive
    assert done.archive.name == "sunmeter-1.2.0.tar.gz"
    shell = subprocess.run(
        ["bash", "-euc", command], cwd=connector, check=True, capture_output=True, text=True
    )
    assert shell.stdout.split()[0] == done.content_digest


def test_the_content_digest_does_not_depend_on_the_order(tmp_path: Path) -> None:
    files = build(laid_out(tmp_path / "x", random.Random(3))).files
    assert content_digest(reversed(files)) == content_digest(files)
