"""A common word is not searched for, and a real secret is never taken for one."""

from __future__ import annotations

import random
import secrets
import string
from contextlib import suppress

import pytest

from manifest_lint.bundle.known import known_of, of_variables
from manifest_lint.bundle.leaks import Search
from manifest_lint.document.common_words import is_common
from tests.bundle.test_hiding_places import FOUND

WORDS = [
    *("production", "password", "function", "undefined", "facebook", "Facebook", "PRODUCTION"),
    *("client_secret", "clientSecret", "access-token", "not-set", "undefined function"),
    *("12345678", "abcdefgh", "0123456789abcdef", "aaaaaaaa", "********", "qwertyuiop"),
]
SECRETS = [
    *("hunter2", "password1!", "s3cret", "correct horse battery staple", "correcthorsebattery"),
    *("production-42", "facebook_a1b2", "a1b2c3d4", "prodüction", "function()", "client__secret"),
]


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_bundles_have_is_common(word: str) -> None:
    assert is_common(word)


@pytest.mark.parametrize("word", WORDS)
def test_a_common_word_is_searched_in_no_encoding(word: str) -> None:
    search = Search(known_of(of_variables(["SECRET"], {"SECRET": word}.get)))
    search.start(f"{word}.js")
    for encode in FOUND.values():
        with suppress(ValueError):  # a row for letters with accents
            hidden = encode(word)
            search.feed(hidden.encode() if isinstance(hidden, str) else hidden)
    assert search.leaks == ()


@pytest.mark.parametrize("secret", SECRETS)
def test_another_string_is_not_common(secret: str) -> None:
    assert not is_common(secret)


ALPHABETS = {
    "lower-case letters": string.ascii_lowercase,
    "letters": string.ascii_letters,
    "letters and digits": string.ascii_letters + string.digits,
    "hexadecimal": "0123456789abcdef",
    "base64 for URLs": string.ascii_letters + string.digits + "-_",
    "printable": string.ascii_letters + string.digits + string.punctuation,
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_no_random_secret_is_common(alphabet: str) -> None:
    luck = random.Random(alphabet)
    for _ in range(500):
        length = luck.randint(8, 40)
        assert not is_common("".join(luck.choices(ALPHABETS[alphabet], k=length)))


@pytest.mark.parametrize("make", [secrets.token_hex, secrets.token_urlsafe])
def test_no_secret_that_a_service_makes_is_common(make: object) -> None:
    assert callable(make)
    assert not any(is_common(make(size)) for size in range(4, 30) for _ in range(20))
