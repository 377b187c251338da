"""A plain check starts quickly: it loads only these modules, and takes few instructions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT

STANDARD = ("bisect", "click", "gc", "json", "pathlib", "pyexpat", "urllib.parse")
"""What it needs of other packages, with what these bring: pathlib brings the last up to 3.13."""

OURS = {
    "": "_version api cli config content cozy document engine errors files finding oauth project"
    " reports rules text",
    "api": "connectors errors settings",
    "cli": "colour commands complain main options output variables",
    "cli.commands": "check",
    "config": "exclude find settings unused",
    "content": "addresses sources svg",
    "cozy": "accept_konnector couchdb domain go_struct go_url manifest permission registry stack"
    " template vocabulary",
    "document": "document encoding go_json manifest_secrets secret secret_names",
    "engine": "checks report run select suppress",
    "files": "disk search_path work_tree",
    "oauth": "account_type account_type_file dumps endpoint names redirect_uri unfilled wire",
    "project": "connector discovery keys kinds listed locales named_files reading sources"
    " workspace",
    "reports": "names sentences text",
    "text": "digits wording",
}
"""By package, the modules that a check without findings may load; besides, each module of rules."""

OF_OTHER_SUBJECTS = ("archive_", "provider_", "update_")
"""How modules of rules start that no check of one connector needs."""

LOADED = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); "


def modules(code: str, *arguments: Path) -> set[str]:
    """Return the modules that a new Python has loaded at the end of some code."""
    command = [sys.executable, "-c", LOADED + code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_a_clean_check_loads_only_what_it_needs(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "fixtures" / "sunmeter", tmp_path / "sunmeter")
    (folder / ".git").mkdir()
    run = "from manifest_lint.cli.main import main; main(['check', sys.argv[1]])"
    loaded = modules(run, folder / "manifest.konnector")
    own = {name for name in loaded if name.partition(".")[0] == "manifest_lint"}
    may = {
        ".".join(filter(None, ("manifest_lint", package, name)))
        for package, names in OURS.items()
        for name in names.split()
    }
    rules = {name.rpartition(".")[2] for name in own if name.startswith("manifest_lint.rules.")}
    more = {name for name in own - may if not name.startswith("manifest_lint.rules.")}
    assert more == {"manifest_lint"}
    assert [name for name in rules if name.startswith(OF_OTHER_SUBJECTS)] == []
    assert "manifest_lint.rules.scope_text" in own
    assert loaded - own - modules(f"import {', '.join(STANDARD)}") == set()


OF_IMPORTS = {"sunmeter": 1.5, "faulty": 1.67}
"""How many instructions a check takes, of those of a Python that imports click and json."""

MORE = 1.1
"""A start that grows by more than a tenth fails."""

RUN = "from manifest_lint.__main__ import main; main()"


def test_a_check_takes_no_more_instructions_than_it_did(tmp_path: Path) -> None:
    if not shutil.which("valgrind"):
        pytest.skip("valgrind, which counts instructions, is not installed")
    if sys.implementation.name != "cpython":
        pytest.skip("the figures are CPython's")
    floor = instructions(tmp_path, "-c", "import click, json")
    for name, known in OF_IMPORTS.items():
        manifest = ROOT / "fixtures" / name / "manifest.konnector"
        taken = instructions(tmp_path, "-c", RUN, "check", str(manifest)) / floor
        assert taken <= known * MORE, (
            f"{name}: {taken:.2f}, not {known}: see CONTRIBUTING.md, Style"
        )


def instructions(tmp_path: Path, *arguments: str) -> int:
    """Return how many instructions a Python with bytecode takes, the same on each machine."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment |= {"PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(tmp_path)}
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True)  # writes the bytecode
    count = ["valgrind", "--tool=cachegrind", "--cache-sim=no"]
    count.append(f"--cachegrind-out-file={tmp_path / 'counted'}")
    done = subprocess.run([*count, *command], cwd=ROOT, env=environment, capture_output=True)
    found = re.search(rb"I\s+refs:\s+([\d,]+)", done.stderr)
    assert found, done.stderr.decode(errors="replace")
    return int(found[1].replace(b",", b""))
