"""A plain check or verify starts quickly: it loads only these modules, in few instructions."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.archives import good, tar_gz
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
    "document": "document encoding go_json no_secrets secret secret_names secret_strings",
    "engine": "checks report run select suppress",
    "files": "disk search_path work_tree",
    "oauth": "account_type account_type_file dumps endpoint names redirect_uri required unfilled"
    " wire",
    "project": "connector discovery keys kinds listed locales named_files reading sources"
    " workspace",
    "reports": "names sentences text",
    "text": "digits wording",
}
"""By package, the modules that a check without findings may load; besides, each module of rules."""

OF_VERIFY = {
    "": "archive bundle",
    "api": "archives",
    "archive": "archive gunzip inflate never_packed pax sparse streams tar tar_header tarball"
    " threads unpacking",
    "bundle": "detectors known named_values parts scan verify",
    "cli.commands": "verify",
    "cozy": "size_limit",
    "document": "common_words manifest_secrets masking secret_checks secret_forms secret_table",
    "engine": "hider searched",
    "reports": "made outcome",
    "text": "substrings user_info",
}
"""What `verify` may load besides, if the archive has no findings."""

STANDARD_OF_VERIFY = ("ahocorasick_rs", "binascii", "hashlib", "queue", "struct", "zlib")

OF_OTHER_SUBJECTS = ("provider_", "update_")
"""How modules of rules start that neither needs; `archive_` is only for archives."""

RULES = ROOT / "manifest_lint" / "rules"

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
    own, others = split(modules(run, folder / "manifest.konnector"))
    assert own - named(OURS) == {"manifest_lint"}
    assert rules_of(own, *OF_OTHER_SUBJECTS, "archive_") == []
    assert rules_of(own, "scope_text") == ["scope_text"]
    assert others - modules(f"import {', '.join(STANDARD)}") == set()


def test_a_clean_archive_is_verified_with_only_what_that_needs(tmp_path: Path) -> None:
    archive = tmp_path / "x.tar.gz"
    archive.write_bytes(tar_gz(good()))
    run = "from manifest_lint.cli.main import main; main(['verify', sys.argv[1]])"
    own, others = split(modules(run, archive))
    assert own - named(OURS) - named(OF_VERIFY) == {"manifest_lint"}
    assert rules_of(own, *OF_OTHER_SUBJECTS, "cross_workspace") == []
    assert rules_of(own, "archive_", "scope_text") == [
        *("archive_entries", "archive_registry", "scope_text"),
    ]
    standard = filter(find_spec, (*STANDARD, *STANDARD_OF_VERIFY))
    assert others - modules(f"import {', '.join(standard)}") == set()


def split(loaded: set[str]) -> tuple[set[str], set[str]]:
    """Return which of the loaded modules are ours, and the others."""
    own = {name for name in loaded if name.partition(".")[0] == "manifest_lint"}
    return own, loaded - own


def named(packages: Mapping[str, str]) -> set[str]:
    """Return the full names of what is listed by package, and all modules of rules."""
    listed = {
        ".".join(filter(None, ("manifest_lint", package, name)))
        for package, names in packages.items()
        for name in names.split()
    }
    return listed | {f"manifest_lint.rules.{file.stem}" for file in RULES.glob("*.py")}


def rules_of(own: Iterable[str], *starts: str) -> list[str]:
    """Return the modules of rules among ours that start so."""
    rules = (name.removeprefix("manifest_lint.rules.") for name in own)
    return sorted(name for name in rules if name.startswith(starts))


OF_IMPORTS = {"sunmeter": 1.5, "faulty": 1.67}
"""How many instructions a check takes, of those of a Python that imports click and json."""

OF_A_SMALL_ARCHIVE = 1.72
"""The same for `verify` of an archive of four small files."""

WHY = "see CONTRIBUTING.md, Style"

MORE = 1.1
"""A start that grows by more than a tenth fails."""

RUN = "from manifest_lint.__main__ import main; main()"


def test_a_check_and_verify_take_no_more_instructions_than_they_did(tmp_path: Path) -> None:
    if not shutil.which("valgrind"):
        pytest.skip("valgrind, which counts instructions, is not installed")
    if sys.implementation.name != "cpython":
        pytest.skip("the figures are CPython's")
    floor = instructions(tmp_path, "-c", "import click, json")
    for name, known in OF_IMPORTS.items():
        manifest = ROOT / "fixtures" / name / "manifest.konnector"
        taken = instructions(tmp_path, "-c", RUN, "check", str(manifest)) / floor
        assert taken <= known * MORE, f"{name}: {taken:.2f}, not {known}: {WHY}"
    archive = tmp_path / "x.tar.gz"
    archive.write_bytes(tar_gz(good()))
    taken = instructions(tmp_path, "-c", RUN, "verify", str(archive)) / floor
    assert taken <= OF_A_SMALL_ARCHIVE * MORE, f"{taken:.2f}, not {OF_A_SMALL_ARCHIVE}: {WHY}"


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
