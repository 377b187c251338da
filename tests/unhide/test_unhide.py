"""The search for hidings finds them, and what it writes instead is Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import ROOT
from tests.unhide import sites
from tests.unhide.reasons import REASONS

PACKAGE = ROOT / "manifest_lint"
FOUND = sites.sites(PACKAGE)

MODULE = '''"""A module."""

from __future__ import annotations


def shown(text: str, hide: Hider = hide) -> str:
    return f"{without_user_info(text)}: {', '.join(map(hide, [text]))}"


class Given:
    secret: str = field(repr=False)
'''


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(MODULE)
    return tmp_path


def test_each_use_of_a_hiding_function_is_found_but_no_annotation(package: Path) -> None:
    found = sites.sites(package)
    assert [(one.line, one.what.partition("(")[0]) for one in found] == [
        (6, "def shown"),
        (7, "without_user_info"),
        (7, "map"),
        (11, "secret: repr=False"),
    ]


def test_one_hiding_is_removed_and_the_others_are_left(package: Path) -> None:
    _, call, mapped, hidden = sites.sites(package)
    assert "_removed.first(text)}: {', '.join(map(hide" in sites.without(package, call, 0)
    assert "without_user_info(text)}: {', '.join(map(_removed.first" in sites.without(
        package, mapped, 0
    )
    assert "repr=True" in sites.without(package, hidden, 0)
    assert "_removed.function(1, without_user_info, _removed.first)" in sites.watched(
        package, "a.py", 0
    )


def test_every_module_is_still_python_when_it_is_watched() -> None:
    for module, first in {one.module: one.number for one in reversed(FOUND)}.items():
        compile(sites.watched(PACKAGE, module, first), module, "exec")


def test_every_named_hiding_and_every_reason_is_in_use() -> None:
    used = {(one.module, one.what) for one in FOUND}
    text = {path: (PACKAGE / path).read_text("utf-8") for path in sites.modules(PACKAGE)}
    assert [name for name in sites.HIDING if not any(name in one for one in text.values())] == []
    assert [key for key in sites.OF_A_MODULE if key[1] not in text[key[0]]] == []
    assert sites.unused_expressions(PACKAGE) == []
    assert [key for key in REASONS if tuple(key.split(": ", 1)) not in used] == []
