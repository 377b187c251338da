"""Write the lines that install the tool: `python -m tests.install_pages`.

They follow manifest_lint/scaffold/published.py. A page says ADDRESS for the address of the
repository while it has none, and COMMIT for a commit of it.
"""

from __future__ import annotations

import re
from pathlib import Path

from manifest_lint._version import __version__
from manifest_lint.content.addresses import repository
from manifest_lint.scaffold import published
from manifest_lint.scaffold.source import Source
from tests.command import ROOT

FILES = (
    *("README.md", "docs/index.md", "docs/quickstart.md", "docs/tutorial.md"),
    *("docs/integrations.md", "docs/upgrade.md"),
    *("integrations/gitlab/manifest-lint.gitlab-ci.yml", "integrations/travis/travis.yml"),
    "integrations/webpack/README.md",
)


def documented() -> Source:
    """Return the source that pages and jobs show: pip, pre-commit and CI read it."""
    address = published.REPOSITORY or "ADDRESS"
    requirement = f"manifest-lint @ git+{address}@COMMIT"
    if published.ON_INDEX:
        requirement = f"manifest-lint=={__version__}"
    return Source(requirement, address, "COMMIT")


def for_a_person() -> str:
    """Return what a person installs: the newest, with the quick search."""
    name = "manifest-lint[fast]"
    return name if published.ON_INDEX else f"{name} @ git+{documented().address}"


def action() -> str:
    """Return the repository as GitHub's `uses` names it."""
    host, _, path = (repository(published.REPOSITORY) or "").partition("/")
    return path if host == "github.com" else "OWNER/manifest-lint"


def written(text: str) -> str:
    """Return a page with its lines that install."""
    source, name = documented(), r"\"(?:manifest-lint|git\+)[^\"]*\""
    template = source.requirement if published.ON_INDEX else ""  # its users name a commit
    rules = {
        rf"(?<=- )(pip3? install (?:--\w+ )*){name}": rf'\1"{source.requirement}"',
        rf"(?<!- )\b((?:pip|pipx|uv tool) install ){name}": rf'\1"{for_a_person()}"',
        r"(- repo: )(?!local\b)\S+": rf"\1{source.address}",
        r"(?m)^( +rev: )\S+": rf"\1{source.commit}",
        r"(uses: )[\w.-]+/manifest-lint@\w+": (rf"\1{action()}@{source.commit}"),
        rf"(MANIFEST_LINT_SOURCE: ){name}": rf'\1"{source.requirement}"',
        r"(MANIFEST_LINT_SOURCE:\n +value: )\S+": rf'\1"{template}"',
        r"(npm install --save-dev )\"[^\"]*\"": rf'\1"git+{source.address}#{source.commit}"',
    }
    for pattern, by in rules.items():
        text = re.sub(pattern, by, text)
    return text


def main() -> None:
    """Write all of them."""
    for name in FILES:
        path = Path(ROOT / name)
        path.write_text(written(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
