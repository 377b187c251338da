"""B: what the registry refuses of an archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from manifest_lint.cozy import registry
from manifest_lint.cozy.registry import SIZE_LIMIT
from manifest_lint.rules.base import MOST_NAMED, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import count, quoted, short

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive, Entry

_LARGE = SIZE_LIMIT * 8 // 10


@rule("B001", "archive-unreadable", on="archive", refused_by="publish")
def unreadable(archive: Archive) -> Iterator[Finding]:
    """The archive cannot be read to its end.

    The registry reads all of it, and refuses one that is no tar, that is cut off, or whose
    compressed data are damaged.

    Bad: an archive of which the last bytes are missing
    Good: an archive that `tar -tzf` lists to its end
    Source: cozy-apps-registry registry/registry.go
    """
    if archive.trouble:
        yield Finding(archive.trouble, fix=Fix("pack it again, and send it in binary mode"))


@rule("B002", "archive-too-large", on="archive", refused_by="publish")
def too_large(archive: Archive) -> Iterator[Finding]:
    """The archive is larger than the registry takes.

    It refuses 20 MiB and more, and reads no further. From 16 MiB on it is a warning: every
    instance that updates the connector loads the archive.

    Bad: an archive of 21 MiB
    Good: an archive without source maps and pictures that nobody sees
    Source: cozy-apps-registry registry/registry.go, maxApplicationSize
    """
    size = archive.size or 0
    fix = Fix("leave out what is not needed to run, with `exclude` in the configuration")
    if size >= SIZE_LIMIT:
        yield Finding("it has 20 MiB or more, and the registry takes less", fix=fix)
    elif size >= _LARGE:
        message = f"it has {size / 1024 / 1024:.1f} MiB of the 20 MiB that the registry takes"
        yield Finding(message, severity=WARNING, fix=fix)


@rule("B003", "archive-excessive", on="archive", refused_by="build")
def excessive(archive: Archive) -> Iterator[Finding]:
    """The archive has more in it than a connector ever has.

    Beyond 20,000 entries, 512 MiB unpacked, or 1 MiB of manifest we stop to look: what is behind
    that was not judged. An archive that unpacks to far more than its size is what attackers send.

    Bad: an archive of 1 MiB that unpacks to 1 GiB
    Good: an archive of what webpack has bundled
    Source: this project: what it reads of an archive is bounded
    """
    if archive.excess:
        yield Finding(f"it {archive.excess}, and the rest of it was not judged")


@rule("B004", "archive-without-manifest", on="archive", refused_by="publish")
def without_manifest(archive: Archive) -> Iterator[Finding]:
    """The archive has no manifest.

    The registry looks for a regular file named manifest.konnector, in exactly these letters; a
    link of that name is none.

    Bad: an archive of the source's folder `src/` alone
    Good: an archive of the built folder, manifest.konnector in it
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if not archive.manifest and not archive.trouble and not archive.excess:
        if (archive.size or 0) >= SIZE_LIMIT:
            return  # it was not read to its end
        why_not = next(filter(None, map(_nearly_a_manifest, archive.entries)), "")
        yield Finding(f"there is no manifest.konnector in it{why_not}")


def _nearly_a_manifest(entry: Entry) -> str:
    if entry.name == "manifest.konnector" and entry.kind != "file":
        return f": {short(entry.path)} is a {entry.kind}, which does not count"
    lower = entry.name.lower()
    if lower == "manifest.konnector" or lower == "manifest.json":
        return f": {short(entry.path)} is not named so"
    return ""


@rule("B005", "published-version", on="archive", refused_by="publish", defers_to=("M005",))
def published_version(archive: Archive) -> Iterator[Finding]:
    """The version to be published is none that the registry takes.

    It takes x.y.z, each number of up to five digits without a leading zero, with `-beta.N` or
    `-dev.` and up to 40 hexadecimal digits in lower case behind it. A leading `v` is cut off.

    Bad: the version 1.0
    Good: the version 1.0.0-beta.2
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if archive.published is None or registry.is_version(archive.published):
        return
    message = f"the registry publishes no version {quoted(archive.published)}"
    finding = Finding(message, fix=Fix("give x.y.z, x.y.z-beta.N or x.y.z-dev.HEX"))
    if archive.published == archive.version:
        finding = replace(finding, cause=("version",), cause_in=archive.manifest)
    yield finding


@rule("B006", "published-version-differs", on="archive", refused_by="publish")
def published_version_differs(archive: Archive) -> Iterator[Finding]:
    """The version to be published is not the manifest's.

    The registry compares their x.y.z: of both it cuts what follows `-dev.` or `-beta.`, and
    either must have three parts.

    Bad: the version 1.1.0 for an archive whose manifest says 1.0.0
    Good: the version 1.1.0-beta.1 for an archive whose manifest says 1.1.0
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    manifest, published = archive.manifest, archive.published
    if manifest is None or published is None or not isinstance(manifest.value, dict):
        return
    if archive.version in ("", published):
        return
    if not registry.same_release(archive.version, published):
        message = (
            f"the manifest's version is {quoted(archive.version)}, and"
            f" {quoted(published)} is to be published"
        )
        yield Finding(message, ("version",), document=manifest)


@rule("B007", "package-unreadable", on="archive", refused_by="publish")
def package_unreadable(archive: Archive) -> Iterator[Finding]:
    """A package.json of the archive cannot be read.

    The registry reads every file of that name, however deep it lies, and refuses the archive for
    one that is not JSON, no object, or whose `version` is not text.

    Bad: an archive in which lib/package.json is empty
    Good: an archive with the connector's own package.json alone
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    flawed = [package for package in archive.packages if package.flaw]
    for package in flawed[:MOST_NAMED]:
        yield Finding(f"{short(package.path)} {package.flaw}")
    if more := flawed[MOST_NAMED:]:
        yield Finding(f"{count(len(more), 'more package.json', 'more package.json')} like that")


@rule("B008", "package-version-differs", on="archive", refused_by="publish")
def package_version_differs(archive: Archive) -> Iterator[Finding]:
    """The last package.json of the archive has another version.

    Whatever folder it lies in, the registry takes its version for the connector's and compares
    the x.y.z. One that says no version is let pass.

    Bad: an archive whose last file is lib/package.json, with a version of its own
    Good: an archive with the connector's own package.json alone
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    wanted = archive.version if archive.published is None else archive.published
    found = archive.package_version
    if found and wanted and found != wanted and not registry.same_release(found, wanted):
        path = short(archive.packages[-1].path)
        yield Finding(
            f"the version in {path} is {quoted(found)}, and {quoted(wanted)} is to be published"
        )


@rule("B014", "digest-differs", on="archive", refused_by="publish")
def digest_differs(archive: Archive) -> Iterator[Finding]:
    """The archive is not the one whose digest was given.

    The registry loads the archive from the URL that it is told, and refuses it if its SHA-256 is
    not the one that it is told with it.

    Bad: a digest of the archive before it was packed again
    Good: the digest in the .sha256 beside the archive
    Source: cozy-apps-registry registry/registry.go
    """
    if archive.wanted_sha256 and archive.sha256 and archive.wanted_sha256 != archive.sha256:
        wanted, found = archive.wanted_sha256, archive.sha256
        yield Finding(f"its SHA-256 is {found}, and not {wanted}")
