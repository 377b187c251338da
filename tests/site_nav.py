"""Adds the page of each rule to the site's navigation: a hook of mkdocs, see mkdocs.yml."""

from __future__ import annotations

from typing import Any

from manifest_lint.reports import catalogue
from manifest_lint.rules.registry import all_rules

_RULES = "rules/README.md"


def on_config(config: Any) -> None:
    """Replace the page of all rules, wherever it is in the navigation, by a section with each."""
    for section in config["nav"]:
        for pages in section.values():
            for page in pages if isinstance(pages, list) else ():
                for title, file in page.items():
                    if file == _RULES:
                        page[title] = [_RULES, *_families()]


def _families() -> list[dict[str, list[dict[str, str]]]]:
    families: dict[str, list[dict[str, str]]] = {}
    for rule in all_rules():
        if not rule.plugin:
            family = rule.code.rstrip("0123456789")
            title = f"{family}: {catalogue.FAMILIES[family]}"
            page = {f"{rule.code} {rule.name}": f"rules/{rule.code}.md"}
            families.setdefault(title, []).append(page)
    return [{title: pages} for title, pages in families.items()]
