"""Web addresses are read and written as browsers do."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy import browser_url
from tests.growth import grows_with_its_input


def read(text: str) -> str | None:
    try:
        return str(browser_url.parse(text))
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://cozy.example", "https://cozy.example/"),
        (" HTTPS:\\\\Cozy.Example\n ", "https://cozy.example/"),
        ("https:cozy.example", "https://cozy.example/"),
        ("https://cozy.example:0443/", "https://cozy.example/"),
        ("http://cozy.example:443/", "http://cozy.example:443/"),
        ("https://a:b@c@d/", "https://a:b%40c@d/"),
        ("https://@d/", "https://d/"),
        ("https://d/a/./b/../c/%2e%2E", "https://d/a/"),
        ("https://d/../..", "https://d/"),
        ("https://d/a/..//b", "https://d//b"),
        ("https://d/\\a\tb", "https://d//ab"),
        ("https://d/é ^{}|?é '|#é `|", "https://d/%C3%A9%20%5E%7B%7D|?%C3%A9%20%27|#%C3%A9%20%60|"),
        ("https://d?#", "https://d/?#"),
        ("https://d/?\ud800", "https://d/?%EF%BF%BD"),
        ("https://0x7f.1/", "https://127.0.0.1/"),
        ("https://0300.256/", "https://192.0.1.0/"),
        ("https://1.2.3/", "https://1.2.0.3/"),
        ("https://1.2.3.4/", "https://1.2.3.4/"),
        ("https://4294967295./", "https://255.255.255.255/"),
        ("https://1.2.3.4.5/", None),
        ("https://256.1.1.1/", None),
        ("https://a.09/", None),
        ("https://a.1b/", "https://a.1b/"),
        ("https://[1:0:0:2::]/", "https://[1:0:0:2::]/"),
        ("https://[0:0:1::]/", "https://[0:0:1::]/"),
        ("https://[::FFFF:1.2.3.4]/", "https://[::ffff:102:304]/"),
        ("https://[1:0:2:3:4:5:6:7]/", "https://[1:0:2:3:4:5:6:7]/"),
        ("https://[::]/", "https://[::]/"),
        ("https://[::1%25eth0]/", None),
        ("https://[::1/", None),
        ("https://[::1]x/", None),
        ("https://%61%2E/", "https://a./"),
        ("https://a%2fb/", None),
        ("https://Straße.ΣΑΣ./", "https://xn--strae-oqa.xn--mxa9ab./"),
        ("https://a\u00adb。ﬀ/", "https://ab.ff/"),
        ("https://é\U000134e8b.c/", "https://xn--b-9fa5567u.c/"),
        ("https://xn--a.é/", None),
        ("https://xn--a/", "https://xn--a/"),
        ("https://a\u0301/", "https://xn--1ca/"),
        ("https://.\u0301/", None),
        ("https://a\u200db/", None),
        ("https://न\u094d\u200dब/", "https://xn--l2bi2hu27h/"),
        ("https://א1/", "https://xn--1-zhc/"),
        ("https://אa/", None),
        ("https://a.א/", "https://a.xn--4db/"),
        ("https://1.א/", None),
        ("https://⒈/", None),
        ("https:///", None),
        ("https://a:65536/", None),
        ("https://a:1a/", None),
        ("https://a:-1/", None),
        ("ftp://a/", None),
        ("a", None),
        ("https://" + "é" * 2_000, None),
    ],
)
def test_a_url_is_read_as_a_browser_does(text: str, url: str | None) -> None:
    assert read(text) == url


def test_a_url_has_its_parts() -> None:
    url = browser_url.parse("HTTPS://u@Cozy.example:8080/a?b#c")
    assert (url.origin, url.path) == ("https://cozy.example:8080", "/a")
    assert (url.search, url.hash) == ("?b", "#c")
    assert browser_url.parse("https://a?#").search == ""


_WORDS = """
a B.c .. %2e %41 % %zz %C3%A9 %00 [ ::1 0x7f 0177 256 1.2.3.4 :80 :443 :8080 :65536 @ //
é ü ß 日本 \u00ad ﬀ \uff21 ½ 。 \u0966 \u0301 xn--bcher-kva
"""
_PIECES = st.sampled_from([*_WORDS.split(), *map(chr, range(128))])


@given(st.sampled_from(["https://", "HTTP:/"]), st.lists(_PIECES, max_size=8).map("".join))
def test_ada_reads_the_same(scheme: str, rest: str) -> None:
    """On 100,000 odd URLs, 51 differ: ada lets names mix directions in different labels."""
    ada = pytest.importorskip("ada_url")
    try:
        expected = str(ada.URL(scheme + rest).href)
    except ValueError:
        expected = None
    assert read(scheme + rest) == expected


def test_ada_reads_each_character_of_a_host_the_same() -> None:
    """Of those in Unicode 3.2: newer versions of Python know more than ada, or less."""
    ada = pytest.importorskip("ada_url")
    differ = []
    for char in map(chr, range(128, 0x30000)):
        if unicodedata.ucd_3_2_0.category(char) in ("Cn", "Cs"):
            continue
        url = f"https://a{char}b/"
        if (str(ada.URL(url).href) if ada.check_url(url) else None) != read(url):
            differ.append(char)
    assert differ == []


def test_a_url_is_read_back_unchanged() -> None:
    url = read("https://ü:b@É.example:1/ö/?ä#ß")
    assert url and read(url) == url


@pytest.mark.parametrize(
    "make",
    [
        lambda size: "https://" + "a/../" * size,
        lambda size: "https://" + "a." * size,
        lambda size: "https://" + "1" * size,
        lambda size: "https://" + ":" * size + "@a",
        lambda size: "https://[" + ":" * size + "]",
        lambda size: "https:" + "/" * size,
        lambda size: "https://a:" + "0" * size,
    ],
    ids=["dots", "labels", "digits", "colons", "v6", "slashes", "port"],
)
def test_the_time_grows_with_the_length(make: object) -> None:
    assert callable(make)
    assert grows_with_its_input(make, read, 40_000)
