"""L007: Markdown in descriptions, as the store shows it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import Finding
from manifest_lint.rules import locale_markdown
from tests.connectors import MANIFEST, codes, of_manifest, only
from tests.growth import grows_with_its_input

EN = MANIFEST["locales"]["en"]
LINK = "(our site)[https://x.example]"


def of_text(text: str, key: str = "long_description") -> list[Finding]:
    """Check the good manifest with another English text."""
    findings = of_manifest(locales={**MANIFEST["locales"], "en": {**EN, key: text}})
    return [finding for finding in findings if finding.code == "L007"]


def reported(text: str) -> list[str]:
    """Return the messages for an English text, without their pointer."""
    return [f.message.removeprefix("`locales.en.long_description` ") for f in of_text(text)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"See {LINK}.", f'"{LINK}"'),
        ("- (a b)[www.x.example]\n- c", '"(a b)[www.x.example]"'),
        ("(a)[b] and (c)[d]", '"(a)[b]" and 1 more'),
        ("**(a)[b]**", '"(a)[b]"'),
    ],
)
def test_a_link_the_wrong_way_round_is_reported(text: str, shown: str) -> None:
    [finding] = of_text(text)
    assert finding.message.endswith(f"` has a Markdown link the wrong way round: {shown}")
    assert finding.severity.label == "warning"
    assert finding.pointer == ("locales", "en", "long_description")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("__Tips: install it.", "__Tips: install it."),
        ("Some **bold text", "**bold text"),
        ("Some bold** text", "** text"),
        ("**one** and **two", "**two"),
        ("- **one\n- two**", "**one"),
        ("**one\n\ntwo**", "**one"),
        ("***one", "***one"),
        ("__one__\n__two", "__two"),
        ("**" + "a" * 50, "**" + "a" * 25 + "..."),
    ],
)
def test_a_mark_left_over_is_reported(text: str, shown: str) -> None:
    [finding] = of_text(text)
    assert f'does not close the marks of "{shown}"' in finding.message
    assert finding.severity.label == "warning"


@pytest.mark.parametrize(
    "text",
    [
        "<p>See [us](https://x.example)</p>",
        "<div>\n[us](https://x.example)\n</div>",
        "<br>\n[us](https://x.example)",
    ],
)
def test_markdown_in_an_html_block_is_reported(text: str) -> None:
    shown = '"[us](https://x.example)"'
    assert reported(text) == [f"has {shown} in an HTML block, so users see it as written"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One:<br><ul><li>two</li><li>three</li>", "<ul>"),
        ("<ul><li>two</ul>\n\n<DIV>three", "<div>"),
        ("one <b>two", "<b>"),
        ("<b>one</b> <b>two", "<b>"),
        ("Type <name> here", "<name>"),
        ('<a href="https://x.example">one', "<a>"),
        ("<i><b>one", '<i>" and 1 more'),
    ],
)
def test_an_element_that_is_never_closed_is_reported(text: str, shown: str) -> None:
    [finding] = of_text(text)
    assert f'does not close "{shown}' in finding.message
    assert finding.severity.label == "warning"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fetches your bills.\nThis needs a code.", "This needs a code."),
        ("Fetches your bills!  \nx.\n \u00c9dith pays.", "\u00c9dith pays."),
        ("He said \u00ab bills. \u00bb\nWell.", None),
        ("(Bills.)\nWell.", "Well."),
        ("Bills\u2026 \nWell.", "Well."),
        ("**Title**\nText", "Text"),
        ("__A *long* title__\n[Link](https://x.example)", "Link"),
        ("Bills.\n**Title**\nText", 'Title" and 1 more'),
        ("- one.\nTwo.", "Two."),
        ("Bills.\n" + "B" * 50, "B" * 27 + "..."),
    ],
)
def test_a_line_break_where_a_paragraph_was_meant_is_a_note(text: str, shown: str | None) -> None:
    findings = of_text(text)
    assert len(findings) == (shown is not None)
    for finding in findings:
        assert f'loses the line break before "{shown}' in finding.message
        assert finding.severity.label == "note"


ACCEPTED = {
    "brackets": [
        "[our site](https://x.example)",
        "[our site][1]\n\n[1]: https://x.example",
        "(a) [b]",
        "`(a)[b]`",
        "    (a)[b]",
        r"(a\)[b]",
        "(a)[]",
    ],
    "marks": [
        "**one** and __two__ and ***three***",
        "**one\ntwo**",
        "** one ** and one** two **",  # the store's parser reads these as marks too
        r"\**one and \__two",
        "`**` and `__`",
        "snake__case is not a mark, nor is __init__, and ____ and ****** are none",
        "[a](https://x.example/__b) <https://x.example/__c>",
        "a\n\n***\n\nb\n\n___",
        "2 * 3 and _one",
    ],
    "HTML blocks": [
        "<br>**Title**\n\n- one",
        "<p>\n\n**bold**\n\n</p>",
        "One<p>[us](https://x.example)</p>",
        "<!-- **bold** -->",
        "<p><b>bold</b></p>",
    ],
    "elements": [
        "<p>one<p>two<br/>three<hr><img src=x>",
        "<area><base><br><col><embed><hr><img><input><link><meta><source><track><wbr>one",
        "<dl><dt>one<dd>two</dl><table><tr><th>one<td>two</table><select><option>one</select>",
        "<ul><li>one<li>two</ul>",
        "<b>one</b> </i>",
        "<ul>\n\n- one\n\n</ul>",
        "`<b>` and a < b and \\<b> and <!-- <b> --> and <https://x.example> and <a@x.example>",
    ],
    "line breaks": [
        "Fetches your bills.\n\nThis needs a code.",
        "Fetches your bills.  \nThis needs a code.",
        "Fetches your bills.\\\nThis needs a code.",
        "Fetches your bills.<br>\nThis needs a code.",
        "Fetches your bills.\n<br>This needs a code.",
        "Fetches your bills.\n- This\n- That",
        "Fetches your bills.\nthis needs a code.",
        "Fetches the bills of\nSunmeter.",
        "A **title** and\nMore",
        "**One** and **two**\nMore",
        "# Title.\nText",
        "    Code.\n    More",
        "Bills.\n2 codes",
    ],
}
"""What is like each mistake, but is not one."""


@pytest.mark.parametrize("text", [text for texts in ACCEPTED.values() for text in texts])
def test_what_is_like_a_mistake_is_accepted(text: str) -> None:
    assert reported(text) == []


def test_each_kind_is_reported_once_per_text() -> None:
    findings = of_text(f"{LINK}\n\n**a\n\n<b>b.\nC\n\n<p>[us](https://x.example)")
    assert [finding.severity.label for finding in findings] == ["warning"] * 4 + ["note"]
    assert len({finding.message for finding in findings}) == 5


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        (
            {"locales": {"en": {**EN, "long_description": LINK}}},
            ("locales", "en", "long_description"),
        ),
        ({"locales": {"en": {**EN, "changes": LINK}}}, ("locales", "en", "changes")),
        (
            {"locales": {"en": {**EN, "partnership": {"description": LINK}}}},
            ("locales", "en", "partnership", "description"),
        ),
        ({"long_description": LINK}, ("long_description",)),
        ({"partnership": {"description": LINK}}, ("partnership", "description")),
    ],
)
def test_texts_that_the_store_reads_as_markdown_are_checked(
    changes: dict[str, Any], pointer: tuple[str, ...]
) -> None:
    assert only(of_manifest(**changes), "L007").pointer == pointer


@pytest.mark.parametrize(
    "changes",
    [
        {"description": LINK},
        {"locales": {"en": {**EN, "short_description": LINK}}},
        {"locales": {"en": {**EN, "name": LINK, "long_description": [LINK]}}},
        {"locales": {"en": [LINK], "fr": None}},
        {"locales": LINK},
        {"partnership": [LINK]},
        {"partnership": {"description": {"en": LINK}}},
    ],
)
def test_other_texts_are_not_checked_as_markdown(changes: dict[str, Any]) -> None:
    assert "L007" not in codes(of_manifest(**changes))


@given(st.text(st.sampled_from("**__[]()<>/`\\ab. A\n-#!&;")))
def test_every_text_can_be_checked(text: str) -> None:
    assert len(of_text(text)) <= 5


@pytest.mark.parametrize(
    "piece",
    ["![)[", "(a)[", "(", "**a ", "__", "a.\nB", "<b ", "<b>", "<div>**a", "> **x\n", "](<"],
)
def test_the_time_of_a_check_grows_with_its_texts(piece: str) -> None:
    def locales(size: int) -> dict[str, Any]:
        short = {f"en_{i}": {**EN, "long_description": piece * (size // 500)} for i in range(50)}
        return {"en": {**EN, "long_description": piece * (size // len(piece))}, **short}

    def checked(locales: dict[str, Any]) -> object:
        return of_manifest(locales=locales)

    assert grows_with_its_input(locales, checked, 512 * 1024)


def test_the_markdown_parser_is_not_used_for_a_clean_text() -> None:
    text = (
        "See [us](https://x.example).\n\n<br>**Title**\n\n- one\n- two\n\n__Wrapped__ at\nSunmeter"
    )
    assert not locale_markdown._is_suspicious(text)
    code = (
        "import sys; from tests.connectors import of_manifest; of_manifest();"
        "sys.exit('markdown_it' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
