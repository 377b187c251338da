"""Open a page in the user's browser."""

from __future__ import annotations

import os
import sys

_SECONDS = 5.0
"""How long to wait for a browser to say that it cannot open the page: some run until it closes."""

_OPEN = "import sys, webbrowser as w; sys.exit(not w.open(sys.stdin.read()))"
"""The program that opens the URL in its input, where no list of processes shows it."""


def opened(url: str) -> bool:
    """Return whether a browser opens a page. There is none on a machine without a screen."""
    if not _may_have_one():
        return False
    import subprocess  # only to open a page

    program = [sys.executable, "-I", "-c", _OPEN]
    quiet = subprocess.DEVNULL  # browsers write to both, amid a report or what is asked
    try:
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
    except OSError:
        return False
    try:
        process.communicate(url.encode(), _SECONDS)
    except subprocess.TimeoutExpired:
        return True
    except BaseException:  # stopped: no browser opens afterwards
        process.kill()
        process.wait()
        raise
    return process.returncode == 0


def _may_have_one() -> bool:
    """Return whether there is a screen, or the user names a browser.

    Without a screen, `webbrowser` starts one for the terminal, in which no provider's page works.
    """
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in os.environ
    return any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))
