"""What is known of a manifest after edits is what a new look at its text finds."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint.document.document import Document
from manifest_lint.document.go_json import RepeatedKeys, members
from manifest_lint.document.spans import Pointer
from manifest_lint.engine.hider import secrets_of
from manifest_lint.project.connector import Connector
from tests.edits import SECRET, START, edits


def manifest(text: str, before: Document | None = None) -> Document:
    return Document("manifest.konnector", text.encode(), before=before)


def shape(value: Any) -> Any:
    """Return a value with the order and the repetition of its keys."""
    if isinstance(value, dict):
        repeats = isinstance(value, RepeatedKeys)
        return repeats, [(key, shape(inner)) for key, inner in members(value)]
    return [shape(inner) for inner in value] if isinstance(value, list) else repr(value)


def pointers(value: Any, above: Pointer = ()) -> list[Pointer]:
    """Return the pointers to a value and to all in it."""
    below: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict | list):
        below = value.items() if isinstance(value, dict) else enumerate(value)
    return [above, *(one for step, inner in below for one in pointers(inner, (*above, step)))]


def facts(document: Document) -> list[Any]:
    """Return all that is kept from one edit to the next."""
    parts = pointers(document.value)
    found = [
        shape(document.value),
        document.end,
        [(document.at(one), document.key(one), document.member(one)) for one in parts],
        document.found_secrets,
        secrets_of(document),
        document.masked,
    ]
    if isinstance(document.value, dict):
        connector = Connector(document)
        asked = connector.written_permissions
        found += [
            connector.stack_refusals,
            connector.registry_refusals,
            [(one.name, one.value, one.refused, one.doctype) for one in asked],
        ]
    return found


@given(st.randoms(use_true_random=False))
def test_an_edited_manifest_is_what_its_text_is(choose: Random) -> None:
    before = None
    for text in edits(choose, 15):
        document = manifest(text, before)
        if choose.random() < 0.7:  # not each one is asked for everything
            assert facts(document) == facts(manifest(text))
        elif choose.random() < 0.5:
            assert document.masked == manifest(text).masked
        before = document


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ('{"a": {"name": "x", "value": ["SECRET"]}}', '"x"', '"client_secret"'),
        ('{"a": {"name": "x", "value": {"b": "SECRET"}}}', '"x"', '"client_secret"'),
        ('{"client_secret": {"name": "user_key", "value": ["S3cret9"]}}', '"user_key"', '"xy"'),
        ('{"a": ["x", {"b": "SECRET"}]}', '"x"', '"client_secret"'),
        ('{"fields": {"a": {"type": "text", "default": ["SECRET"]}}}', '"text"', '"password"'),
        (f'{{"a": {{"kty": "E", "kty": "x", "d": "{"aB3" * 15}"}}}}', '"E"', '"EC"'),
        ('{"a": {"kty": "EC", "kty": "x", "d": "A"}}', '"A"', f'"{"aB3" * 15}"'),
        ('{"a": {"kty": "EC", "x": [{}], "d": "A"}, "b": 1}', '"A"', f'"{"aB3" * 15}"'),
        (
            '{"Permissions": {"a": {"type": "*"}, "b": {"selector": "x"}}, "permissions": {}}',
            '"x"',
            '"xyz"',
        ),
        ('{"permissions": {"a": {"values": ["SECRET"]}, "b": {"values": [1]}}}', "[1]", "[12]"),
        ('{"a": {"b": 1, "b": {"c": "x"}}}', '"x"', '"SECRET"'),
        ('{"a": {"b": {"c": "x"}, "b": 1}}', '"x"', '"SECRET"'),
        ('{"a": {"b": 1, "c": "x"}}', '"c"', '"b"'),
        ('{"a": 1234}', "1234", "1.34"),
        ('{"a": 1234}', "1234", "1 34"),
        ('{"a": "b"} x', '"b"', '"bc"'),
        ('{"a": "-----BEGIN", "b": "PRIVATE KEY-----"}', "BEGIN", "BEGIN "),
        (
            f'{{"a": {"[" * 95}{"]" * 95}, "locales": {{"en": {{"password": "a b"}}}}}}',
            '"a b"',
            '"S3cret9"',
        ),
        (f'{{"a": {"[" * 95}{{"token": "SECRET"}}{"]" * 95}, "b": "x"}}', '"x"', '"xyz"'),
    ],
)
def test_what_another_part_means_is_not_forgotten(text: str, old: str, new: str) -> None:
    before, after = (one.replace("SECRET", SECRET) for one in (text, text.replace(old, new)))
    for one, other in ((before, after), (after, before)):
        document = manifest(one, manifest(one))
        assert facts(document) == facts(manifest(one))
        assert facts(manifest(other, document)) == facts(manifest(other))


def test_places_are_right_after_all_were_asked_for_between_edits() -> None:
    text = '{"a": "x", "b": {"c": {"e": 1, "f": 2}, "d": 2}}'
    before = manifest(text)
    assert before.at(("b", "d"))
    between = manifest(text := text.replace('"x"', '"xyz"'), before)
    assert between.masked == text
    after = manifest(text := text.replace("1,", "100,"), between)
    assert after.at(("b", "d")) == manifest(text).at(("b", "d"))


def test_an_edit_in_a_string_leaves_all_else_the_same_object() -> None:
    before = manifest(START)
    after = manifest(START.replace('"Sun"', '"Sunny"'), before)
    assert after.value["name"] == "Sunny"
    assert all(after.value[key] is before.value[key] for key in before.value if key != "name")
