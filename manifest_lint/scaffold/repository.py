"""Propose what a repository needs to run manifest-lint: a configuration, a hook, a CI job.

Nothing is written here: each function returns a proposal for one file. An existing file is never
replaced.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from manifest_lint.config.find import NAME as CONFIGURATION
from manifest_lint.content.addresses import repository
from manifest_lint.document.document import Document
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, read_file
from manifest_lint.files.work_tree import top_of
from manifest_lint.scaffold.source import Source

Ci = Literal["github", "gitlab", "travis"]
"""The services for which a job can be proposed."""

CI_FILES: dict[Ci, str] = {
    "github": ".github/workflows/manifest-lint.yml",
    "gitlab": ".gitlab-ci.yml",
    "travis": ".travis.yml",
}

HOOK_FILES = "^(?!-)"
"""The files that the pre-commit hook is given, as in .pre-commit-hooks.yaml.

All but those that start with `-`, which would be options: `--touched` finds these itself.
"""

_HOOKS = ".pre-commit-config.yaml"
_THE_HOOK, _THE_JOB = "the pre-commit hook", "the CI job"

_LIMIT = 1024 * 1024
_PLAIN_PATH = re.compile(r"[\w./-]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal for one file: `what` describes it, `data` is its new content.

    If the file exists and is not changed, `data` is what its owner may add by hand, or empty. With
    `before`, `data` replaces the content of that document.
    """

    path: Path
    what: str
    data: bytes = b""
    is_there: bool = False
    before: Document | None = None

    @property
    def can_be_written(self) -> bool:
        """Whether there is something to write."""
        return self.before is not None or not self.is_there


def propose(path: Path, what: str, text: str, by_hand: str | None = None) -> Proposal:
    """Propose a new file or, if it exists, what to add to it by hand."""
    if not is_there(path):
        return Proposal(path, what, text.encode())
    return Proposal(path, what, (text if by_hand is None else by_hand).encode(), True)


def is_there(path: Path) -> bool:
    """Return whether a path exists, even as a broken link."""
    return path.exists() or path.is_symlink()


def configuration(folder: Path, in_force: str | None) -> Proposal:
    """Propose a configuration, unless the folder has one already."""
    what = "the configuration"
    if in_force is not None:
        return Proposal(Path(in_force), what, b"", True)
    return propose(folder / CONFIGURATION, what, _CONFIGURATION, by_hand="")


def existing_hook(root: Path) -> Proposal | None:
    """Return the proposal that says so if there is a pre-commit hook already."""
    if _mentions(root / _HOOKS, "manifest-lint", Tree(root)):
        return Proposal(root / _HOOKS, _THE_HOOK, b"", True)
    return None


def hook(root: Path, source: Source) -> Proposal:
    """Propose a pre-commit hook that gets the tool from a source."""
    entry = hook_entry(source)
    once = f"pip install {source.file} && {_ONCE}" if source.file else _ONCE
    return propose(
        root / _HOOKS, _THE_HOOK, f"# Once in each clone: {once}\nrepos:\n{entry}", by_hand=entry
    )


def hook_entry(source: Source) -> str:
    """Return the entry of `repos` that runs the hook.

    pre-commit installs packages in a folder of its own, where no path of the repository leads
    anywhere: a wheel in the repository has to be installed by hand [pre-commit:
    languages/python.py, install_environment].
    """
    if source.address:
        return _HOOK.format(address=source.address, commit=source.commit)
    how = _BY_HAND if source.file else _BY_PIP.format(requirement=source.requirement)
    return _LOCAL_HOOK.format(how=how, files=HOOK_FILES)


def existing_job(root: Path, ci: Ci) -> Proposal | None:
    """Return the proposal that says so if there is a CI job already."""
    path = root / CI_FILES[ci]
    workflows = path.parent
    jobs = [path]
    if ci == "github":
        jobs = [*workflows.glob("*.yml"), *workflows.glob("*.yaml")]
    for other in sorted(jobs):
        if _mentions(other, "manifest-lint", Tree(root)):
            return Proposal(other, _THE_JOB, b"", True)
    return None


def job(folder: Path, root: Path, ci: Ci, source: Source) -> Proposal:
    """Propose a CI job that gets the tool from a source."""
    below = folder.resolve().relative_to(root.resolve()).as_posix()
    check = "check" if below == "." or not _PLAIN_PATH.fullmatch(below) else f"check {below}"
    lines = _JOBS[ci].format(requirement=source.requirement, check=check)
    alone = _TRAVIS + lines if ci == "travis" else lines
    return propose(root / CI_FILES[ci], _THE_JOB, alone, by_hand=lines)


def ci_in_use(root: Path) -> Ci | None:
    """Return the CI service that a repository uses: by its files, else by its git remote."""
    if (root / ".github/workflows").is_dir():
        return "github"
    for ci in CI_FILES:
        if is_there(root / CI_FILES[ci]):
            return ci
    if (root / ".github").is_dir():
        return "github"
    top = top_of(root)
    origin = git.origin(top) if top else ""
    host = (repository(origin) or "").partition("/")[0] if ":" in origin else ""
    return "github" if "github" in host else "gitlab" if "gitlab" in host else None


def root_of(folder: Path) -> Path:
    """Return the top of the git work tree that a folder is in, or the folder if there is none."""
    here = folder.resolve()
    top = top_of(here)
    return folder if top in (None, here) else top


def _mentions(path: Path, wanted: str, tree: Tree) -> bool:
    """Return whether a file exists inside the tree and contains `wanted`."""
    inside = path.is_file() and tree.holds(path)
    return inside and wanted.encode() in read_file(path, _LIMIT)


_CONFIGURATION = """\
# Settings of manifest-lint. Remove the # in front of a setting to enable it.

# Fail on findings of this severity or worse: error, warning, note or never.
fail-on = "error"

# A configuration to start from: a path, or an installed package.
#extend = "shared/manifest-lint.toml"

# Rules to run, and rules to skip, by code or the start of a code.
#select = ["J", "M", "S002"]
#extend-select = ["A006"]
#ignore = ["M010"]

# What a search leaves out, as in .gitignore; extend-exclude adds to the default of exclude.
#exclude = [".*/", "build/", "node_modules/"]
#extend-exclude = ["tests/broken/"]

# Account types for every connector, instead of those next to each manifest.
#account-types = ["account-types-def.json"]

# Domains allowed in redirect URIs, and domains that belong to one service.
#redirect-domains = ["mycozy.cloud"]
#endpoint-families = [["service.example", "service-login.example"]]

# Values that your own store accepts in addition to the authorised ones.
#extra-categories = ["gardening"]
#extra-data-types = ["harvest"]

# Change the severity of a rule.
#[severity]
#M010 = "error"

# Findings to suppress, why, and until when.
#[[per-file-ignores]]
#code = "M003"
#path = "legacy/**"
#pointer = "/fields/*/importer"
#reason = "the old importer reads this key"
#until = 2030-12-31

# What `manifest-lint build` reads, runs, packs and writes.
#[build]
#build-dir = "build"
#out = "dist"
#command = "yarn build"
#time-limit = 1800
#include = ["*.js", "*.svg", "package.json"]
#exclude = ["*.map"]
#secret-variables = ["MY_CLIENT_SECRET"]
#url = "https://downloads.example/{slug}/{file}"
"""

_ONCE = "pre-commit install"

_HOOK = """\
  - repo: {address}
    rev: {commit}
    hooks:
      - id: manifest-lint
"""

_LOCAL_HOOK = """\
  - repo: local
    hooks:
      - id: manifest-lint
        name: manifest-lint
        entry: manifest-lint check --touched
{how}        files: {files}
        always_run: true
        require_serial: true
"""

_BY_HAND = "        language: system\n"

_BY_PIP = """\
        language: python
        additional_dependencies: ["{requirement}"]
"""

_JOBS: dict[Ci, str] = {
    "github": """\
name: manifest-lint
on: [push, pull_request]
permissions:
  contents: read
jobs:
  manifest-lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install "{requirement}"
      - run: manifest-lint {check} --format github
""",
    "gitlab": """\
manifest-lint:
  image: python:3.12
  script:
    - pip install "{requirement}"
    - manifest-lint {check} --output-file gitlab=code-quality.json
  artifacts:
    when: always
    reports:
      codequality: code-quality.json
""",
    # Not a job of its own: a key such as `deploy` at the top of the file would run once more in it.
    # The full path, as `python3 -m` would look for modules in the connector first.
    "travis": """\
before_script:
  - pip3 install --user "{requirement}" # needs Python 3.10: `dist: jammy` or later
script:
  - ~/.local/bin/manifest-lint {check}
""",
}

_TRAVIS = "os: linux\ndist: jammy\nlanguage: generic\n"
