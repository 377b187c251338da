"""B: each reason for which the registry refuses an archive, and its pitfalls."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
from typing import Any

import pytest

from manifest_lint.archive.tarball import read_tarball
from manifest_lint.config.settings import DEFAULTS
from manifest_lint.engine.run import check_archive
from manifest_lint.finding import Finding
from tests.archives import ICON, good, manifest, of_type, tar, tar_gz
from tests.connectors import MANIFEST

VERSION = MANIFEST["version"]
PACKAGE = f'{{"version": "{VERSION}"}}'


def findings(data: bytes, **facts: Any) -> tuple[Finding, ...]:
    archive = read_tarball("x.tar.gz", io.BytesIO(data))._replace(**facts)
    return check_archive(archive, DEFAULTS).findings


def found(members: list[Any], **facts: Any) -> list[str]:
    """Return the findings in an archive of members: `CODE severity`, sorted."""
    all_findings = findings(tar_gz(members), **facts)
    return sorted(f"{finding.code} {finding.severity.label}" for finding in all_findings)


def test_a_good_archive_has_no_findings() -> None:
    assert found(good()) == []


@pytest.mark.parametrize("top", ["./", "sunmeter-1.2.0/", "./sunmeter/"])
def test_only_virtual_spaces_lose_a_manifest_below_a_top_folder(top: str) -> None:
    [finding] = findings(tar_gz(good(top)))
    assert (finding.code, finding.severity.label) == ("B018", "warning")
    assert f"{top}manifest.konnector" in finding.message


def test_virtual_spaces_find_the_manifest_at_the_top_wherever_it_comes() -> None:
    members = [("old/manifest.konnector", manifest()), *good()]
    assert found(members) == ["B009 warning"]
    assert found([*good("x/"), ("manifest.konnector", manifest()), *good()[1:]]) == ["B009 warning"]


def test_only_one_top_folder_is_stripped() -> None:
    assert found(good("a/b/")) == ["B009 warning", "B018 warning", "F001 error", "F005 error"]
    messages = [finding.message for finding in findings(tar_gz(good("a/b/")))]
    assert "index.js is missing: a connector that runs on the server starts with it" in messages


@pytest.mark.parametrize("published", [VERSION, f"{VERSION}-beta.1", f"{VERSION}-dev.0a1b"])
def test_a_version_of_the_manifest_s_release_can_be_published(published: str) -> None:
    assert found(good(), published=published) == []


LINK = of_type("icon.svg", tarfile.SYMTYPE, linkname="index.js")
HARDLINK = of_type("icon.svg", tarfile.LNKTYPE, linkname="index.js")
SECOND = ("old/manifest.konnector", manifest(editor=...))
FIRST_BELOW = [SECOND, *good()]


@pytest.mark.parametrize(
    ("members", "facts", "expected"),
    [
        (good()[1:], {}, ["B004 error"]),
        ([("Manifest.konnector", manifest()), *good()[1:]], {}, ["B004 error"]),
        (
            [of_type("manifest.konnector", tarfile.SYMTYPE, linkname="x"), *good()[1:]],
            {},
            ["B004 error", "B010 warning"],
        ),
        (good(), {"published": "1.2"}, ["B005 error", "B006 error", "B008 error"]),
        (good(), {"published": "01.2.0"}, ["B005 error", "B006 error", "B008 error"]),
        (good(), {"published": f"{VERSION}-rc.1"}, ["B005 error", "B006 error", "B008 error"]),
        (good(version="1.2"), {"published": "1.2"}, ["B008 error", "M005 error"]),
        (good(version="1.2.0-x"), {"published": "1.2.0-x"}, ["B008 error", "M005 error"]),
        (good(version="1.2.0-beta.x"), {"published": "1.2.0-beta.x"}, ["B005 error", "M005 note"]),
        (good(), {"published": "9.9.9"}, ["B006 error", "B008 error"]),
        ([*good()[:3], ("package.json", "")], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", "[]")], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", '{"version": 1}')], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", f"{PACKAGE} x")], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", "\ufeff" + PACKAGE)], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", "null")], {}, []),
        ([*good()[:3], ("package.json", "{}")], {}, []),
        ([*good()[:3], ("package.json", f'{{"x": -1e999, {PACKAGE[1:]}')], {}, []),
        ([*good()[:3], ("package.json", '{"x": 1e999, "version": "9.9.9"}')], {}, ["B008 error"]),
        ([*good()[:3], ("package.json", '{"x": "1e999", "version": 1e999}')], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", '{"x": 1e999, "y": 01e999}')], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", '{"x": 1e999}{}')], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", "[1e999]")], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", '\ufeff{"x": 1e999}')], {}, ["B007 error"]),
        ([*good()[:3], ("package.json", '{"version": "9.9.9"}')], {}, ["B008 error"]),
        ([*good(), ("lib/package.json", '{"version": "9.9.9"}')], {}, ["B008 error"]),
        ([("lib/package.json", '{"version": "9.9.9"}'), *good()], {}, []),
        ([*good(), ("lib/package.json", "{")], {}, ["B007 error"]),
        ([*good(), SECOND], {}, ["B009 warning"]),
        (FIRST_BELOW, {}, ["B009 warning", "M001 error"]),
        ([*good()[:1], LINK, *good()[2:]], {}, ["B010 warning", "F001 error"]),
        ([*good()[:1], HARDLINK, *good()[2:]], {}, ["B010 warning", "F001 error"]),
        ([*good(), ("Icon.SVG", ICON)], {}, ["B011 warning"]),
        ([*good(), ("icon.svg", ICON)], {}, ["B011 warning"]),
        ([*good(), ("../x", "")], {}, ["B012 error"]),
        ([*good(), ("a/../../x", "")], {}, ["B012 error"]),
        ([*good(), ("/etc/x", "")], {}, ["B012 error"]),
        ([*good(), ("a\\b", "")], {}, ["B012 error"]),
        ([*good(), ("a\nb", "")], {}, ["B012 error"]),
        ([*good(), ("a\udcff", "")], {}, ["B012 error"]),
        ([*good(), ("\u00e9\U0001f600", "")], {}, []),
        ([*good(), of_type("d", tarfile.CHRTYPE)], {}, ["B012 error"]),
        ([*good(), of_type("d", tarfile.FIFOTYPE)], {}, ["B012 error"]),
        ([*good(), of_type("d", tarfile.CONTTYPE)], {}, ["B012 error"]),
        ([*good(), of_type("d", tarfile.DIRTYPE)], {}, []),
        ([*good(), ("konnector-dev-config.json", "{}")], {}, ["B013 error"]),
        ([*good(), ("x/.env.local", "")], {}, ["B013 error"]),
        ([*good(), ("x/KEY.PEM", "")], {}, ["B013 error"]),
        ([*good(), ("account-types-def.json", "{}")], {}, ["B013 error"]),
        ([*good(), ("account_types/sunmeter.json", "{}")], {}, ["B013 error"]),
        ([*good(), ("account_types/list.js", ""), ("account-types.3f2a.js", "")], {}, []),
        ([*good(), ("home/.docker/config.json", "{}")], {}, ["B013 error"]),
        ([*good(), (".ssh/config", ""), ("a.HAR", "{}")], {}, ["B013 error", "B013 error"]),
        ([*good(), (".travis.yml", ""), ("__MACOSX/._x", "")], {}, ["B013 note", "B013 note"]),
        ([*good(), ("a.pem", "")], {"packed_anyway": frozenset(["a.pem"])}, []),
        ([*good(), (".git/config", ""), (".git/HEAD", "")], {}, ["B013 error"]),
        ([*good(), ("node_modules/a/x.js", "")], {}, ["B013 note"]),
        ([*good(), ("index.js.map", "{}")], {}, ["B013 note"]),
        (good(), {"wanted_sha256": "0" * 64}, ["B014 error"]),
        (good(), {"size": 20 << 20}, ["B002 error"]),
        (good(), {"size": (20 << 20) - 1}, ["B002 warning"]),
        (good(), {"size": 16 << 20}, ["B002 warning"]),
        (good(), {"size": (16 << 20) - 1}, []),
        (good(icon="lost.svg"), {}, ["F001 error"]),
        (good(screenshots=["lost.png"]), {}, ["F003 error"]),
        ([*good()[:1], ("icon.svg", ""), *good()[2:]], {}, ["F002 warning"]),
        (good(editor=...), {}, ["M001 error"]),
        ([("manifest.konnector", "{"), *good()[1:]], {}, ["J001 error"]),
    ],
)
def test_every_mistake_in_an_archive_is_reported(
    members: list[Any], facts: dict[str, Any], expected: list[str]
) -> None:
    assert found(members, **facts) == expected


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (tarfile.CHRTYPE, "is a device"),
        (tarfile.BLKTYPE, "is a device"),
        (tarfile.FIFOTYPE, "is a device"),
        (tarfile.CONTTYPE, "is not a file, a folder or a link"),
    ],
)
def test_it_is_said_what_an_entry_is_instead_of_a_file(kind: bytes, why: str) -> None:
    [finding] = findings(tar_gz([*good(), of_type("d", kind)]))
    assert finding.message == f"d {why}"


@pytest.mark.parametrize(
    ("members", "facts", "message"),
    [
        (
            [("a\nb", "")],
            {},
            r'"a\nb" has control characters in its name, or bytes that are not UTF-8',
        ),
        ([("a\udcff", "")], {}, r'"a\udcff" has control characters in its name, or bytes'),
        ([("/a\nb", "")], {}, r'"/a\nb" has an absolute path'),
        ([of_type("d", tarfile.CONTTYPE)], {}, "d is not a file, a folder or a link"),
        ([], {"size": (20 << 20) - 1}, "the archive is 19.9 MiB"),
        ([("lib/package.json", "{\n,}")], {}, "lib/package.json is not JSON: "),
        ([("lib/package.json", '{"version": 1}')], {}, "`version` in lib/package.json must be "),
        ([("lib/package.json", "[]")], {}, "lib/package.json must be an object"),
    ],
)
def test_messages_name_the_entry_and_what_is_wrong(
    members: list[Any], facts: dict[str, Any], message: str
) -> None:
    [finding] = findings(tar_gz([*good(), *members]), **facts)
    assert finding.message.startswith(message)
    assert "\n" not in finding.message


def test_findings_that_the_registry_refuses_are_marked() -> None:
    for finding in findings(tar_gz([*good()[:3], ("package.json", "")]), published="1"):
        assert finding.refused_by == ("publish",)


TAR = tar(good())
TAR_GZ = tar_gz(good())
ENTRIES = TAR[: len(TAR.rstrip(b"\0")) + 511 & -512]
"""The good archive without the zeros at its end."""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the archive is empty"),
        (
            b"PK\3\4" + b"x" * 2000,
            "the archive is a zip file: the registry reads only a gzipped tar",
        ),
        (b'\n{"slug": "x"}', "the archive is a file of JSON, such as a manifest"),
        (b"\xef\xbb\xbf{" + b" " * 2000, "the archive is a file of JSON, such as a manifest"),
        (tar([("[id]/a.js", "x"), *good()])[:1400], "the archive is cut off"),
        (b"# Read me\n" * 200, "the archive is damaged or not a tar"),
        (b"<html>", "the archive is cut off"),
        (b"\x1f\x8b" + b"x" * 100, "the archive is cut off"),
        (TAR[:700], "the archive is cut off"),
        (TAR[:1536], "the archive is cut off"),
        (TAR_GZ[:9], "the archive is cut off"),
        (TAR_GZ[:40], "the archive is cut off"),
        (TAR_GZ[:3] + b"\2" + TAR_GZ[4:], "the archive is damaged: its gzip header makes no sense"),
        (gzip.compress(ENTRIES)[:-20], "the archive is cut off"),
        (gzip.compress(ENTRIES)[:-8] + bytes(8), "the archive is damaged: its checksum does not"),
        (gzip.compress(ENTRIES) + b"junk", "the archive is cut off, and other bytes follow"),
        (gzip.compress(ENTRIES) + bytes(10), "the archive is cut off, and other bytes follow"),
        (TAR_GZ[:20] + b"\xff" * 400, "the archive is damaged: its compressed data are corrupt"),
    ],
)
def test_an_unreadable_archive_is_reported(data: bytes, message: str) -> None:
    first, *_ = findings(data)
    assert first.message.startswith(message)
    assert first.refused_by == ("publish",)
    assert first.code == "B001"


@pytest.mark.parametrize(
    "data",
    [
        TAR_GZ,
        TAR_GZ[:-1],
        TAR_GZ[:-8] + bytes(8),
        TAR_GZ + b"junk",
        TAR_GZ + bytes(512),
        TAR_GZ[:3] + b"\xe0" + TAR_GZ[4:],
        *(gzip.compress(ENTRIES + end) for end in (b"", bytes(512), bytes(1024), bytes(5120))),
        gzip.compress(ENTRIES + bytes(1024) + b"junk"),
        gzip.compress(ENTRIES + bytes(1024))[:-8],
        gzip.compress(ENTRIES + bytes(1024) + tar([("../x", "")])),
        gzip.compress(TAR[:700]) + gzip.compress(TAR[700:]),
        gzip.compress(b"") * 3000 + TAR_GZ,
    ],
)
def test_what_the_registry_does_not_read_does_not_matter(data: bytes) -> None:
    assert findings(data) == ()


def test_something_after_a_lone_block_of_zeros_is_reported() -> None:
    for rest in (tar([("../evil", "")]), b"x" * 512):
        [finding] = findings(gzip.compress(ENTRIES + bytes(512) + rest))
        assert finding.message.endswith(": something follows a lone block of zeros")


def test_a_damaged_header_in_the_middle_is_not_read_as_the_end() -> None:
    data = bytearray(TAR)
    at = data.index(b"index.js")
    data[at] ^= 1  # and the checksum no longer matches
    [first, *_] = findings(gzip.compress(data))
    assert first.message == "the archive is damaged or not a tar: a header makes no sense"


def test_a_plain_tar_is_read_too_but_the_registry_refuses_it() -> None:
    [finding] = findings(TAR)
    assert (finding.code, finding.refused_by) == ("B017", ("publish",))
    codes = [finding.code for finding in findings(tar([*good()[1:], ("../x", "")]))]
    assert codes == ["B004", "B012", "B017"]
    assert [finding.code for finding in findings(bytes(1024))] == ["B004", "B017"]


def test_an_archive_that_is_too_large_is_still_searched() -> None:
    noise = ("y", random.Random(1).randbytes(21 << 20))
    large = tar_gz([*good()[:1], ("../x", ""), noise, *good()[1:]])
    assert [finding.code for finding in findings(large)] == ["B002", "B012"]
    assert [finding.code for finding in findings(tar_gz([noise, *good()]))] == ["B002"]


@pytest.mark.parametrize(("members", "manifests"), [(good(), 1), (good()[1:], 0)])
def test_the_manifest_of_an_archive_is_counted_if_it_has_one(
    members: list[Any], manifests: int
) -> None:
    archive = read_tarball("x.tar.gz", io.BytesIO(tar_gz(members)))
    report = check_archive(archive, DEFAULTS)
    assert (report.manifests, report.excluded) == (manifests, 0)


def test_settings_count_for_the_manifest_of_an_archive() -> None:
    members = good(categories=["other"])
    archive = read_tarball("x.tar.gz", io.BytesIO(tar_gz(members)))
    [finding] = check_archive(archive, DEFAULTS).findings
    assert check_archive(archive, DEFAULTS._replace(ignore=(finding.code,))).findings == ()
    assert finding.path in check_archive(archive, DEFAULTS).documents


def test_findings_beyond_the_limit_are_counted() -> None:
    members = [*good(), *((f"../{number}", "") for number in range(99))]
    messages = [f.message for f in findings(tar_gz(members)) if f.code == "B012"]
    assert messages[0] == "../0 leads out of the archive"
    assert messages[-1] == "94 more entries like these"
    assert len(messages) == 6
