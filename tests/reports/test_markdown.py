"""Nothing of a checked file becomes a link, a mention or markup where Markdown is shown."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from manifest_lint import check
from manifest_lint.reports.formats import find
from manifest_lint.reports.markdown import shown
from manifest_lint.reports.outcome import Outcome
from tests.connectors import MANIFEST, with_changes

MARKUP = {"link_open", "image", "html_inline", "html_block", "em_open", "strong_open", "s_open"}
MARKUP |= {"heading_open", "blockquote_open", "fence", "code_block"}
FOUND_LATER = r"@\w|#\d|\bGH-\d|!\d|\w+://|\bwww\."
"""What GitHub and GitLab make links and mentions of, in the text that Markdown has made."""

HOSTILE = [
    "[x](https://evil.example)",
    "`@octo/cat` ![i](http://e.example/x)",
    "@octo/team, me@evil.example, me@-x.example",
    "mailto:me@evil.example xmpp:me@evil.example/x",
    "https://e.example www.e.example WWW.e.example HTTP://e.example ftp://e.example",
    "#12 octo/cat#1 GH-1 gh-2 !7",
    "<https://e.example> <img src=x> <!-- @x -->",
    "[a][b] [b]: http://e.example",
    "&lt;img&gt; &#64;octo",
    "**b** _i_ __x__ ~~s~~ $x$",
    "a `b` c``@x`` ```@y``` `",
    "`a``b @octo` @octo",
    "\\@octo \\[x](y) \\\\[x](http://y) [`x`](y) [x\\](y) a\\`@x`",
    "# heading",
    "> quote",
]


def texts(markdown: str) -> tuple[set[str], str]:
    """Return the kinds of what is in Markdown, and its text without code."""
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(markdown)
    every: list[Token] = [*tokens, *(child for one in tokens for child in one.children or ())]
    return {one.type for one in every}, "".join(
        one.content for one in every if one.type in ("text", "text_special")
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("around", ["- {}", "| a |\n|---|\n| {} |"], ids=["list", "table"])
@pytest.mark.parametrize("joiner", ["&#8288;", "\u2060"])
def test_text_stays_text(text: str, around: str, joiner: str) -> None:
    kinds, plain = texts(around.format(shown(text, joiner)))
    assert not kinds & MARKUP
    assert not re.search(FOUND_LATER, plain, re.IGNORECASE)


@given(st.text("[]()!<>&@#:/w.`_*~$\\\n\u2060a1 ").map(lambda text: " ".join(text.split())))
def test_any_text_stays_text(text: str) -> None:
    kinds, plain = texts(f"a {shown(text)}")
    assert not kinds & MARKUP
    assert not re.search(FOUND_LATER, plain, re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "as_written"),
    [
        ("unknown key `vendorLink`: use `vendor_link`", None),
        ("the redirect_uri is not that of grant_mode, see RFC 6749 section 4.1.2", None),
        ('write ["a b"]', 'write \\["a b"]'),
        ("scope[0]: C# is 100% (of 3) - a > b!", "scope\\[0]: C# is 100% (of 3) - a > b!"),
    ],
)
def test_an_ordinary_message_is_written_as_it_is(text: str, as_written: str | None) -> None:
    assert shown(text) == (as_written or text)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["markdown", "rdjson"])
def test_a_value_of_a_manifest_is_no_link_in_a_comment(text: str, form: str) -> None:
    manifest = json.dumps(with_changes(MANIFEST, categories=[text])).encode()
    outcome = Outcome(check(stdin=("manifest.konnector", manifest)))
    written = "\n".join(find(form)(outcome))
    if form == "rdjson":
        messages = [one["message"] for one in json.loads(written)["diagnostics"]]
        [written] = [one for one in messages if "categor" in one.partition("\n")[0]]
        assert not texts(written)[0] & MARKUP
    assert not texts(written)[0] & {"link_open", "image", "html_inline", "html_block"}
    assert not re.search(FOUND_LATER, html.unescape(texts(written)[1]), re.IGNORECASE)
