"""What follows the name of a secret is hidden in text that is not JSON."""

from __future__ import annotations

import pytest

from manifest_lint.document.after_names import values_after_names, with_values_masked
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"token": "S3",}', '{"token": ****,}'),
        ("{'token': 'S3, S4',}", "{'token': **** ***,}"),
        ("{token: S3 S4, b: 1}", "{token: ** **, b: 1}"),
        ('{"token": "S3\nS4", "b": 1}', '{"token": ***\n***, "b": 1}'),
        ('{"token": "S3', '{"token": ***'),
        ('{"token": ["S3", "S4"],}', '{"token": [****, ****],}'),
        ('{"token": [["S3"], "S4"],}', '{"token": [[****], ****],}'),
        (
            '{"token": {"a": "S3", "b": {"c": 12345}},}',
            '{"token": {"a": ****, "b": {"c": *****}},}',
        ),
        ("{token: {a: S3", "{token: {a: **"),
        ('{"token": {"a": "S3"}, "b": "S4",}', '{"token": {"a": ****}, "b": "S4",}'),
        ('{"token": {"secret": "S3"}, "secret": "S4",}', None),
        # what describes a field
        ('{"password": {"type": "password", "label": "a 1"},}', "the same"),
        ('{"password": {"required": true, "x": null, "max": 12},}', "the same"),
        ('{"password": {"type": "password" x}}', "the same"),
        ('{"token": [], "secret": {}}}', "the same"),
        ("no token", "the same"),
    ],
)
def test_what_follows_a_name_is_masked(text: str, shown: str | None) -> None:
    if shown is None:
        shown = text.replace('"S3"', "****").replace('"S4"', "****")
    assert with_values_masked(text) == (text if shown == "the same" else shown)


def test_values_are_without_their_quotes() -> None:
    text = '{"token": "S3", "secret": [\'S4\', S5]'
    assert list(values_after_names(text)) == ["S3", "S4", "S5"]


@pytest.mark.parametrize("piece", ["secret:[", "token: {", '"', "'", "secret:'", "[", "\\", "api_"])
def test_a_long_text_is_searched_in_time(piece: str) -> None:
    assert grows_with_its_input(lambda size: f"token:[{piece * size}", with_values_masked, 8_000)


def test_values_are_also_without_escapes() -> None:
    text = r'{"token": "S\u00e93\/", "secret": "S\u00zz",}'
    assert list(values_after_names(text)) == [r"S\u00e93\/", "Sé3/", r"S\u00zz"]
