"""What is shown instead of secrets."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.after_names import with_values_masked
from manifest_lint.document.masking import (
    Hider,
    shown_parameter,
    shown_url,
    without_known_forms,
)
from manifest_lint.document.secret import MASK
from manifest_lint.finding import json_pointer
from manifest_lint.text.wording import quoted, short
from tests.growth import grows_with_its_input
from tests.secret_samples import ELLIPTIC, NEAR_MISSES, RSA, SAMPLES


def test_secrets_are_masked_in_every_spelling() -> None:
    hide = Hider(['a/b"c', "a/b", "\ud800é", ""])
    assert hide('x a/b"c a%2Fb%22c a/b\\"c a/b é \ud800é') == "x *** *** *** *** é ***"
    assert hide("x \udcff") == "x \udcff"
    assert Hider([])("x") == "x"


@pytest.mark.parametrize("secret", ["it's/a~secret", "'a'", "/b/", "~1/0", "a&b'c/d~e"])
def test_secrets_are_masked_as_shells_and_json_pointers_write_them(secret: str) -> None:
    hide = Hider([secret])
    for written in (shlex.quote(f"{secret} "), json_pointer(("a", secret)), f"/a/{secret}/b"):
        assert hide.finds(written)
        assert re.fullmatch(r"(/a/)?'?\*\*\*( '|/b)?", hide(written))


ENCODINGS: dict[str, Callable[[str], str]] = {
    "Go QueryEscape, Python quote_plus": quote_plus,
    "Go PathEscape": lambda text: quote(text, safe="$&+=:@"),
    "Go user information": lambda text: quote(text, safe="$&+,;="),
    "Python quote": quote,
    "JavaScript encodeURIComponent": lambda text: quote(text, safe="!*'()~"),
    "JavaScript encodeURI": lambda text: quote(text, safe=";,/?:@&=+$!*'()~#"),
    "JavaScript URLSearchParams": lambda text: quote_plus(text, safe="*").replace("~", "%7E"),
    ".NET UrlEncode": lambda text: re.sub(
        "%..", lambda found: found[0].lower(), quote_plus(text, safe="!*()")
    ),
    "a space alone": lambda text: text.replace(" ", "+"),
    "each byte": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
}


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize(
    "secret", ["zK9 w!x*(Q7)'~v%2b", "zK9/wx+Q7 vLm2T", "zK9%2bwxxQ7v", "é&%", "zK9w"]
)
def test_secrets_are_masked_however_urls_encode_them(secret: str, name: str) -> None:
    hide, encode = Hider([secret]), ENCODINGS[name]
    once = encode(secret)
    for written in (once, encode(once), quote(once, safe=""), unquote_plus(secret)):
        # What is around it is not part of an escape of it, or is.
        for before, after in (("?a=", "&b=%41"), ("", ""), ("%", " ")):
            assert hide(f"{before}{written}{after}") == f"{before}***{after}"


@pytest.mark.parametrize("secret", ["zK9%2bwxxQ7v", "zK9%252bwxxQ7v"])
def test_a_secret_is_masked_where_it_is_decoded_once_and_twice(secret: str) -> None:
    once = unquote_plus(secret)
    for text in (once, unquote_plus(once), quote_plus(once)):
        assert Hider([secret])(f'the provider receives "{text}"') == 'the provider receives "***"'


@pytest.mark.parametrize(
    "written",
    [
        r"zK9\/wxQ7é😀\"m",
        r"\u007aK9/wxQ7é😀\u0022m",
        r"zK9\u002fwxQ7\u00E9\ud83d\ude00\"m",
        r"zK9%2FwxQ7\u00e9\U0001f600\"m",
        r"zK9\\\/wxQ7\\u00e9😀\\\"m",
    ],
)
def test_secrets_are_masked_however_json_escapes_them(written: str) -> None:
    hide = Hider(['zK9/wxQ7é😀"m'])
    assert hide.finds(written)
    assert hide(f'{{"a\\u00e9": "{written}", "b+": 1}}') == '{"a\\u00e9": "***", "b+": 1}'


def test_secrets_are_masked_in_the_parts_that_a_url_is_cut_into() -> None:
    hide = Hider(["pk7Lm2Qx&Rt9Vb4Zn", "aK8%26bL9z", "client_secret=zqj7kvw&scope=true"])
    assert hide("read pk7Lm2Qx, Rt9Vb4Zn") == "read ***, ***"
    assert hide("aK8, bL9z") == "aK8, ***"  # too short to be one
    assert hide("the client_secret and zqj7kvw are in the scope") == (
        "the client_secret and *** are in the scope"
    )


@pytest.mark.parametrize("secret", ["https://me:é4n", "me:é4n", "é4n", "7Zq@h.example"])
def test_user_information_is_masked_whole_if_a_part_of_it_is_a_secret(secret: str) -> None:
    shown = Hider([secret])("é https://me:é4n&k7Zq@h.example and https://u:p@h")
    assert "k7" not in shown
    assert shown.endswith(" and https://***@h")


def test_secrets_are_masked_where_they_are_the_name_of_a_host() -> None:
    hide = Hider(["Qz7KxWv9TbLm", "Mozilla", "Qz7KxWv9/TbL"])
    assert hide("qz7kxwv9tblm.example, mozilla, qz7kxwv9/tbl") == (
        "***.example, mozilla, qz7kxwv9/tbl"
    )


@given(
    st.text(st.sampled_from('aé\n\t\u00a0\x7f\u200b\U000e0001\ud800"\\'), min_size=1, max_size=30)
)
def test_secrets_are_masked_as_messages_write_what_cannot_be_shown(secret: str) -> None:
    hide = Hider([secret])
    assert hide(short(secret, 1000)) == "***"
    assert hide(short(json.dumps(secret, ensure_ascii=False)[1:-1], 1000)) == "***"
    assert hide(quoted(secret)[1:-1]) == "***"


def test_the_start_of_a_secret_is_masked_where_a_message_is_cut() -> None:
    secret = "s3cret-" + "x" * 100
    hide = Hider([secret, "another"])
    assert hide(f"{quoted(secret)} is x... or y") == '"***..." is x... or y'
    assert hide(f"`k-{secret[:20]}...` and anot...") == "`k-***...` and ***..."


@pytest.mark.parametrize(
    "written",
    [
        "aé/b c/d",
        "a%C3%A9%2Fb+c%2",
        "a%25C3%25A9%252fb%2520c%25",
        r"a\u00e9\/b c\u00",
        "aé%2Fb c\\",
    ],
)
def test_the_start_of_an_encoded_secret_is_masked_where_a_message_is_cut(written: str) -> None:
    assert Hider(["aé/b c/d/e"])(f'"x={written}..." is x') == '"x=***..." is x'


def test_nothing_is_shown_from_a_very_long_secret_on() -> None:
    secret = 'aZ9"-q7x' * 1_000
    hide = Hider([secret, "another"])
    for written in (secret, secret[:300], json.dumps(secret), quote_plus(secret)):
        assert re.fullmatch(r'x \*\*\* "?\*\*\*', hide(f"x another {written} y"))
        assert hide.finds(written)
    assert hide(f"{quoted(secret)} is x") == '"***..." is x'


def test_masking_grows_with_the_length_of_secrets() -> None:
    def masked(secret: str) -> object:
        return Hider([secret])(f"not {secret}")

    assert grows_with_its_input(lambda size: "aZ9k-q7x" * (size // 8), masked, 1_000_000)


def test_masking_grows_with_the_number_of_long_secrets() -> None:
    def masked(secrets: list[str]) -> object:
        return Hider(secrets)("not this")

    assert grows_with_its_input(
        lambda size: [f"{n:x}-" + "aZ9k-q7x" * 300 for n in range(size)], masked, 1_000
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_known_forms_are_masked_whatever_they_are_near(name: str) -> None:
    secret = SAMPLES[name]
    shown = Hider(())(f"the key `{secret}` is unknown")
    assert MASK in shown
    public = [*ELLIPTIC.values(), *RSA.values()]
    parts = [part for part in re.split(r"[^\w-]+", secret) if len(part) > 20]
    assert [part for part in parts if part in shown and part not in public] == []


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_what_is_like_a_secret_is_shown(name: str) -> None:
    text = NEAR_MISSES[name]
    assert without_known_forms(text) == text


def test_masking_grows_with_the_number_of_secrets() -> None:
    def masked(secrets: list[str]) -> object:
        hide = Hider(secrets)
        return [hide(f"not {one}, and no other") for one in secrets]

    assert grows_with_its_input(
        lambda size: [f"{n:x}-s3cret-{n}" for n in range(size)], masked, 4_000
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/a?key=S3&scope=a+b", "https://h/a?key=***&scope=a+b"),
        ("https://h/a?S3", "https://h/a?***"),
        ("https://h/a?key=$NAME#S3", "https://h/a?key=$NAME#***"),
        ("https://h/a?prompt=consent", "https://h/a?prompt=consent"),
        ("https://h/a?state=S3&nonce=S3", "https://h/a?state=***&nonce=***"),
        ("https://h/a;k=S3/b=S3/c;lang=fr", "https://h/a;k=***/b=***/c;lang=fr"),
        ("https://u:a S3@h/a", "https://***@h/a"),
        (
            "https://h/a?redirect_uri=https%3A%2F%2Fu%3AS3%40h",
            "https://h/a?redirect_uri=https%3A%2F%2F***%40h",
        ),
    ],
)
def test_values_in_urls_are_masked(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_public_parameter_is_shown_without_what_is_secret_in_it() -> None:
    assert shown_parameter("redirect_uri", "https://u:p@h/?k=S3") == "https://***@h/?k=***"
    assert shown_parameter("client_id", "u:p@h") == "u:***@h"
    assert shown_parameter("k", "S3") == "***"


@pytest.mark.parametrize(
    "piece",
    [
        "a:",
        "@ a:",
        "a",
        ":/",
        "secret",
        "token:",
        '"',
        "key=",
        "a@",
        "-u ",
        "...",
        "abcd",
        "%3A",
        ":/a ",
        "a%3A%2F%2F",
        "%40",
        "40% ",
        "\\",
        ";a=",
        "KEY ",
        "%25",
        "\\u00e9",
        "+",
        "%2541...",
    ],
)
def test_masking_grows_with_its_input(piece: str) -> None:
    def masked(text: str) -> object:
        every = (Hider(["abcd" * 9, "a:"]), shown_url, with_values_masked)
        return [one(f"{end}{text}{end}") for one in every for end in ("@", "")]

    assert grows_with_its_input(lambda size: piece * size, masked, 16_000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"0123456789abc..."', '"***..."'),
        ('"x=0123456789abc..." and 0123...', '"x=***..." and ***...'),
        ('"012..."', '"012..."'),
        ('"1234..."', '"1234..."'),
        ("...", "..."),
        ('"\u00e9\u00e8\u00e0\u00e7..."', '"***..."'),
    ],
)
def test_the_start_of_a_secret_that_was_cut_is_hidden(text: str, shown: str) -> None:
    assert Hider(["0123456789abcdefghij", "zzzz", "\u00e9\u00e8\u00e0\u00e7\u00e9"])(text) == shown


def test_many_cuts_are_hidden_in_time() -> None:
    hide = Hider(f"{number:08}" for number in range(1000))
    assert grows_with_its_input(lambda size: "0000012..." * size, hide, 5_000)
