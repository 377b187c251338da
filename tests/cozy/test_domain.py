"""A domain is normalised wherever people type one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.cozy.domain import normalised
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("alice.cozy.rocks", "alice.cozy.rocks"),
        ("Alice.Cozy.ROCKS", "alice.cozy.rocks"),
        ("alice.cozy.rocks:443", "alice.cozy.rocks"),
        ("alice.cozy.rocks:0443", "alice.cozy.rocks"),
        ("alice.cozy.rocks:", "alice.cozy.rocks"),
        ("alice.cozy.rocks.", "alice.cozy.rocks"),
        ("alice.cozy.rocks.:443", "alice.cozy.rocks"),
        ("alice.cozy.rocks/", "alice.cozy.rocks"),
        ("https://alice.cozy.rocks", "alice.cozy.rocks"),
        ("HTTPS://Alice.cozy.rocks:443/", "alice.cozy.rocks"),
        ("http://alice.cozy.localhost:80/", "alice.cozy.localhost"),
        ("http://alice.cozy.localhost:8080/", "alice.cozy.localhost:8080"),
        ("alice.cozy.tools:8080", "alice.cozy.tools:8080"),
        ("alice.cozy.tools:80", "alice.cozy.tools:80"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("alice。cozy.rocks", "alice.cozy.rocks"),
        (" alice.cozy.rocks\n", "alice.cozy.rocks"),
        ("localhost", "localhost"),
        ("[::1]:8080", "[::1]:8080"),
        ("", None),
        (".", None),
        ("..", None),
        ("cozy..rocks", None),
        ("a b", None),
        ("a\tb", None),
        ("alice.cozy.rocks/apps", None),
        ("alice.cozy.rocks?x", None),
        ("alice.cozy.rocks#x", None),
        ("alice@cozy.rocks", None),
        ("a\\b", None),
        ("ftp://cozy.rocks", None),
        ("https://", None),
        ("cozy.rocks:port", None),
        ("cozy.rocks:99999", None),
        ("<domain>", None),
    ],
)
def test_a_domain_is_normalised(typed: str, domain: str | None) -> None:
    assert normalised(typed) == domain


@given(st.text(max_size=20) | st.text("aA.:/-0éxn", max_size=12))
def test_normalising_twice_changes_nothing(text: str) -> None:
    domain = normalised(text)
    assert domain is None or normalised(domain) == domain


def test_the_time_grows_with_the_length() -> None:
    assert grows_with_its_input(lambda size: "a-" * size + "!", normalised, 40_000)
