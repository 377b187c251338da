"""Open a page in the user's browser."""

from __future__ import annotations

import os
import sys
import threading

_SECONDS = 5.0
"""How long to wait for a browser to say that it cannot open the page: some run until it closes."""


def opened(url: str) -> bool:
    """Return whether a browser opens a page. There is none on a machine without a screen."""
    if not _may_have_one():
        return False
    import webbrowser  # only to open a page

    done: list[bool] = []

    def start() -> None:
        try:
            done.append(webbrowser.open(url))
        except (OSError, webbrowser.Error):
            done.append(False)

    thread = threading.Thread(target=start, daemon=True)
    thread.start()
    thread.join(_SECONDS)
    return done != [False]


def _may_have_one() -> bool:
    """Return whether there is a screen, or the user names a browser.

    Without a screen, `webbrowser` starts one for the terminal, in which no provider's page works.
    """
    if sys.platform in ("darwin", "win32"):
        return "SSH_CONNECTION" not in os.environ
    return any(os.environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"))
