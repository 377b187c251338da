"""What the wheel installs next to Python's files: `python -m tests.share` writes share/.

It is committed, so that whoever installs from a git address has it too, without click-man.
"""

from __future__ import annotations

import shutil

from manifest_lint.cli.commands.completion import script
from manifest_lint.cli.main import cli
from tests import man_pages
from tests.command import ROOT

FOLDER = ROOT / "share"

COMPLETIONS = {
    "bash": "bash-completion/completions/manifest-lint",
    "fish": "fish/vendor_completions.d/manifest-lint.fish",
    "zsh": "zsh/site-functions/_manifest-lint",
}
"""Where each shell looks for the completion of a command, below /usr/share and the like."""


def files() -> dict[str, str]:
    """Return the text of each file by its path below share/."""
    pages = {f"man/man1/{name}": text for name, text in man_pages.pages().items()}
    return pages | {path: script(cli, shell) for shell, path in COMPLETIONS.items()}


def main() -> None:
    """Write the folder again."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, text in files().items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text.rstrip("\n") + "\n", "utf-8")


if __name__ == "__main__":
    main()
