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
from manifest_lint.errors import UserError
from manifest_lint.files import git
from manifest_lint.files.disk import Tree, read_file

Ci = Literal["github", "gitlab", "travis"]
"""The services for which a job can be proposed."""

CI_FILES: dict[Ci, str] = {
    "github": ".github/workflows/manifest-lint.yml",
    "gitlab": ".gitlab-ci.yml",
    "travis": ".travis.yml",
}

HOOK_FILES = (
    r"(^|/)(manifest\.konnector|account-types-def\.json|account[-_]types\.json"
    r"|account[-_]types/.+\.json|konnector-dev-config\.json|importedData\.json)$"
)
"""The files that the pre-commit hook runs on, as in .pre-commit-hooks.yaml."""

_LIMIT = 1024 * 1024
_REQUIREMENT = re.compile(
    r"[\w./][\w.+:/@=<>~,\[\]%&?#-]*(?: [\w.+:/@=<>~,\[\]%&?-][\w.+:/@#=-]*)*"
)
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


def hook(root: Path, requirement: str) -> Proposal:
    """Propose a pre-commit hook; `requirement` is what pip installs for it."""
    path = root / ".pre-commit-config.yaml"
    entry = _HOOK.format(requirement=requirement, files=HOOK_FILES)
    if _mentions(path, "manifest-lint", Tree(root)):
        return Proposal(path, "the pre-commit hook", b"", True)
    return propose(path, "the pre-commit hook", f"{_ONCE}repos:\n{entry}", by_hand=entry)


def job(folder: Path, root: Path, ci: Ci, requirement: str) -> Proposal:
    """Propose a CI job; `requirement` is what pip installs for it."""
    path = root / CI_FILES[ci]
    workflows = path.parent
    jobs = [path]
    if ci == "github":
        jobs = [*workflows.glob("*.yml"), *workflows.glob("*.yaml")]
    for other in sorted(jobs):
        if _mentions(other, "manifest-lint", Tree(root)):
            return Proposal(other, "the CI job", b"", True)
    below = folder.resolve().relative_to(root.resolve()).as_posix()
    check = "check" if below == "." or not _PLAIN_PATH.fullmatch(below) else f"check {below}"
    lines = _JOBS[ci].format(requirement=requirement, check=check)
    alone = _TRAVIS + lines if ci == "travis" else lines
    return propose(path, "the CI job", alone, by_hand=lines)


def ci_in_use(root: Path) -> Ci | None:
    """Return the CI service that a repository uses: by its files, else by its git remote."""
    if (root / ".github/workflows").is_dir():
        return "github"
    for ci in CI_FILES:
        if is_there(root / CI_FILES[ci]):
            return ci
    if (root / ".github").is_dir():
        return "github"
    top = git.top_of(root)
    origin = git.origin(top) if top else ""
    host = (repository(origin) or "").partition("/")[0] if ":" in origin else ""
    return "github" if "github" in host else "gitlab" if "gitlab" in host else None


def root_of(folder: Path) -> Path:
    """Return the top of the git work tree that a folder is in, or the folder if there is none."""
    here = folder.resolve()
    top = git.top_of(here)
    return folder if top in (None, here) else top


def requirement(text: str) -> str:
    """Return what pip installs. Raises UserError for text that a shell or YAML would change."""
    if not _REQUIREMENT.fullmatch(text):
        raise UserError(
            "--install: use a name with a version, or a URL, without quotes, backslashes and"
            " dollar signs"
        )
    if re.search(r":/+(?!git@)[^/?#\s]*@", text):
        why = "has a password or a token, and would be committed"
        raise UserError(f"--install: {why}; use a URL without one")
    return text


def _mentions(path: Path, wanted: str, tree: Tree) -> bool:
    """Return whether a file exists inside the tree and contains `wanted`."""
    inside = path.is_file() and tree.holds(path)
    return inside and wanted.encode() in read_file(path, _LIMIT)


_CONFIGURATION = """\
# Settings of manifest-lint. Remove the # in front of a setting to enable it.

# Fail on findings of this severity or worse: error, warning, note or never.
fail-on = "error"

# Rules to run, and rules to skip, by code or the start of a code.
#select = ["J", "M", "S002"]
#ignore = ["M010"]

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
#reason = "the old importer reads these keys"
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

_ONCE = "# Once in each clone: pre-commit install\n"

_HOOK = """\
  - repo: local
    hooks:
      - id: manifest-lint
        name: manifest-lint
        entry: manifest-lint check
        language: python
        additional_dependencies: ["{requirement}"]
        files: {files}
        require_serial: true
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
