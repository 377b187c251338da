"""The documentation site is built strictly, is complete and fetches nothing from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from manifest_lint.reports.catalogue import FAMILIES
from manifest_lint.rules.registry import all_rules
from tests.browser import chromium, patient
from tests.command import ROOT
from tests.servers import installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


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


PAGES = ("index", "quickstart", "rules/S002")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, site: Path) -> Iterator[Callable[..., Page]]:
    """Opens a page of the site from its folder, and fails the test if anything else is fetched."""
    asked: list[str] = []
    opened: list[Page] = []

    def visit(name: str, scheme: Any = "light", width: int = 1280) -> Page:
        page = browser.new_page(
            color_scheme=scheme, viewport={"width": width, "height": 844}, reduced_motion="reduce"
        )
        opened.append(patient(page))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((site / f"{name}.html").as_uri())
        return page

    yield visit
    for page in opened:
        page.close()
    assert asked
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked), asked


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_readable(visit: Callable[..., Page], name: str, scheme: str, width: int) -> None:
    """Nothing is wider than the screen, and axe finds no fault of ours: in contrast, in tables."""
    axe = (installed("axe-core") / "axe.min.js").read_text("utf-8")
    page = visit(name, scheme, width)
    pictures = ROOT / "artifacts"
    pictures.mkdir(exist_ok=True)
    page.screenshot(path=pictures / f"site-{name.replace('/', '-')}-{scheme}-{width}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = """[...document.querySelectorAll('.md-content code')]
        .filter(one => one.scrollWidth > one.clientWidth && one.clientWidth)
        .map(one => one.textContent)"""
    assert page.evaluate(cut) == []
    page.evaluate(axe)
    # The theme's copy buttons are landmarks without names.
    found = page.evaluate("axe.run({rules: {'landmark-unique': {enabled: false}}})")
    assert found["passes"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_contrast_fault(visit: Callable[..., Page], site: Path, scheme: str) -> None:
    axe = (installed("axe-core") / "axe.min.js").read_text("utf-8")
    page = visit("index", scheme, 390)
    found = []
    for file in (*site.glob("*.html"), site / "rules" / "index.html"):
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, file.name
        page.evaluate(axe)
        done = page.evaluate("axe.run({runOnly: ['color-contrast', 'link-in-text-block']})")
        assert done["passes"], file.name
        found += [(file.name, one["nodes"][0]["html"]) for one in done["violations"]]
    assert found == []


def test_a_telephone_shows_the_key_message_at_once(visit: Callable[..., Page]) -> None:
    page = visit("index", width=390)
    shown = page.locator(".language-console")
    bounds = shown.bounding_box()
    assert bounds
    assert bounds["x"] >= 0
    assert bounds["x"] + bounds["width"] <= 390
    message = page.evaluate(
        """() => {
            const [output] = document.querySelectorAll('.language-console .go')
            return {text: output.textContent, ...output.getBoundingClientRect().toJSON()}
        }"""
    )
    assert "become one: the provider receives" in message["text"]
    assert message["right"] <= 390
    assert message["bottom"] <= 844


def test_rules_are_in_the_navigation(visit: Callable[..., Page]) -> None:
    page = visit("rules/S002")
    links = "[...document.querySelectorAll('.md-nav--primary a.md-nav__link')]"
    names = page.evaluate(f"{links}.map(one => one.textContent.trim())")
    own = [rule for rule in all_rules() if rule.code.startswith("S") and not rule.plugin]
    assert {f"{rule.code} {rule.name}" for rule in own} <= set(names)
    others = {f"{family}: {title}" for family, title in FAMILIES.items() if family != "S"}
    assert others <= set(names)


def test_rules_are_found_by_the_search(visit: Callable[..., Page]) -> None:
    page = visit("index")
    page.locator("input[name=query]").click()
    ready = "document.querySelector('.md-search-result__meta').textContent.startsWith('Type to')"
    page.wait_for_function(ready)
    page.keyboard.type("scope-comma-separated")
    first = page.locator(".md-search-result__item a").first
    first.wait_for()
    assert str(first.get_attribute("href")).endswith("/rules/S009.html")
