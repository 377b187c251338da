"""The rules on a subject are loaded without those on others."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from manifest_lint.rules.base import Subject
from manifest_lint.rules.registry import all_rules, rules_on
from tests.command import ROOT

SUBJECTS: tuple[Subject, ...] = get_args(Subject)
ON_SUBJECT = (
    "import sys; from manifest_lint.rules.registry import rules_on;"
    " print(*(rule.code for rule in rules_on(sys.argv[1], plugins=False)))"
)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_new_process_loads_all_rules_on_a_subject(subject: Subject) -> None:
    command = [sys.executable, "-c", ON_SUBJECT, subject]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    expected = [rule.code for rule in all_rules(plugins=False) if rule.subject == subject]
    assert done.stdout.split() == expected


def test_each_rule_is_on_one_subject() -> None:
    codes = [rule.code for subject in SUBJECTS for rule in rules_on(subject, plugins=False)]
    assert sorted(codes) == [rule.code for rule in all_rules(plugins=False)]


def test_each_module_with_a_rule_is_loaded() -> None:
    folder = Path(ROOT) / "manifest_lint" / "rules"
    with_rules = {
        f"manifest_lint.rules.{file.stem}"
        for file in folder.glob("*.py")
        if any(
            isinstance(one, ast.FunctionDef) and one.decorator_list and _is_rule(one)
            for one in ast.parse(file.read_text()).body
        )
    }
    assert {rule.check.__module__ for rule in all_rules(plugins=False)} == with_rules


def _is_rule(function: ast.FunctionDef) -> bool:
    called = (one.func for one in function.decorator_list if isinstance(one, ast.Call))
    return any(isinstance(one, ast.Name) and one.id == "rule" for one in called)
