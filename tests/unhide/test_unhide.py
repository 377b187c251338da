"""The search for hidings finds them, and what it writes instead is Python."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from manifest_lint.document.masking import Hider
from tests.command import ROOT
from tests.unhide import known, removed, sites
from tests.unhide.known import Known
from tests.unhide.reasons import REASONS
from tests.unhide.rows import Row
from tests.unhide.sites import Site

PACKAGE = ROOT / "manifest_lint"

MODULE = '''"""A module."""

from __future__ import annotations


def shown(text: str, hide: Hider = hide) -> str:
    return f"{without_user_info(text)}: {', '.join(map(hide, [text]))}"


class Given:
    secret: str = field(repr=False)


class Short(NamedTuple):
    secret: str

    def __repr__(self) -> str:
        return "Short()"
'''


@pytest.fixture(scope="module")
def changed() -> dict[str, tuple[str, list[Site]]]:
    return {module: sites.changed(PACKAGE, module, 0) for module in sites.modules(PACKAGE)}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text(MODULE)
    return tmp_path


def test_each_use_of_a_hiding_function_is_found_but_no_annotation(package: Path) -> None:
    _, found = sites.changed(package, "a.py", 5)
    assert [(one.number, one.line, one.what.partition("(")[0]) for one in found] == [
        (5, 6, "def shown"),
        (6, 7, "without_user_info"),
        (7, 7, "map"),
        (8, 11, "secret: repr=False"),
        (9, 17, "Short.__repr__"),
    ]


def test_each_hiding_is_made_one_that_may_be_removed(package: Path) -> None:
    text = sites.changed(package, "a.py", 0)[0].replace("lambda :", "lambda:")  # on Python 3.10
    assert "_removed.function(1, without_user_info, _removed.first)(text)" in text
    assert "map(_removed.function(2, hide, _removed.first), [text])" in text
    short = "lambda: 'Short()', lambda: _removed.usual(self)"
    assert f"return _removed.value(4, {short})" in text
    assert "field(repr=_removed.is_removed(3))" in text
    assert "text: str, hide: Hider=_removed.function(0, hide, _removed.first)) -> str" in text


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(removed.LOG, str(tmp_path / "numbers"))
    monkeypatch.setenv(removed.REMOVED, "1")
    removed.start()
    yield tmp_path / "numbers"
    monkeypatch.undo()
    removed.start()


def test_a_hiding_that_is_removed_hides_nothing(log: Path) -> None:
    assert removed.function(1, Hider(["S3CRET"]), removed.first)("a S3CRET") == "a S3CRET"
    assert not removed.function(1, Hider(["S3CRET"]), removed.first).finds("a S3CRET")
    assert removed.value(1, lambda: "***", lambda: "S3CRET") == "S3CRET"
    assert not log.exists()


def test_a_hiding_is_noted_where_it_makes_a_difference(log: Path) -> None:
    assert removed.function(2, Hider(["S3CRET"]), removed.first)("a S3CRET") == "a ***"
    made = removed.function(3, Hider, removed.nothing)(["S3CRET"])
    assert log.read_text() == "2\n"
    assert made("a S3CRET") == "a ***"
    assert removed.value(4, lambda: "a", lambda: "a") == "a"
    assert removed.value(5, lambda: "***", lambda: "a") == "***"
    assert log.read_text() == "2\n3\n5\n"


def test_every_module_is_still_python_when_it_is_changed(
    changed: dict[str, tuple[str, list[Site]]],
) -> None:
    for module, (text, found) in changed.items():
        if found:
            compile(text, module, "exec")


def test_every_named_hiding_and_every_reason_is_in_use(
    changed: dict[str, tuple[str, list[Site]]],
) -> None:
    used = {(one.module, one.what) for _, found in changed.values() for one in found}
    text = {path: (PACKAGE / path).read_text("utf-8") for path in sites.modules(PACKAGE)}
    assert [name for name in sites.HIDING if not any(name in one for one in text.values())] == []
    assert [key for key in sites.OF_A_MODULE if key[1] not in text[key[0]]] == []
    assert sites.unused_expressions(PACKAGE) == []
    assert [key for key in REASONS if tuple(key.split(": ", 1)) not in used] == []


@pytest.mark.parametrize(
    ("changed", "is_known"),
    [
        ("manifest_lint/a.py", False),
        ("tests/canary/outputs.py", False),
        ("tests/servers/database.py", False),
        ("tests/connectors.py", False),
        ("fixtures/sunmeter/manifest.konnector", False),
        ("tests/canary/commands.py", True),
        ("tests/unhide/reasons.py", True),
        ("docs/rules.md", True),
    ],
)
def test_a_recorded_output_is_known_until_what_it_is_made_of_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, *, is_known: bool
) -> None:
    monkeypatch.setattr(known, "ROOT", tmp_path)
    (tmp_path / changed).parent.mkdir(parents=True)
    (tmp_path / changed).write_text("before")
    record, row = tmp_path / "record" / "unhide.json", Row("pipe", "check")
    found = [Site(0, "a.py", 7, "hide(text)")]
    Known(record, found).add_differing(row, {0})
    assert Known(record, found).differing(row) == {0}
    (tmp_path / changed).write_text("after")
    assert Known(record, found).differing(row) == ({0} if is_known else None)
