"""A login that is stopped at any moment leaves the configuration whole."""

from __future__ import annotations

import random
import shutil
import signal
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

import pytest

from manifest_lint.errors import Interrupted
from manifest_lint.project.developer import developer_in
from tests.command import PATIENCE
from tests.login_stops import NAME, OLD, Stops, provider, stops
from tests.servers.metadata import serving

PARTS = ("files/disk.py", "files/private.py", "project/developer.py", "document/set_fields.py")
"""Where the configuration is written: a stop is injected at each line that is run there."""

VALUES = {"access_token": "n3w-token", "refresh_token": None}


class Stop:
    """Raises Interrupted at the n-th line that is run in these modules."""

    def __init__(self, number: int):
        self.left = number

    def __call__(self, frame: FrameType, event: str, _: Any) -> Stop | None:
        if not frame.f_code.co_filename.endswith(PARTS):
            return None
        if event == "line":
            self.left -= 1
            if self.left == 0:
                raise Interrupted
        return self


# An open file is dropped where the stop comes before its `with`.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("before", [OLD, None])
def test_a_stop_at_each_line_of_the_writing_leaves_the_configuration_whole(
    tmp_path: Path, before: bytes | None
) -> None:
    path = tmp_path / NAME
    if before:
        path.write_bytes(before)
    whole = tmp_path / "whole"
    whole.mkdir()
    if before:
        (whole / NAME).write_bytes(before)
    developer_in(whole).write(VALUES)
    after = (whole / NAME).read_bytes()
    shutil.rmtree(whole)
    ended, number, states = False, 0, set()
    while not ended:
        number += 1
        developer = developer_in(tmp_path)
        stop = Stop(number)
        sys.settrace(stop)
        try:
            developer.write(VALUES)
            ended = True
        except Interrupted:
            pass
        finally:
            sys.settrace(None)
        found = [one.name for one in tmp_path.iterdir()]
        assert found in ([], [NAME]), number
        state = path.read_bytes() if found else None
        assert state in (before, after), number
        states.add(state)
        path.unlink(missing_ok=True)
        if before:
            path.write_bytes(before)
    assert number > 50
    assert states == {before, after}


def test_a_stop_at_a_random_moment_leaves_no_process_and_no_port() -> None:
    if not shutil.which("curl"):
        pytest.skip("needs curl, which is not installed")
    dice = random.Random(0)
    with stops() as running:
        for _ in range(8):
            running.stop_one(dice)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("renews", [True, False])
def test_a_stop_while_the_provider_is_silent_leaves_everything_as_it_was(
    tmp_path: Path, renews: bool, number: signal.Signals
) -> None:
    is_silent, is_asked, is_over = Event(), Event(), Event()

    def answer(request: BaseHTTPRequestHandler) -> None:
        if is_silent.is_set() and request.path.startswith("/token"):
            is_asked.set()
            is_over.wait(PATIENCE)
        else:
            provider(request)

    with serving(answer) as (origin, _):
        running = Stops(tmp_path, origin)
        is_silent.set()
        process = running.started(renews)
        assert is_asked.wait(PATIENCE)
        process.send_signal(number)
        assert process.wait() == (2 if number != signal.SIGKILL else -number)
        is_over.set()
        running.nothing_left(process.pid)
        assert not running.is_new()
        assert not list(tmp_path.rglob("*.unfinished"))
