"""The examples in a rule's docstring."""

from __future__ import annotations

import re

from manifest_lint.rules.base import Rule


def example(rule: Rule, label: str) -> str:
    """Return what a rule's docstring says after `Bad:` or `Good:`."""
    found = re.search(rf"^{label}: (.+)$", rule.doc, re.MULTILINE)
    assert found, f"{rule.code} has no line {label}:"
    return found[1]
