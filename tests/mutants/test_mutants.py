"""Which tests a mutant is tried with, and the reasons of those that survive."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.mutants.choice import MOST_FILES, defined_at, rounds

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).parent
PACKAGE = HERE.parent.parent / "manifest_lint"


@pytest.mark.parametrize(
    ("module", "name", "first"),
    [
        ("rules/account_type_endpoints.py", "", "rules/test_account_type_endpoints.py"),
        ("rules/archive_entries.py", "", "rules/test_archive_registry.py"),
        ("archive/never_packed.py", "", "archive/test_never_packed.py"),
        ("archive/inflate.py", "", "archive/test_limits.py"),
        ("bundle/stale.py", "", "bundle/test_stale.py"),
        ("engine/pool.py", "", "engine/test_parts.py"),
        ("cozy/browser_host.py", "", "cozy/test_browser_url.py"),
        ("cozy/vocabulary.py", "WRITING_CALLS", "rules/test_permission_used.py"),
        ("cozy/vocabulary.py", "DOCUMENTED_DOCTYPES", "rules/test_permission_asked.py"),
        ("cozy/vocabulary.py", "TEMPLATE_TEXTS", "rules/test_manifest_template.py"),
    ],
)
def test_the_file_that_tells_most_comes_first(module: str, name: str, first: str) -> None:
    best, more, others = rounds(PACKAGE / module, name, HERE.parent)
    assert best == [HERE.parent / first]
    files = [*best, *more, *others]
    assert len(files) == len(set(files))
    assert len([*best, *more]) == MOST_FILES
    assert {*(HERE.parent / module).parent.glob("test_*.py")} <= {*files}


def test_a_line_is_in_what_defines_it(tmp_path: Path) -> None:
    module = tmp_path / "a.py"
    module.write_text("import a\nB = (\n    1,\n)\nC: int = 2\n\n\n@a\ndef d():\n    pass\n")
    names = ["", "B", "B", "B", "C", "", "", "d", "d", "d"]
    assert [defined_at(module, line) for line in range(1, 11)] == names


def test_each_survivor_is_of_code_that_is_there_and_has_a_reason() -> None:
    entries = tomllib.loads((HERE / "survivors.toml").read_text("utf-8")).get("survivor", [])
    for one in entries:
        assert set(one) == {"module", "before", "after", "reason"}
        lines = (PACKAGE / one["module"]).read_text("utf-8").splitlines()
        assert one["before"] in [line.strip() for line in lines]
        assert one["before"] != one["after"]
        assert 10 < len(one["reason"]) < 200
