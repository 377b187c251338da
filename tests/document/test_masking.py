"""What is shown instead of secrets."""

from __future__ import annotations

import pytest

from manifest_lint.document.masking import (
    Hider,
    shown_command,
    shown_parameter,
    shown_url,
    with_values_masked,
    without_user_info,
)
from tests.growth import grows_with_its_input


def test_secrets_are_masked_in_every_spelling() -> None:
    hide = Hider(['a/b"c', "a/b", "\ud800é", ""])
    assert hide('x a/b"c a%2Fb%22c a/b\\"c a/b é \ud800é') == "x *** *** *** *** é ***"
    assert hide("x \udcff") == "x \udcff"
    assert Hider([])("x") == "x"


def test_masking_grows_with_the_number_of_secrets() -> None:
    def masked(secrets: list[str]) -> object:
        hide = Hider(secrets)
        return [hide(f"not {one}, and no other") for one in secrets]

    assert grows_with_its_input(
        lambda size: [f"{n:x}-s3cret-{n}" for n in range(size)], masked, 4_000
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:p@h/x", "https://***@h/x"),
        ("https://token@h", "https://***@h"),
        ("couchdb:/u:p/q@h", "couchdb:/***@h"),
        ("u:p@q@h", "u:***@h"),
        ("see `http://u:p@h`; then", "see `http://***@h`; then"),
        ("mailto:me@h", "mailto:me@h"),
        ("me@h", "me@h"),
        (r"C:\x\@scope\y", r"C:\x\@scope\y"),
    ],
)
def test_user_information_is_masked(text: str, shown: str) -> None:
    assert without_user_info(text) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://h/a?key=S3&scope=a+b", "https://h/a?key=***&scope=a+b"),
        ("https://h/a?S3", "https://h/a?***"),
        ("https://h/a?key=$NAME#S3", "https://h/a?key=$NAME#***"),
        ("https://h/a?prompt=consent", "https://h/a?prompt=consent"),
    ],
)
def test_values_in_urls_are_masked(url: str, shown: str) -> None:
    assert shown_url(url) == shown


def test_a_public_parameter_is_shown_without_what_is_secret_in_it() -> None:
    assert shown_parameter("redirect_uri", "https://u:p@h/?k=S3") == "https://***@h/?k=***"
    assert shown_parameter("client_id", "u:p@h") == "u:***@h"
    assert shown_parameter("k", "S3") == "***"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("yarn build", "yarn build"),
        ("API_TOKEN=S3 yarn build", "API_TOKEN=*** yarn build"),
        ("API_TOKEN=$TOKEN yarn build", "API_TOKEN=$TOKEN yarn build"),
        ('API_TOKEN="a S3" yarn build', "API_TOKEN=*** yarn build"),
        ("SECRET=a\\ S3 yarn", "SECRET=*** yarn"),
        ("curl -u bob:S3 https://h", "curl -u *** https://h"),
        ("curl --user bob:S3 https://h", "curl --user *** https://h"),
        ("npm config set //r/:_auth=S3", "npm config set //r/:_auth=***"),
        ("PASS=S3 KEY=S3 make", "PASS=*** KEY=*** make"),
        ("git clone https://me:S3@h/x", "git clone https://***@h/x"),
    ],
)
def test_secrets_in_commands_are_masked(command: str, shown: str) -> None:
    assert shown_command(command) == shown


@pytest.mark.parametrize(
    "piece", ["a:", "@ a:", "a", ":/", "secret", "token:", '"', "key=", "a@", "-u "]
)
def test_masking_grows_with_its_input(piece: str) -> None:
    def masked(text: str) -> object:
        return without_user_info(text), shown_command(text), with_values_masked(text)

    assert grows_with_its_input(lambda size: piece * size, masked, 16_000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"0123456789abc..."', '"***..."'),
        ('"x=0123456789abc..." and 0123...', '"x=***..." and ***...'),
        ('"012..."', '"012..."'),
        ('"1234..."', '"1234..."'),
        ("...", "..."),
        ('"\u00e9\u00e8\u00e0..."', '"***..."'),
    ],
)
def test_the_start_of_a_secret_that_was_cut_is_hidden(text: str, shown: str) -> None:
    assert Hider(["0123456789abcdefghij", "zzzz", "\u00e9\u00e8\u00e0\u00e7"])(text) == shown


def test_many_cuts_are_hidden_in_time() -> None:
    hide = Hider(f"{number:08}" for number in range(1000))
    assert grows_with_its_input(lambda size: "0000012..." * size, hide, 5_000)
