"""M027 and M029: the connector's name and its slug."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifest_lint import check
from tests.connectors import MANIFEST, codes, of_manifest, only, with_changes
from tests.growth import grows_with_its_input


@pytest.mark.parametrize(
    ("slug", "name", "reported"),
    [
        ("luko", "luko", True),
        ("\u00e9dith", "\u00e9dith", True),
        ("luko", "Luko", False),
        ("edoc", "eDocPerso", False),
        ("Luko", "Luko", False),
        ("1and1", "1and1", False),
        ("template", "template", False),  # M011 reports it
        ("", "", False),
        (None, None, False),
        (["x"], ["x"], False),
    ],
)
def test_a_name_that_is_the_slug_is_reported(slug: Any, name: Any, reported: bool) -> None:
    findings = [f for f in of_manifest(slug=slug, name=name) if f.code == "M027"]
    assert [f.severity.label for f in findings] == (["note"] if reported else [])


TELECOOP = {
    "name": "Telecoop",
    "source": "git@github.com:konnectors/telecoop.git",
    "vendor_link": "https://telecoop.fr/",
}


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("thomann", TELECOOP),
        ("edf", {**TELECOOP, "name": "Amazon"}),
        ("konnectorbank", TELECOOP),  # words of every connector count for nothing
        ("thomann", {"name": "Telecoop", "source": ..., "vendor_link": ...}),
        ("gitcozy", {**TELECOOP, "source": "https://github.com/cozy/cozy-konnector-telecoop"}),
    ],
)
def test_the_slug_of_another_service_is_reported(slug: str, changes: dict[str, Any]) -> None:
    finding = only(of_manifest(slug=slug, **changes), "M029")
    assert finding.severity.label == "warning"
    assert finding.pointer == ("slug",)
    assert finding.message.startswith(f'the slug "{slug}" has nothing in common with the name "')


@pytest.mark.parametrize(
    "word",
    ["app", "com", "connector", "connectors", "cozy", "git", "konnector", "konnectors", "www"],
)
def test_a_word_that_each_name_may_have_relates_none(word: str) -> None:
    """As in `digital` of a repository with the name `git`."""
    source = f"https://example.org/konnectors/{word}.git"
    assert "M029" in codes(of_manifest(slug=f"qx{word}qx", **{**TELECOOP, "source": source}))


@pytest.mark.parametrize(
    ("slug", "changes"),
    [
        ("telecoop", TELECOOP),
        ("coop", TELECOOP),
        ("caf", {**TELECOOP, "name": "Caisse d'Allocations Familiales"}),
        ("edg", {**TELECOOP, "name": "Eaux de Grenoble"}),
        ("sncfvoyages", {**TELECOOP, "name": "Société Nationale des Chemins de fer Français"}),
        ("impots", {**TELECOOP, "name": "Impôts"}),
        ("thomann", {**TELECOOP, "vendor_link": "https://www.thomann.de/fr"}),
        ("thomann", {**TELECOOP, "source": "git://github.com/konnectors/thomann.git#build"}),
        ("ml", TELECOOP),  # too short
        ("taiyang", {**TELECOOP, "name": "\u592a\u9633\u80fd"}),
        ("slw", {**TELECOOP, "name": "Solarwatt"}),
        ("thomann", {**TELECOOP, "name": ...}),
        ("template", TELECOOP),  # M011 reports it
        (5, TELECOOP),
        ("thomann", {"name": "Thomann", "source": [], "vendor_link": {}}),
    ],
)
def test_a_slug_that_has_something_in_common_is_accepted(
    slug: Any, changes: dict[str, Any]
) -> None:
    assert "M029" not in codes(of_manifest(slug=slug, **changes))


def test_the_name_of_the_package_counts_too(tmp_path: Path) -> None:
    manifest = with_changes(MANIFEST, slug="thomann", **TELECOOP)
    (tmp_path / "manifest.konnector").write_text(json.dumps(manifest))
    for package, found in (("cozy-konnector-telecoop", ["M029"]), ("konnector-thomann", [])):
        (tmp_path / "package.json").write_text(json.dumps({"name": package}))
        assert codes(check([tmp_path], select=["M029"]).findings) == found


@given(st.text(), st.text(), st.text(), st.text())
def test_a_slug_is_related_to_any_text_that_has_it(a: str, b: str, c: str, slug: str) -> None:
    link = f"https://{a}{slug}{b}.example/"
    assert "M029" not in codes(of_manifest(slug=slug, name=f"{c} {slug}", vendor_link=link))


def test_long_texts_are_cheap() -> None:
    def manifest(size: int) -> dict[str, str]:
        return {"slug": "abc" * size, "name": "de " * size, "source": "de" * size}

    assert grows_with_its_input(manifest, lambda changes: of_manifest(**changes), 50_000)
