"""What is a placeholder, what people write in place of a secret, and what a placeholder means."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.secret import (
    Unresolved,
    is_placeholder,
    is_stand_in,
    looks_real,
    resolve,
    variable,
)
from tests.growth import grows_with_its_input

SOURCE = {
    "SEC": "9f8e7d6c",
    "QUOTED": " 'a1b2c3d4' \n",
    "EMPTY": ' "" ',
    "DOLLAR": "$ecret1",
    "OTHER": "${SEC}",
    "DOTS": "...",
    "X_SECRET": "9f8e7d6c",
    "X-SECRET": "9f8e7d6c",
    "BARE": "X_SECRET",
}.get


@pytest.mark.parametrize(
    "text",
    [
        *("your-secret-here", "YOUR_CLIENT_SECRET", "yourSunmeterSecret", "YOUR_SUNMETER_SECRET"),
        *("your client secret", "votre-cle-ici", "mySecret", "client_secret", "secret"),
        *("changeme", "CHANGE ME", "change-me", "fake-key", "placeholder", "TODO: ask sunmeter"),
        *("Insert Token Here", "None", "null", "n/a", "TBD", "test", "foo", "********", "", "---"),
        *("YOUR_API_KEY_1", "your-client-secret-1", "TODO1", "REPLACE_ME_2", "changeme12"),
    ],
)
def test_words_that_people_write_are_no_secret(text: str) -> None:
    assert is_stand_in(text)
    assert not looks_real(text)


@pytest.mark.parametrize(
    "text",
    [
        *("OurBridgeTokenMaif", "my-test-token-sunmeter", "tokenTokenX", "xkcdsecretqq", "letmein"),
        "MyPassword",
        *("correct-horse", "testify-nonesuch", "changeling", "yoursQfzk", "secret1", "insertion"),
        *("your1secret", "todo123", "test1", "foo12", "mySecret1"),
    ],
)
def test_a_secret_may_have_such_a_word_in_it(text: str) -> None:
    assert not is_stand_in(text)
    assert looks_real(text)


@given(st.text(string.ascii_letters, min_size=12, max_size=40))
def test_a_stand_in_with_a_foreign_word_is_none(text: str) -> None:
    assert not is_stand_in(f"{text}Zqxj-token")


@pytest.mark.parametrize(
    "text",
    [
        *("$SEC", "${SEC}", "${SEC:-}", "${SEC:-changeme}", "${SEC:?is not set}", "${env.SEC}"),
        *("%SEC%", "$ SEC", "$(SEC)", "$env:SEC", "{{SEC}}", "{{ SEC }}", "${{ secrets.SEC }}"),
        *("process.env.SEC", "import.meta.env.SEC", "'$SEC'", '"${SEC}"', "`$SEC`", " $SEC\n"),
        *("env:SEC", "env.SEC", "ENV.SEC", "secrets.SEC", "vars.SEC", "{SEC}", "{env:SEC}"),
        *("{env.SEC}", "!env SEC", "ENV['SEC']", 'env["SEC"]', "process.env['SEC']", "env('SEC')"),
        *("os.environ['SEC']", "os.environ.get('SEC')", "os.getenv('SEC')", "getenv('SEC')"),
        *("ENV.fetch('SEC')", "import.meta.env['SEC']", "secrets['SEC']", "Env:SEC"),
        *("$\u200bSEC", "\ufeff$SEC\u200b", "$S\u2060EC", "\u00a0$SEC"),
    ],
)
def test_a_placeholder_in_any_notation_is_filled_in(text: str) -> None:
    assert is_placeholder(text)
    assert variable(text) == "SEC"
    assert resolve(text, SOURCE).reveal() == "9f8e7d6c"


@pytest.mark.parametrize(
    "text",
    [
        *("...", "\u2026", "<SECRET>", "<%= secret %>", "xxxx", "${config.secret}", "#{secret}"),
        *("__SUNMETER_SECRET__", "@SECRET@", "@@secret@@", "[your secret]", "{{ a b }}"),
        *("${process.env['SECRET']}", "$X-SECRET", "$X.SECRET", "$SUNMETER.CLIENT-SECRET"),
    ],
)
def test_a_placeholder_of_a_template_names_no_variable(text: str) -> None:
    assert is_placeholder(text)
    assert variable(text) == ""
    with pytest.raises(Unresolved):
        resolve(text, SOURCE)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("$QUOTED", "a1b2c3d4"),
        ("'a1b2c3d4'", "a1b2c3d4"),
        ("$DOLLAR", "$ecret1"),
        ("${SEC:-a1b2c3d4}", "9f8e7d6c"),
        ("${UNSET:-a1b2c3d4}", "a1b2c3d4"),
        ("100%sure%", "100%sure%"),
        ("pre$UNSET", "pre$UNSET"),
        ("MY_X_SECRET", "MY_X_SECRET"),
        ("X_SECRET2", "X_SECRET2"),
        ("9f8e-SEC", "9f8e-SEC"),
        ("'", "'"),
    ],
)
def test_what_is_searched_for(text: str, secret: str) -> None:
    assert resolve(text, SOURCE).reveal() == secret


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("$UNSET", "$UNSET is not set"),
        ("%UNSET%", "$UNSET is not set"),
        ("${UNSET:-your-secret}", "$UNSET is not set"),
        ("$EMPTY", "$EMPTY is empty"),
        ("$OTHER", "$OTHER holds another placeholder"),
        ("$DOTS", "$DOTS holds another placeholder"),
        ("$BARE", "$BARE holds another placeholder"),
        ("X_SECRET", "is the name of a variable that is set, and is not filled in"),
        (" 'X_SECRET'\n", "has the name of a variable that is set, and is not filled in"),
        ("env > X_SECRET", "has the name of a variable that is set, and is not filled in"),
        ("vault(X_SECRET)", "has the name of a variable that is set, and is not filled in"),
        ("prefix.X_SECRET", "has the name of a variable that is set, and is not filled in"),
        ("<SEC>", "is a placeholder that names no variable"),
        ("{{ a b }}", "is a placeholder that names no variable"),
        ("pre-$SEC", "has a variable within other text, which is not filled in"),
        ("pre-%SEC%", "has a variable within other text, which is not filled in"),
        ("pre-{{x}}", "has a variable within other text, which is not filled in"),
    ],
)
def test_why_a_placeholder_has_no_secret(text: str, why: str) -> None:
    with pytest.raises(Unresolved, match=r"^\S") as error:
        resolve(text, SOURCE)
    assert str(error.value) == why


@pytest.mark.parametrize(
    "text",
    [
        "[9f8e]",
        "__a1b2__",
        "me@a.example",
        "${SEC:-9f8e7d6c}",
        "$ hunter",
        "%hunter%",
        "pre-$SEC",
        "9f8e",
    ],
)
def test_a_text_with_a_secret_in_it_is_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("part", ["${a-", "$(A", "%A", "{{a", "process.env.", "your", "xx", "'"])
def test_a_long_value_is_read_in_time(part: str) -> None:
    def read(text: str) -> None:
        is_stand_in(text)
        is_placeholder(text)
        resolve(f"{text}.", SOURCE)

    assert grows_with_its_input(lambda size: part * size, read, 10_000)
