"""Write docs/rules/: `python -m tests.rule_pages`, after a change of a rule's docstring."""

from __future__ import annotations

from manifest_lint.reports import catalogue
from manifest_lint.rules.registry import all_rules
from tests.command import ROOT

FOLDER = ROOT / "docs" / "rules"

_HEAD = """# Rules

Each rule has a name, and a code that never changes its meaning. For severities and what is refused,
see [Check](../check.md#severities); error/note: some findings are errors, others notes.
`manifest-lint explain CODE` shows the same pages in the terminal.

These pages are generated from the docstrings of the rules: edit those, then run `make docs`.

"""


def pages() -> dict[str, str]:
    """Return every file of docs/rules/ by its name, without the rules of plugins."""
    own = [catalogue.page(rule) for rule in all_rules() if not rule.plugin]
    index = _HEAD + catalogue.as_markdown_table(own, linked=True)
    return {"README.md": index} | {f"{page.code}.md": catalogue.as_markdown(page) for page in own}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for file in FOLDER.iterdir():
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
