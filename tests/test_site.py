"""The documentation site is built strictly, is complete and fetches nothing from elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from manifest_lint.rules.registry import all_rules
from tests.command import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        "--site-dir",
        str(target),
    ]
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def test_every_page_and_every_rule_is_in_the_site(site: Path) -> None:
    for page in (ROOT / "docs").glob("*.md"):
        assert (site / f"{page.stem}.html").is_file()
    index = (site / "rules" / "index.html").read_text("utf-8")
    for rule in all_rules():
        if not rule.plugin:
            assert f'href="{rule.code}.html"' in index
            assert rule.name in (site / "rules" / f"{rule.code}.html").read_text("utf-8")


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    loads = re.compile(r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"?(?:https?:)?//[^ >]*")
    for page in site.rglob("*.html"):
        assert not loads.findall(page.read_text("utf-8")), page
    for style in site.rglob("*.css"):
        assert not re.findall(r"url\([\"']?(?:https?:)?//", style.read_text("utf-8")), style


def test_a_browser_reads_the_site_from_a_folder_without_requests(site: Path) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if not (chromium := shutil.which("chromium")):
        pytest.skip("needs Debian's package chromium, which is not installed")
    pictures = ROOT / "artifacts"
    pictures.mkdir(exist_ok=True)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        asked: list[str] = []
        for scheme, width in (("light", 1280), ("dark", 390)):
            page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
            page.on("request", lambda request: asked.append(request.url))
            for name in ("index", "quickstart", "rules/S002"):
                page.goto((site / f"{name}.html").as_uri())
                picture = f"site-{name.replace('/', '-')}-{width}.png"
                page.screenshot(path=pictures / picture)
            page.close()
        browser.close()
    assert asked
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
