"""`check --since` of a repository in which few connectors changed, next to a check of these."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.processes import ROOT, Case, Contender, Target, ours

CONNECTORS, SOURCES, CHANGED = 300, 30, 5


def cases(scratch: Path) -> Iterator[Case]:
    """Yield a repository with a commit that changed some connectors."""
    folder = scratch / "repository"
    names = [f"sunmeter{number}" for number in range(CONNECTORS)]
    for name in names:
        _write_connector(folder / name, name)
    _git(folder, "init", "--quiet")
    _commit(folder)
    changed = names[:: CONNECTORS // CHANGED]
    for name in changed:
        _change(folder / name / "manifest.konnector", editor="Example and daughters")
    _commit(folder)
    contenders = (
        Contender(
            "check --since",
            (*ours(), "check", "--since", "HEAD~1"),
            (0, 1),
            "sunmeter0",
            Target("CPU", 1.3),
        ),
        Contender("check of the changed ones", (*ours(), "check", *changed), (0, 1), "sunmeter0"),
    )
    title = f"{CHANGED} of {CONNECTORS} connectors changed"
    yield Case(title, folder, contenders, "check of the changed ones")


def _write_connector(folder: Path, name: str) -> None:
    shutil.copytree(ROOT / "fixtures" / "sunmeter", folder)
    _change(folder / "manifest.konnector", slug=name)
    _change(folder / "account-types-def.json", _id=name)
    (folder / "src" / "more").mkdir(parents=True)
    for number in range(SOURCES):
        text = f"module.exports = () => 'io.cozy.bills of {name}, {number}'\n" * 20
        (folder / "src" / "more" / f"{number}.js").write_text(text, "utf-8")


def _change(manifest: Path, **changes: str) -> None:
    value = json.loads(manifest.read_text("utf-8")) | changes
    manifest.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _commit(folder: Path) -> None:
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "--message", "change")


def _git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.org")
    subprocess.run(("git", *who, *arguments), cwd=folder, check=True, capture_output=True)
