"""F002: the icon file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from manifest_lint import Finding, check
from tests.connectors import MANIFEST, of_manifest, with_changes

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(50)
JPEG = b"\xff\xd8\xff\xe0" + bytes(50)
GIF = b"GIF89a" + bytes(50)
WEBP = b"RIFF\0\0\0\0WEBP" + bytes(50)
ICO = b"\0\0\1\0" + bytes(50)


def of_icon(folder: Path, data: bytes, name: str = "icon.svg") -> list[Finding]:
    """Check a connector with an icon of these bytes."""
    file = folder / "assets" / name.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    manifest = json.dumps(with_changes(MANIFEST, icon=name))
    (folder / "manifest.konnector").write_text(manifest)
    return list(check([folder / "manifest.konnector"], select=["F002"]).findings)


@pytest.mark.parametrize("name", ["icon.svg", "icon.SVG", "./icon.svg", "/icon.svg"])
def test_a_small_svg_of_shapes_is_good(tmp_path: Path, name: str) -> None:
    assert of_icon(tmp_path, SVG, name) == []


@pytest.mark.parametrize("data", [b"", b" \n\t"])
@pytest.mark.parametrize("name", ["icon.svg", "icon.png", "icon"])
def test_an_empty_icon_is_reported(tmp_path: Path, data: bytes, name: str) -> None:
    [finding] = of_icon(tmp_path, data, name)
    assert finding.message == f'"{name}" is empty'
    assert finding.severity.label == "warning"
    assert finding.pointer == ("icon",)


@pytest.mark.parametrize(
    ("name", "data", "reported", "severity"),
    [
        ("icon.svg", PNG, "contains a PNG, not an SVG", "warning"),
        ("icon.svg", JPEG, "contains a JPEG, not an SVG", "warning"),
        ("icon.svg", bytes(range(256)), "is not XML, so no browser draws it", "warning"),
        ("icon.svg", b"<html/>", "is not an SVG", "warning"),
        ("icon.png", SVG, "contains an SVG, not a PNG", "warning"),
        ("icon.png", b"\xef\xbb\xbf \n" + SVG, "contains an SVG, not a PNG", "warning"),
        ("icon.png", b"<html/>", "contains no known kind of picture, not a PNG", "warning"),
        ("icon.png", JPEG, "contains a JPEG, not a PNG", "note"),
        ("icon.jpg", WEBP, "contains a WebP, not a JPEG", "note"),
        (
            "icon.sncf",
            SVG,
            "contains an SVG, and does not end with the extension of a picture",
            "warning",
        ),
        (
            "icon.sncf",
            GIF,
            "contains a GIF, and does not end with the extension of a picture",
            "note",
        ),
        (
            "icon",
            b"text",
            "contains no known kind of picture, and does not end with the extension",
            "warning",
        ),
        ("icon.png", PNG, "is a PNG: an SVG is sharp", "note"),
        ("icon.jpeg", JPEG, "is a JPEG: an SVG is sharp", "note"),
        ("icon.GIF", GIF, "is a GIF: an SVG is sharp", "note"),
        ("icon.webp", WEBP, "is a WebP: an SVG is sharp", "note"),
        ("icon.ico", ICO, "is an ICO: an SVG is sharp", "note"),
    ],
)
def test_an_icon_must_have_the_format_of_its_extension(
    tmp_path: Path, name: str, data: bytes, reported: str, severity: str
) -> None:
    [finding] = of_icon(tmp_path, data, name)
    assert finding.message.startswith(f'"{name}" {reported}')
    assert finding.severity.label == severity


def test_parts_that_do_not_show_in_a_picture_are_reported(tmp_path: Path) -> None:
    data = SVG.replace(b"<path", b'<script/><image href="a.png"/><path')
    findings = of_icon(tmp_path, data)
    assert [finding.severity.label for finding in findings] == ["warning"] * 2
    assert "has a script" in findings[0].message
    assert 'refers to "a.png"' in findings[1].message


@pytest.mark.parametrize(
    ("size", "reported"),
    [
        (20 * 1024, None),
        (20 * 1024 + 1, "is 21 KiB: an icon needs at most 20 KiB"),
        (100 * 1024, "is 100 KiB"),
        (20 * 1024 * 1024, "is more than 1 MiB"),
    ],
)
def test_a_large_icon_is_a_note(tmp_path: Path, size: int, reported: str | None) -> None:
    findings = of_icon(tmp_path, SVG.replace(b"<path", b" " * (size - len(SVG)) + b"<path"))
    assert len(findings) == (reported is not None)
    if reported:
        assert reported in findings[0].message
        assert findings[0].severity.label == "note"


@pytest.mark.parametrize(
    "icon", [None, 1, [], {}, "", "missing.svg", "../icon.svg", "\0", "\ud800"]
)
def test_other_rules_report_a_missing_icon(tmp_path: Path, icon: object) -> None:
    manifest = json.dumps(with_changes(MANIFEST, icon=icon))
    (tmp_path / "manifest.konnector").write_text(manifest)
    assert check([tmp_path / "manifest.konnector"], select=["F002"]).findings == ()


@pytest.mark.parametrize(
    ("icon", "reported"),
    [
        ("icon.svg", None),
        ("img/icon.SVG", None),
        ("icon.png", "is a PNG: an SVG is sharp at every size"),
        ("img/icon.JPG", "is a JPEG: an SVG is sharp at every size"),
        ("icon.sncf", "does not end with the extension of a picture, such as .svg"),
        ("icon", "does not end with the extension of a picture, such as .svg"),
        ("", None),
        (".", None),
        ("https://sunmeter.example/icon.png", None),  # F006 reports it
        ("../icon.png", None),
        (None, None),
        (["icon.png"], None),
    ],
)
def test_without_files_the_icon_type_is_inferred_from_its_name(
    icon: object, reported: str | None
) -> None:
    findings = [finding for finding in of_manifest(icon=icon) if finding.code == "F002"]
    assert [(f.message, f.severity.label) for f in findings] == (
        [(f'"{icon}" {reported}', "note")] if reported else []
    )
