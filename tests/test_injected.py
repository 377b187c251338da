"""Commands that write hold the law at some of their system calls, and in some pairs.

`python -m tests.injected` tries all: see tests/injected/__main__.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.injected import law, pairs
from tests.injected.commands import of_files, with_servers
from tests.injected.tracing import Injection, points, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "strace is here")

TRACE = """\
7 openat(AT_FDCWD, "m", O_RDONLY|O_CLOEXEC) = 3
7 close(3) = 0
7 openat(AT_FDCWD, ".m.unfinished", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0600) = 3
8 write(5, "in another thread", 17 <unfinished ...>
7 write(3, "{}", 2) = 2
8 <... write resumed>) = 17
7 close(3) = 0
7 rename(".m.unfinished", "m") = 0
7 write(1, "a", 1) = 1
7 write(1, "b", 1) = 1
7 exit_group(0) = ?
"""


def test_points_are_the_calls_that_change_something() -> None:
    found = [(f"{one.call.name} {one.call.number}", one.before, one.after) for one in points(TRACE)]
    assert found == [
        ("openat 2", ("close", 1), ("write", 1)),
        ("write 1", ("write", 1), ("write", 1)),
        ("rename 1", ("close", 2), ("write", 2)),
        ("write 2", ("rename", 1), ("write", 3)),
    ]


WHATS = ("ENOSPC", "KILL", "EIO", "TERM", "EACCES", "INT")

SOME = {
    "build": 10,
    "build --output-file": 4,
    "check --fix": 6,
    "check --write-baseline": 6,
    "check --output-file": 6,
    "check --format github": 3,
    "init": 6,
    "exempt": 6,
    "exempt, the first": 4,
}


def some(known: law.Whole, number: int) -> list[Injection]:
    """Return about that number of the injections, spread over points and kinds."""
    everything = list(law.all_injections(known.points))
    step = max(1, len(everything) // number)
    return everything[:: step + (step % len(WHATS) == 0)][:number]


@pytest.mark.parametrize("name", SOME)
def test_a_command_that_writes_holds_the_law(tmp_path: Path, name: str) -> None:
    [command] = [one for one in of_files() if one.name == name]
    known = law.whole(command, tmp_path)
    where = law.all_injections(known.points)
    assert known.points
    for injection in some(known, SOME[name]):
        found = law.tried(command, tmp_path, known, where[injection], injection)
        assert not found.broken


@pytest.mark.parametrize("name", ["login --renew", "login --loopback"])
def test_a_login_holds_the_law(tmp_path: Path, name: str) -> None:
    with with_servers(tmp_path, provisions=False) as commands:
        [command] = [one for one in commands if one.name == name]
        known = law.whole(command, tmp_path / "scratch")
        where = law.all_injections(known.points)
        for injection in some(known, 5):
            found = law.tried(command, tmp_path / "scratch", known, where[injection], injection)
            assert not found.broken


@pytest.mark.parametrize("error", ["ENOSPC", "KILL"])
def test_between_two_moves_of_a_build_the_old_files_come_back(tmp_path: Path, error: str) -> None:
    [command] = [one for one in of_files() if one.name == "build"]
    known = law.whole(command, tmp_path)
    moves = [one for one in known.points if one.call.name == "rename"]
    assert len(moves) == 6  # five files, and the folder that says that all are moved
    for point in moves[1:6:2]:
        injection = Injection(point.call, error)
        assert not law.tried(command, tmp_path, known, point, injection).broken


MEETING = [
    ("exempt one", "exempt another"),
    ("baseline", "baseline of another"),
    ("check --fix", "check --unsafe-fixes"),
    ("login --renew", "login --renew"),
    ("build", "build"),
    ("init", "init"),
]


@pytest.mark.parametrize("names", MEETING, ids="-".join)
def test_of_two_at_once_nothing_is_lost(tmp_path: Path, names: tuple[str, str]) -> None:
    with pairs.pairs(tmp_path, provisions=False) as (running, writers):
        one, other = (next(each for each in writers if each.name == name) for name in names)
        assert running.run(one, other, 3) == []
