"""A real browser, which waits for as long as a slow machine needs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.command import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_MILLISECONDS = PATIENCE * 1000


@contextmanager
def chromium(*arguments: str) -> Iterator[Browser]:
    """Start Debian's Chromium with some arguments; skip the test without it, or playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not (program := shutil.which("chromium")):
        pytest.skip("needs Debian's package chromium, which is not installed")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=program, args=["--no-sandbox", *arguments], timeout=_MILLISECONDS
        )
        yield opened
        opened.close()


def patient(page: Page) -> Page:
    """Return a page that waits for what it is asked for; playwright gives up after 30 seconds."""
    page.set_default_timeout(_MILLISECONDS)
    return page
