"""House rules: rules that other packages bring, by the entry point group `manifest_lint.rules`."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from manifest_lint.rules import Rule

GROUP = "manifest_lint.rules"
CODE = re.compile(r"[A-Z]{2,10}[0-9]{3}")
"""Codes of house rules: two letters or more, so that they never meet one of ours."""


def load(rules: dict[str, Rule]) -> None:
    """Import every plugin, whose rules enter `rules` by that, and name it in them.

    Raises UserError, naming the plugin, where that fails or a rule has no code of its own.
    """
    if not any(GROUP in text for text in _entry_points()):
        return  # importlib.metadata costs as much as half of a check
    from importlib.metadata import entry_points

    for entry in entry_points(group=GROUP):
        package = entry.dist.name if entry.dist else entry.value
        known = set(rules)
        try:
            entry.load()
        except Exception as error:
            raise UserError(
                f"{package}: this plugin of manifest-lint cannot be loaded ({entry.value}:"
                f" {type(error).__name__}: {error}); mend or uninstall it"
            ) from error
        for code in rules.keys() - known:
            if not CODE.fullmatch(code):
                raise UserError(
                    f"{package}: this plugin of manifest-lint has a rule {code}; the code must be"
                    " two capitals or more and three digits, such as ACME001"
                )
            rules[code] = replace(rules[code], plugin=package)


def _entry_points() -> Iterator[str]:
    """Give the text of each installed package's entry points."""
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208  # pathlib takes three times as long
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                try:
                    yield Path(folder, name, "entry_points.txt").read_text("utf-8")
                except (OSError, UnicodeDecodeError):
                    continue
