"""The forms of secrets, and where they are in a short string."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.bundle.detectors import suspects
from manifest_lint.document.secret_forms import BEFORE, at, find, kind_of
from manifest_lint.document.secret_table import FORMS
from tests.command import ROOT
from tests.growth import grows_with_its_input
from tests.secret_samples import NEAR_MISSES, SAMPLES, kind


def test_every_form_has_a_source() -> None:
    assert all(form.source and form.starts and form.before < BEFORE for form in FORMS)


def test_every_form_has_an_example() -> None:
    found = {
        form
        for form in FORMS
        for text in SAMPLES.values()
        for start in form.starts
        if start in text and at(form, text, text.index(start))
    }
    assert found == set(FORMS)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_secret_in_a_string_is_found(name: str) -> None:
    text = SAMPLES[name]
    assert kind_of(text) == kind(name)
    [(start, end, _)] = find(f"the key: {text}, and more")
    assert 9 <= start < end <= 9 + len(text)


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_is_not_found(name: str) -> None:
    assert kind_of(NEAR_MISSES[name]) is None


@pytest.mark.parametrize("text", ["", "$MY_CLIENT_SECRET", "a word", "https://me@host/", "é" * 9])
def test_other_strings_have_none(text: str) -> None:
    assert kind_of(text) is None


@given(st.lists(st.sampled_from([*SAMPLES.values(), *NEAR_MISSES.values(), "é😀", "kty"])))
def test_a_string_has_the_secrets_that_the_same_file_has(parts: list[str]) -> None:
    text = " ".join(parts).encode("latin-1", "replace").decode("latin-1")
    in_file = {(one.offset, one.kind) for one in suspects(text.encode("latin-1"))}
    in_text = [(start, kind) for start, _, kind in find(text)]
    assert in_text == sorted(in_text)
    assert in_file == set(in_text[: len(in_file)])


@pytest.mark.parametrize(
    "again",
    [
        *(start for form in FORMS for start in form.starts),
        *("eyJaaaa.", 'kty:"RSA",', ',d:"' + "aZ9" * 15 + '",', "sk-T3BlbkFJ", "xoxb-1-", "://a:b"),
        *("BEGIN " + "PRIVATE KEY-----Abc: +\\n", "BEGIN " + "PRIVATE KEY-----" + "Abc: " * 50),
    ],
)
def test_a_hostile_string_takes_time_in_proportion_to_its_length(again: str) -> None:
    assert grows_with_its_input(lambda size: again * (size // len(again)), kind_of, 32_000)


def test_the_table_is_cheap_to_load() -> None:
    code = (
        "import sys, manifest_lint.document.secret_names; before = set(sys.modules);"
        "import manifest_lint.document.secret_forms; print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = {f"manifest_lint.document.secret_{name}" for name in ("checks", "forms", "table")}
    assert set(done.stdout.split()) <= {"binascii", "manifest_lint.finding", *ours}


def test_the_documentation_names_every_kind() -> None:
    page = (ROOT / "docs" / "packaging.md").read_text("utf-8")
    table = page[page.index("| client secrets |") : page.index("It cannot know")]
    of_any_service = {"Private Key", "JSON Web Key", "JSON Web Token", "Basic Auth Credentials"}
    services = {form.kind.split()[0] for form in FORMS if form.kind not in of_any_service}
    assert {service for service in services if service not in table} == set()
