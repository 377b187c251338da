"""What must hold after a command was stopped or failed at any point, and after its next run."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests import command as commands_of_tests
from tests.injected.commands import Command, environment, place
from tests.injected.tracing import ERRORS, Injection, Point, Ran, points, traced

State = dict[str, Any]
"""What is there: the bytes of each file by its path, a word for a folder, and documents."""

_FOLDER = "a folder"


class Whole(NamedTuple):
    """A run of a command that nothing disturbs: what is there before and after, and its points."""

    before: State
    after: State
    code: int
    points: list[Point]


class Broken(NamedTuple):
    """The law was broken: at which point, by what, and how."""

    point: str
    injection: Injection
    why: str


class Tried(NamedTuple):
    """Whether an injection came at all, and how it broke the law."""

    has_come: bool
    broken: Broken | None


def state(scratch: Path, command: Command) -> State:
    """Return what is there."""
    found: State = {f"document {id}": value for id, value in command.elsewhere().items()}
    for folder, folders, files in os.walk(scratch):
        here = Path(folder)
        if ".git" in folders:
            folders.remove(".git")
        found |= {str((here / one).relative_to(scratch)): _FOLDER for one in folders}
        found |= {
            str((here / one).relative_to(scratch)): (here / one).read_bytes() for one in files
        }
    return found


def whole(command: Command, scratch: Path) -> Whole:
    """Run a command, and count where it changes something."""
    folder = place(command, scratch)
    before = state(scratch, command)
    done = traced([*command.arguments], folder, environment(command, scratch))
    if "Traceback" in done.err or done.code not in (0, 1):
        raise AssertionError(f"{command.name}: {done.code} {done.out} {done.err}")
    after = state(scratch, command)
    if (before == after) is command.changes:
        raise AssertionError(f"{command.name}: {done.code} {done.out} {done.err}")
    return Whole(before, after, done.code, points(done.trace))


def injections(point: Point) -> Iterator[Injection]:
    """Yield what is tried at a point: each error, and each signal before and after it.

    Python runs the handler of a signal after the call that it comes in; SIGKILL ends the process
    before the call.
    """
    yield from (Injection(point.call, error) for error in ERRORS)
    yield from (Injection(point.call, "KILL"), Injection(point.after, "KILL"))
    for signal in ("TERM", "INT"):
        yield from (Injection(point.before, signal), Injection(point.call, signal))


def all_injections(points: list[Point]) -> dict[Injection, Point]:
    """Return what is tried at some points: after one may be before the next."""
    return {injection: point for point in points for injection in injections(point)}


def tried(
    command: Command, scratch: Path, known: Whole, point: Point, injection: Injection
) -> Tried:
    """Run a command with an injection, then once more."""
    folder = place(command, scratch)
    if (before := state(scratch, command)) != known.before:
        raise AssertionError(f"{command.name}: starts from another state: {_differ(before, known)}")
    done = traced([*command.arguments], folder, environment(command, scratch), injection)
    why = [*_after(state(scratch, command), done, injection, command, known)]
    again = commands_of_tests.run(
        *command.arguments, cwd=folder, environment=environment(command, scratch)
    )
    why += _at_the_end(state(scratch, command), again.stderr, command, known)
    shutil.rmtree(scratch)
    has_come = bool(re.search(r"\(INJECTED\)|killed by SIG|--- SIG(TERM|INT) ", done.trace))
    return Tried(has_come, Broken(point.shown, injection, "; ".join(why)) if why else None)


def _after(
    now: State, done: Ran, injection: Injection, command: Command, known: Whole
) -> Iterator[str]:
    is_killed = injection.what == "KILL"
    if not (is_killed and done.code == -9):
        yield from _ended(done, now == known.after, known)
    changed = []
    for path in known.before.keys() | known.after.keys() | now.keys():
        found = now.get(path)
        if found == known.before.get(path) or found == known.after.get(path):
            changed += [path] if found != known.before.get(path) else []
        elif not (is_killed and is_unfinished(path)):
            yield f"{path} is neither old nor new"
    if command.together and not is_killed and changed and now != known.after:
        yield f"only {sorted(changed)} changed"


def is_unfinished(path: str) -> bool:
    return any(
        name.startswith(".manifest-lint.unfinished-")
        or (name.startswith(".") and name.endswith(".unfinished"))
        for name in Path(path).parts
    )


def _ended(done: Ran, is_done: bool, known: Whole) -> Iterator[str]:
    if "Traceback" in done.err:
        yield "a traceback"
    if done.code == known.code:
        if not is_done:
            yield f"exit code {done.code}, but not all is new"
        return
    if done.code != 2:
        yield f"exit code {done.code}"
    lines = [line for line in done.err.splitlines() if line.startswith("manifest-lint: ")]
    if not lines and not re.search(r"write\(2,.*\(INJECTED\)", done.trace):
        yield f"no line says why: {done.err!r}"


def _at_the_end(now: State, err: str, command: Command, known: Whole) -> Iterator[str]:
    if "Traceback" in err:
        yield "a traceback of the next run"
    if now != known.after and not command.appends:
        yield f"after the next run: {_differ(now, known)}"


def _differ(now: State, known: Whole) -> str:
    wrong = {
        path for path in now.keys() | known.after.keys() if now.get(path) != known.after.get(path)
    }
    return ", ".join(sorted(wrong))
