"""Outputs of the canary with some hidings removed, each in a process that is forked.

The package is the changed one: this is imported in the copy of the repository that has it.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NamedTuple

import manifest_lint
from manifest_lint.cli.main import main
from tests.canary.commands import RUNS
from tests.canary.connector import live
from tests.canary.others import OTHERS
from tests.canary.outputs import Mode, copied, output_of
from tests.canary.places import SECRETS, forms, readings
from tests.unhide import removed

_SECONDS = 120
"""After which a process is ended, which may hang without a hiding."""


class Row(NamedTuple):
    """An output: of a command in a mode, or another one."""

    mode: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} ({self.mode})" if self.mode == "terminal" else self.name


PYTHON = Row("other", "Python")
LOGIN = Row("other", "login")

ROWS = (
    *(Row("pipe", name) for name in RUNS),
    *(Row("other", name) for name in OTHERS),
    *(Row("terminal", name) for name in RUNS if name.startswith("what init")),
)


def defined(row: Row) -> str:
    """Return what runs a row."""
    return str(RUNS.get(row.name, ""))


class Rows:
    """Runs the outputs."""

    def __init__(self, folder: Path, addresses: dict[str, str]):
        self.connector = folder / "connector"
        self.folder = folder / "run"
        self.folder.mkdir()
        self.addresses = addresses
        for module in walk_packages(manifest_lint.__path__, "manifest_lint."):
            if not module.name.endswith("__main__"):
                import_module(module.name)  # once for all processes
        gc.freeze()  # so that processes share it
        self._changed = import_module("manifest_lint._removed")

    def leaks(
        self, row: Row, without: Iterable[int] = (), *, is_at_import: bool = False
    ) -> Counter[str]:
        """Return how often an output has each secret without some hidings."""
        return self._run(row, without, "", is_at_import=is_at_import)[0]

    def differing(self, row: Row, without: Iterable[int] = ()) -> set[int]:
        """Return the hidings that make a difference in an output, some being removed.

        Raises SystemExit if the output is not as the canary's tests want it with all of them: what
        fails early, for want of a server, hides little.
        """
        log = self.folder / "numbers"
        log.unlink(missing_ok=True)
        leaks, code = self._run(row, without, str(log))
        wanted = 0 if row.mode == "other" else RUNS[row.name][0]
        if not without and (leaks or code != wanted):
            raise SystemExit(f"{row} ends with {code}, and with all hidings shows {dict(leaks)}")
        return set(map(int, log.read_text().split())) if log.exists() else set()

    def _run(
        self, row: Row, without: Iterable[int], log: str, *, is_at_import: bool = False
    ) -> tuple[Counter[str], int]:
        """Return how often an output has each secret, and the exit code."""
        os.environ[removed.LOG] = log
        os.environ[removed.REMOVED] = " ".join(map(str, without))
        connector = copied(self.connector, self.folder / "x")
        if row.mode == "other":
            other = self._new if is_at_import else self._forked
            text, code = other(lambda: print(OTHERS[row.name](connector, self.addresses)), row.name)
            texts = [text]
        else:
            if "{server}" in RUNS[row.name][1]:
                live(self.addresses["server"])
            mode: Mode = "terminal" if row.mode == "terminal" else "pipe"
            output = output_of(row.name, mode, connector, self.addresses, self._run_command)
            texts, code = list(output.texts.values()), output.code
        read = [reading for text in texts for reading in readings(text)]
        found = {
            place: sum(text.count(form) for text in read for form in forms(secret))
            for place, secret in SECRETS.items()
        }
        return +Counter(found), code

    def _run_command(
        self, *arguments: str, cwd: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        def command() -> None:
            os.chdir(cwd)
            os.environ.update(environment, COLUMNS="100")
            sys.argv = ["manifest-lint", *arguments]
            main()

        text, code = self._forked(command, "")
        return subprocess.CompletedProcess(arguments, code, text, "")

    def _forked(self, run: Callable[[], None], _: str) -> tuple[str, int]:
        """Run in a forked process; return what it prints, and its exit code."""
        output = self.folder / "output"
        with output.open("wb") as file:
            child = os.fork()
            if not child:
                ended = 70
                with suppress(BaseException):
                    self._be_a_process(file.fileno())
                    try:
                        run()
                        ended = 0
                    except SystemExit as end:
                        ended = end.code if isinstance(end.code, int) else 0
                with suppress(BaseException):
                    sys.stdout.flush()
                    sys.stderr.flush()
                os._exit(ended)
        status = os.waitpid(child, 0)[1]
        return output.read_text("utf-8", "replace"), os.waitstatus_to_exitcode(status)

    def _be_a_process(self, output: int) -> None:
        signal.alarm(_SECONDS)
        self._changed.start()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115

    def _new(self, _: Callable[[], None], name: str) -> tuple[str, int]:
        """Run in a new process, where modules are imported again; as `_forked`."""
        shown = f"from tests.canary.others import OTHERS; print(OTHERS[{name!r}](Path('x'), {{}}))"
        command = [sys.executable, "-c", f"from pathlib import Path; {shown}"]
        path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
        done = subprocess.run(command, cwd=self.folder, env=path, capture_output=True, text=True)
        return done.stdout, done.returncode
