"""A unified diff is right for any lines, is as short as difflib's, and takes linear time."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.text.line_diff import unified
from tests.growth import grows_with_its_input

LINES = st.lists(st.sampled_from([f"{letter}\n" for letter in "abcdefgh{}"]), max_size=40)


def applied(old: list[str], diff: list[str]) -> list[str]:
    """Apply a diff as its hunks say, without looking for another place."""
    new, at = [], 0
    for line in diff[2:]:
        if line.startswith("@@"):
            first, _, size = line.split()[1][1:].partition(",")
            start = int(first) - (size != "0")
            new += old[at:start]
            at = start
            continue
        if line[0] in " -":
            assert old[at] == line[1:]
            at += 1
        if line[0] in " +":
            new.append(line[1:])
    return new + old[at:]


@given(LINES, LINES)
def test_a_diff_leads_from_the_one_to_the_other(old: list[str], new: list[str]) -> None:
    diff = list(unified(old, new, "x"))
    assert bool(diff) == (old != new)
    assert applied(old, diff) == new


@given(st.lists(st.integers(0, 9999), unique=True, max_size=60), st.sets(st.integers(0, 59)))
def test_it_is_that_of_difflib_where_no_line_is_repeated(lines: list[int], out: set[int]) -> None:
    old = [f"{line}\n" for line in lines]
    new = [line for number, line in enumerate(old) if number not in out]
    assert list(unified(old, new, "x")) == list(difflib.unified_diff(old, new, "x", "x"))


@pytest.mark.parametrize("change", ["every tenth line", "a line more", "a line less", "all"])
def test_git_applies_it_to_many_lines_that_are_repeated(tmp_path: Path, change: str) -> None:
    old = "".join(f'"p{number}": [\n"get"\n],\n' for number in range(2000)).splitlines(True)
    new = list(old)
    if change == "every tenth line":
        new[1::30] = ['"GET"\n'] * len(new[1::30])
    elif change == "a line more":
        new.insert(3001, '"put"\n')
    elif change == "a line less":
        del new[3001]
    else:
        new = [line.upper() for line in old]
    (tmp_path / "x").write_text("".join(old))
    diff = "".join(unified(old, new, "x"))
    changed = [line for line in diff.splitlines()[2:] if line[0] in "-+"]
    assert len(changed) <= {"every tenth line": 400, "all": 12_000}.get(change, 1)
    command = ["git", "apply", "-p0", "--whitespace=nowarn"]
    subprocess.run(command, input=diff, text=True, cwd=tmp_path, check=True)
    assert (tmp_path / "x").read_text() == "".join(new)


@pytest.mark.parametrize("change", ["in place", "of all", "moved"])
def test_the_time_grows_with_the_lines(change: str) -> None:
    def texts(size: int) -> tuple[list[str], list[str]]:
        old = [line for number in range(size) for line in (f"p{number}\n", "get\n", "]\n")]
        if change == "moved":
            return old, old[::-1]
        return old, [line.replace("get" if change == "in place" else "\n", "x\n") for line in old]

    assert grows_with_its_input(texts, lambda both: list(unified(*both, "x")), 8000)
