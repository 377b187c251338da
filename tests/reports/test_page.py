"""The page of a report in a real browser: what it shows and does, and what it never does."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import build, check, upgrade
from manifest_lint.engine.built import PackedFile
from manifest_lint.engine.report import Report
from manifest_lint.reports import html, treemap
from manifest_lint.reports.groups import groups
from manifest_lint.reports.outcome import Outcome
from tests.address import git
from tests.browser import chromium, patient
from tests.command import ROOT, run
from tests.connectors import ACCOUNT_TYPE, FIXTURES, MANIFEST, SUNMETER, with_changes
from tests.reports.exempted import BY, REASON, write
from tests.servers import installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARTIFACTS = ROOT / "artifacts"
"""The folder where CI finds the screenshots."""

HOSTILE = "</script><script>window.hit=1</script><img src=x onerror=window.hit=1>{{7*7}}`<b>`"


def written(outcome: Outcome, file: Path) -> Path:
    file.write_text("".join(f"{line}\n" for line in html.lines(outcome)), "utf-8")
    return file


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on a tree: a good connector, faulty ones, a broken one, and a stray account type."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("sunmeter", "faulty", "facebook", "broken-json"):
        shutil.copytree(FIXTURES / name, root / name)
    (root / "lonely" / "account_types").mkdir(parents=True)
    stray = json.dumps(with_changes(ACCOUNT_TYPE, grant_mode="x"))
    (root / "lonely" / "account_types" / "x.json").write_text(stray)
    report = checked(root)
    assert len(report.findings) > 20
    return written(Outcome(report, root=root), root / "report.html")


def checked(root: Path) -> Report:
    return check([root, root / "lonely" / "account_types" / "x.json"])


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on a build."""
    folder = shutil.copytree(SUNMETER, tmp_path_factory.mktemp("bundle") / "sunmeter")
    (folder / "build" / "lib.js").write_text("x" * 5000)
    (folder / "build" / ".env").write_text("SECRET=1")
    done = build(folder)
    outcome = Outcome(done.report, build=done, root=folder)
    return written(outcome, folder / "report.html")


@pytest.fixture(scope="module")
def update(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on an upgrade."""
    old, new = (FIXTURES / "upgrade" / f"sunmeter-{one}.konnector" for one in ("1.2.0", "1.3.0"))
    done = upgrade(old, new)
    outcome = Outcome(done.report, upgrade=done.upgrade, root=ROOT)
    return written(outcome, tmp_path_factory.mktemp("update") / "report.html")


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on a tree that was compared with another one."""
    old, new = (tmp_path_factory.mktemp(name) for name in ("old", "new"))
    for name in ("a", "b"):
        for folder, changes in ((old, {}), (new, {"version": "2.0.0", "permissions": {}})):
            (folder / name).mkdir()
            text = json.dumps(with_changes(MANIFEST, slug=name, **changes))
            (folder / name / "manifest.konnector").write_text(text)
    return written(Outcome(check([new], against=old), root=new), new / "report.html")


@pytest.fixture(scope="module")
def exempted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run that passes, with a warning, an exempted and a baselined finding."""
    folder = tmp_path_factory.mktemp("exempted")
    write(folder)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "one")
    done = run("check", "--output-file", "html=report.html", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test on an error or a request."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("console", lambda message: faults.append(f"console: {message.text}"))
    opened.on("pageerror", lambda error: faults.append(f"error: {error}"))
    opened.on("request", lambda request: faults.append(request.url))
    yield opened
    context.close()
    assert all(fault.startswith("file:") and fault.endswith(".html") for fault in faults), faults


def opened(page: Page, file: Path) -> Page:
    patient(page).goto(file.as_uri())
    return page


def shown(page: Page, selector: str) -> list[str]:
    """Return the visible text of every element of a selector."""
    # The browser lays out content only when it is on the screen: elsewhere there is no inner text.
    texts = page.locator(f"{selector}:visible").all_text_contents()
    return [" ".join(text.split()) for text in texts]


def test_a_tree_shows_its_result_and_every_connector(page: Page, tree: Path) -> None:
    opened(page, tree)
    assert page.locator("h1").inner_text().startswith("Fails")
    headings = shown(page, ".connector h3")
    assert any(heading.startswith("faulty") for heading in headings)
    assert "lonely/account_types/x.json" in headings
    report = checked(tree.parent)
    assert page.locator(".finding").count() == len(report.findings)
    assert page.locator(".matrix tbody .sum").all_inner_texts() == [
        str(len(group.findings)) for group in groups(Outcome(report)) if group.findings
    ]
    assert "1 connector without findings" in page.locator(".clean-ones summary").inner_text()


def test_a_finding_shows_its_place_reason_and_fix(page: Page, tree: Path) -> None:
    card = opened(page, tree).locator(".finding[data-rule=S002]")
    assert card.locator("mark").text_content() == '["photos.read", "albums.read"]'
    text = card.text_content() or ""  # of what is off the screen, the inner text is empty
    assert "faulty/manifest.konnector:16:14" in text
    assert "refused by login" in text
    assert "Harvest joins the values" in text
    assert "Fix:" in text


def test_filters_narrow_what_is_shown(page: Page, tree: Path) -> None:
    opened(page, tree)
    status = page.locator(".shown")
    whole = page.locator(".finding").count()

    def left() -> int:
        # Typed text is handled before the next frame is drawn.
        frame = "requestAnimationFrame(() => requestAnimationFrame(done))"
        page.evaluate(f"new Promise(done => {frame})")
        number = len(shown(page, ".finding"))
        assert status.inner_text() == f"{number} of {whole} findings shown"
        return number

    assert left() == whole
    page.get_by_role("checkbox", name="note").uncheck()
    page.get_by_role("checkbox", name="warning").uncheck()
    assert left() == page.locator(".finding.error").count() < whole
    page.get_by_role("button", name="Show all").click()
    assert left() == whole
    page.get_by_role("combobox", name="Rule").select_option("S002")
    assert left() == 1
    assert shown(page, ".matrix tbody th") == ["faulty"]
    page.get_by_role("button", name="Show all").click()
    page.get_by_role("combobox", name="Connector").select_option(label="facebook")
    assert left() == page.locator(".matrix tr", has_text="facebook").count()
    assert len(shown(page, ".connector")) == 1
    page.get_by_role("button", name="Show all").click()
    page.keyboard.press("/")
    page.keyboard.type("scope PHOTOS")
    assert left() == 1
    page.keyboard.type(" nothing like it")
    assert left() == 0
    assert shown(page, ".connector") == []


def test_headings_sort_the_matrix(page: Page, tree: Path) -> None:
    opened(page, tree)
    names = shown(page, ".matrix tbody th")
    page.get_by_role("button", name="Connector").click()
    assert shown(page, ".matrix tbody th") == sorted(names)
    page.get_by_role("button", name="Connector").click()
    assert shown(page, ".matrix tbody th") == sorted(names, reverse=True)
    page.get_by_role("button", name="All", exact=True).click()
    sums = list(map(int, shown(page, ".matrix tbody .sum")))
    assert sums == sorted(sums, reverse=True)
    assert page.locator("[aria-sort=descending]").inner_text().startswith("All")


def test_a_cell_leads_to_its_findings_and_a_code_to_its_rule(page: Page, tree: Path) -> None:
    opened(page, tree)
    row = page.locator(".matrix tr", has_text="faulty")
    row.get_by_role("link", name="of S002").click()
    target = page.locator(":target")
    assert target.get_attribute("data-rule") == "S002"
    assert "faulty" in target.inner_text()
    rule = page.locator("#rule-S002")
    assert rule.get_attribute("open") is None
    target.get_by_role("link", name="S002").click()
    page.wait_for_function("document.querySelector('#rule-S002').open")
    assert "Bad" in rule.inner_text()


def test_the_login_is_drawn_with_what_is_sent_and_no_secret(page: Page, tree: Path) -> None:
    opened(page, tree)
    login = page.locator(".connector", has_text="facebook").locator(".login")
    login.locator("summary").click()
    assert login.locator(".flow > li").count() == 5
    text = login.inner_text()
    assert "https://www.facebook.com/v2.12/dialog/oauth" in text
    assert login.locator(".flow > li").nth(1).locator(".token").all_inner_texts() == [
        "user_photos",
        "user_posts",
    ]
    assert "The login completes." in text
    stopped = page.locator(".connector", has_text="faulty/manifest").locator(".login")
    stopped.locator("summary").click()
    assert "The login stops here" in stopped.inner_text()


def test_a_build_shows_what_was_packed_and_left_out(page: Page, bundle: Path) -> None:
    opened(page, bundle)
    assert page.locator("h1").inner_text().startswith("Passes sunmeter")
    report = json.loads(next((bundle.parent / "dist").glob("*.report.json")).read_text())
    packed = report["bundle"]
    digests = page.locator(".facts .digest").all_inner_texts()
    assert digests == [packed["archive"]["sha256"], packed["content_digest"]]
    titles = page.locator(".treemap title").all_text_contents()
    assert titles[0] == "lib.js: 5,000 bytes"
    assert len(titles) == sum(file["size"] > 0 for file in packed["files"])
    assert page.locator(".left-out").inner_text().count(".env") == 1
    page.get_by_text("All files").click()
    assert page.locator(".files tbody tr").count() == len(packed["files"])


def test_a_digest_is_copied(browser: Browser, bundle: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = opened(context.new_page(), bundle)
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".digest").first.inner_text()
    context.close()


def test_a_manifest_full_of_markup_changes_nothing(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "x' onmouseover='hit()"
    folder.mkdir()
    manifest = with_changes(
        MANIFEST,
        slug=HOSTILE,
        version=HOSTILE,
        type=HOSTILE,
        categories=[HOSTILE],
        oauth={"scope": HOSTILE, "account_type": HOSTILE},
    )
    (folder / "manifest.konnector").write_text(json.dumps({**manifest, HOSTILE: 1}))
    account_type = {**ACCOUNT_TYPE, "_id": HOSTILE, "auth_endpoint": f"https://x.example/{HOSTILE}"}
    (folder / "account-types-def.json").write_text(json.dumps({**account_type, HOSTILE: 1}))
    report = check([folder])
    page_file = written(Outcome(report, root=tmp_path), tmp_path / "report.html")
    opened(page, page_file)
    assert page.evaluate("window.hit") is None
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, [onerror], [onmouseover], b b").count() == 0
    links = page.locator("a").evaluate_all("links => links.map(a => a.getAttribute('href')[0])")
    assert set(links) == {"#"}
    assert "</script><script>window.hit=1" in page.locator("h1").inner_text()
    assert page.locator(".finding").count() == len(report.findings) > 5


def test_characters_that_do_not_print_are_shown_as_escapes(tmp_path: Path) -> None:
    text = json.dumps({"slug": "a\u202eb\x1b", "type": "\u2066x"}, ensure_ascii=False)
    page = written(Outcome(check(stdin=(None, text.encode()))), tmp_path / "x.html").read_text()
    assert all(char.isprintable() or char == "\n" for char in page)
    assert "\\u2066x" in page


def test_without_scripts_everything_is_shown_except_controls(browser: Browser, tree: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = opened(context.new_page(), tree)
    assert len(shown(page, ".finding")) >= 20
    assert shown(page, ".filters") == shown(page, ".copy") == []
    context.close()


def test_a_printer_gets_every_part_and_no_control(page: Page, tree: Path) -> None:
    opened(page, tree).emulate_media(media="print")
    assert shown(page, ".filters") == []
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("which", ["tree", "bundle", "update", "gate", "exempted"])
def test_axe_finds_nothing_serious(
    page: Page, which: str, width: int, scheme: Any, request: pytest.FixtureRequest
) -> None:
    axe = (installed("axe-core") / "axe.min.js").read_text("utf-8")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, request.getfixturevalue(which))
    # Content off the screen is not laid out: axe and the screenshot would miss it.
    page.evaluate("for (const one of document.querySelectorAll('.connector')) one.className = ''")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{which}-{width}-{scheme}.png", full_page=True)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    assert found["passes"]
    serious = [(one["id"], one["impact"], one["nodes"][0]["html"]) for one in found["violations"]]
    assert serious == []


def test_the_header_says_how_the_page_was_made(page: Page, exempted: Path) -> None:
    opened(page, exempted)
    assert page.locator(".verdict").inner_text() == "Passes with 1 warning, 1 exempted, 1 baselined"
    names, values = shown(page, ".made dt"), shown(page, ".made dd")
    facts = dict(zip(names, values, strict=True))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", facts.pop("Date"))
    assert facts == {
        "Commit": git(exempted.parent, "rev-parse", "HEAD").strip(),
        "Command": "manifest-lint check --output-file html=report.html",
        "Configuration": "manifest-lint.toml",
    }


def test_the_command_in_the_header_shows_no_secret(tmp_path: Path) -> None:
    secret = "b7Kq2zX9wL4mN8pR3tV6"
    write(tmp_path)
    page_file = tmp_path / "x.html"
    names = (f"html={page_file}", f"json={tmp_path}/client_secret={secret}")
    files = [word for name in names for word in ("--output-file", name)]
    done = run("check", tmp_path, *files, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text = page_file.read_text("utf-8")
    assert secret not in text
    assert "client_secret=***" in text


def test_paths_are_relative_to_what_was_checked(page: Page, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "faulty", tmp_path / "connectors" / "faulty")
    page_file = tmp_path / "x.html"
    run("check", tmp_path / "connectors", "--output-file", f"html={page_file}")
    opened(page, page_file)
    assert shown(page, ".connector .path") == ["faulty/manifest.konnector"]
    assert shown(page, ".finding .where")[0].startswith("faulty/account-types-def.json:3:17")


def test_what_is_suppressed_is_listed(page: Page, exempted: Path) -> None:
    opened(page, exempted)
    first, second = shown(page, ".suppressed li")
    assert f"manifest.konnector:89:3 exempted by {BY} until 2999-01-01: {REASON}" in first
    assert second.endswith("in the baseline known.json")


def test_the_heat_map_names_rules_and_keeps_its_first_column(page: Page, tree: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    opened(page, tree)
    assert "account-type-unknown-key" in shown(page, ".matrix thead .rule-name")
    scroll = page.locator(".scroll")
    scroll.evaluate("one => { one.scrollLeft = one.scrollWidth }")
    name, cell = (
        page.locator(f".matrix tbody tr:has-text('faulty') {one}").last.bounding_box()
        for one in ("th", "td.error")
    )
    assert name and cell
    assert 0 <= name["x"] < name["x"] + name["width"] <= cell["x"] <= 390 - cell["width"]
    assert name["width"] < 390 / 2


@pytest.mark.parametrize("width", [1280, 1024, 900])
def test_no_field_of_the_filters_is_alone_in_its_row(page: Page, tree: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, tree)
    boxes = [one.bounding_box() for one in page.locator(".filters > label").all()]
    rows = [round(box["y"] + box["height"]) for box in boxes if box]
    assert len(rows) == 3
    assert len(set(rows)) == 1


def test_an_upgrade_shows_first_what_happens_to_users(page: Page, update: Path) -> None:
    opened(page, update)
    assert shown(page, "h2")[:2] == ["The upgrade", "Findings"]
    assert shown(page, "#upgrade strong") == [
        "Everyone is asked for consent, and runs version 1.2.0 until then."
    ]
    changed = shown(page, "#upgrade .changed td")
    assert changed[:2] == [
        "io.cozy.files every verb (path: /Sunmeter, /Administrative)",
        "io.cozy.files every verb (path: /Administrative, /Sunmeter)",
    ]


def test_a_compared_tree_shows_each_update(page: Page, gate: Path) -> None:
    opened(page, gate)
    assert page.locator(".connector details.update").count() == 2
    assert page.locator(".connector .states .changed").count() == 6


def test_five_hundred_connectors_stay_usable(page: Page, tmp_path: Path) -> None:
    for number in range(500):
        folder = tmp_path / f"c{number}"
        folder.mkdir()
        changes = {"slug": f"c{number}", "type": "node", f"k{number % 40}": 1, "categories": ["x"]}
        text = json.dumps(with_changes(MANIFEST, **changes))
        (folder / "manifest.konnector").write_text(text)
    report = check([tmp_path])
    opened(page, written(Outcome(report, root=tmp_path), tmp_path / "report.html"))
    assert page.locator(".matrix tbody tr").count() == 500
    page.get_by_label("Text").fill("c499/")
    page.locator(".matrix tbody tr:visible").filter(has_text="c499").wait_for()
    page.wait_for_function("document.querySelectorAll('.connector:not([hidden])').length === 1")


def test_the_same_report_gives_the_same_page(tree: Path) -> None:
    report = checked(tree.parent)
    first, second = (list(html.lines(Outcome(report, root=tree.parent))) for _ in range(2))
    assert first == second
    assert str(tree.parent) not in first[0]


def test_every_finding_is_in_one_group(tree: Path) -> None:
    report = checked(tree.parent)
    grouped = [finding for group in groups(Outcome(report)) for finding in group.findings]
    assert sorted(map(id, grouped)) == sorted(map(id, report.findings))


@given(st.lists(st.integers(0, 10**9), max_size=300))
def test_a_treemap_gives_each_file_its_share_of_the_room(sizes: list[int]) -> None:
    files = [PackedFile(f"f{n}", size, "", 0o644) for n, size in enumerate(sizes)]
    boxes = treemap.treemap(files)
    assert sum(box.size for box in boxes) == sum(sizes)
    assert sum(box.files for box in boxes) == sum(size > 0 for size in sizes)
    room = treemap.WIDTH * treemap.HEIGHT
    for box in boxes:
        assert box.x + box.width <= treemap.WIDTH + 0.1
        assert box.y + box.height <= treemap.HEIGHT + 0.1
        share = box.width * box.height / room
        assert share == pytest.approx(box.size / sum(sizes), abs=0.001)
    assert all(len(box.label) <= len(box.path) for box in boxes)


def test_a_page_with_very_many_findings_is_cut_with_a_notice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(html, "_MOST_OF_A_CONNECTOR", 2)
    report = check([FIXTURES / "faulty"])
    [page] = html.lines(Outcome(report._replace()))
    assert page.count('<article class="finding') == 2
    assert f"{len(report.findings) - 2} findings not shown" in page
