"""B: what makes the registry refuse an archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.cozy import registry
from manifest_lint.cozy.size_limit import SIZE_LIMIT
from manifest_lint.rules.base import MOST_NAMED, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import count, name, quoted

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive, Entry

_LARGE = SIZE_LIMIT * 8 // 10


@rule("B001", "archive-unreadable", on="archive", refused_by="publish")
def unreadable(archive: Archive) -> Iterator[Finding]:
    """The archive cannot be read to the end of the tar in it.

    The registry refuses an archive that is not a tar, or that is cut off or damaged before two
    blocks of zeros end the tar. It never reads what follows, such as gzip's checksum.

    Bad: an archive whose second half was not copied
    Good: an archive that `tar -tzf` lists to its end
    Source: cozy-apps-registry registry/registry.go; golang archive/tar; runs of both
    """
    if archive.trouble:
        from manifest_lint.archive.tarball import INSTEAD  # has read it already

        again = "pack the archive again; a program that copies it must use binary mode"
        fix = Fix(INSTEAD.get(archive.trouble, again))
        yield Finding(f"the archive {archive.trouble}", fix=fix)


@rule("B002", "archive-too-large", on="archive", refused_by="publish")
def too_large(archive: Archive) -> Iterator[Finding]:
    """The archive is larger than the registry accepts.

    The registry refuses archives of 20 MiB or more. From 16 MiB on it is a warning, because every
    instance that updates the connector downloads the archive.

    Bad: an archive of 21 MiB
    Good: an archive without source maps and unused pictures
    Source: cozy-apps-registry registry/registry.go, maxApplicationSize
    """
    size = archive.size or 0
    fix = Fix("leave out what is not needed to run, with the setting `exclude`")
    if archive.is_too_large:
        message = "the archive is 20 MiB or larger: the registry accepts less than 20 MiB"
        yield Finding(message, fix=fix)
    elif size >= _LARGE:
        tenths = size * 10 // 1024**2  # rounded down, as 20.0 MiB would be refused
        message = f"the archive is {tenths / 10} MiB: the registry accepts less than 20 MiB"
        yield Finding(message, severity=WARNING, fix=fix)


@rule("B003", "archive-excessive", on="archive", refused_by="build")
def excessive(archive: Archive) -> Iterator[Finding]:
    """The archive unpacks to more than any connector needs.

    manifest-lint stops at 20,000 entries, at 512 MiB of unpacked files or at a manifest of 2 MiB,
    and does not check the rest. These limits protect you from archives that unpack to far more than
    their size.

    Bad: an archive of 1 MiB that unpacks to 1 GiB
    Good: an archive of what webpack has bundled
    Source: this project: what it reads of an archive is bounded
    """
    if archive.excess:
        yield Finding(f"the archive {archive.excess}: the rest was not checked")


@rule("B004", "archive-without-manifest", on="archive", refused_by="publish")
def without_manifest(archive: Archive) -> Iterator[Finding]:
    """The archive has no manifest.

    The registry refuses an archive without a file named exactly manifest.konnector. A link with
    that name does not count.

    Bad: an archive with only the sources' folder `src/`
    Good: an archive of the built folder, manifest.konnector in it
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if not archive.manifest and archive.is_read:
        nearly = next(filter(None, map(_nearly_a_manifest, archive.entries)), "")
        yield Finding(f"the archive has no file manifest.konnector{nearly}")


def _nearly_a_manifest(entry: Entry) -> str:
    if entry.name == "manifest.konnector" and entry.kind != "file":
        return f": {name(entry.path)} is a {entry.kind}"
    lower = entry.name.lower()
    if lower == "manifest.konnector" or lower == "manifest.json":
        return f": rename {name(entry.path)} to it"
    return ""


@rule("B005", "published-version", on="archive", refused_by="publish", defers_to=("M005",))
def published_version(archive: Archive) -> Iterator[Finding]:
    """The registry does not accept the version to be published.

    The registry accepts x.y.z with numbers of up to five digits and no leading zero, alone or
    followed by `-beta.N` or by `-dev.` and up to 40 lower-case hexadecimal digits. A leading `v`
    is removed.

    Bad: the version 1.0
    Good: the version 1.0.0-beta.2
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if archive.published is None or registry.is_version(archive.published):
        return
    message = f"the registry does not accept the version {quoted(archive.published)}"
    finding = Finding(
        message, fix=Fix("use x.y.z, x.y.z-beta.N or x.y.z-dev.HEX, such as 1.0.0-beta.2")
    )
    if archive.published == archive.version:
        finding = finding._replace(cause=("version",), cause_in=archive.manifest)
    yield finding


@rule("B006", "published-version-differs", on="archive", refused_by="publish")
def published_version_differs(archive: Archive) -> Iterator[Finding]:
    """The version to be published differs from the manifest's.

    The registry compares the x.y.z of both, without `-dev.` or `-beta.` and what follows, and
    refuses to publish a version that differs. Both must have three parts.

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
            f"you publish the version {quoted(published)}, but the manifest's version is"
            f" {quoted(archive.version)}"
        )
        yield Finding(message, ("version",), document=manifest)


@rule("B007", "package-unreadable", on="archive", refused_by="publish")
def package_unreadable(archive: Archive) -> Iterator[Finding]:
    """A package.json of the archive cannot be read.

    The registry reads every file with that name at any depth. It refuses the archive if one of
    them is not JSON, is not an object, or has a `version` that is not a string.

    Bad: an archive in which lib/package.json is empty
    Good: an archive with no package.json but the connector's own
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    refused = [package for package in archive.packages if package.why_refused]
    for package in refused[:MOST_NAMED]:
        yield Finding(package.why_refused.replace("{}", name(package.path), 1))
    if more := refused[MOST_NAMED:]:
        yield Finding(f"{count(len(more), 'more package.json', 'more package.json')} like these")


@rule("B008", "package-version-differs", on="archive", refused_by="publish")
def package_version_differs(archive: Archive) -> Iterator[Finding]:
    """The last package.json of the archive has another version.

    The registry reads the last package.json in any folder as the connector's, and refuses to
    publish if its x.y.z differs. A package.json without a version is accepted.

    Bad: an archive whose last file is lib/package.json, with a version of its own
    Good: an archive with no package.json but the connector's own
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    wanted = archive.version if archive.published is None else archive.published
    found = archive.package_version
    if found and wanted and found != wanted and not registry.same_release(found, wanted):
        path = name(archive.packages[-1].path)
        by = "the manifest's version is" if archive.published is None else "you publish the version"
        yield Finding(f"{by} {quoted(wanted)}, but the version in {path} is {quoted(found)}")


@rule("B014", "digest-differs", on="archive", refused_by="publish")
def digest_differs(archive: Archive) -> Iterator[Finding]:
    """The archive does not have the SHA-256 digest that was given.

    The registry downloads the archive from the given URL, and refuses it if its SHA-256 differs
    from the one given with the URL.

    Bad: a digest of the archive before it was packed again
    Good: the digest in the .sha256 next to the archive
    Source: cozy-apps-registry registry/registry.go
    """
    if archive.wanted_sha256 and archive.sha256 and archive.wanted_sha256 != archive.sha256:
        wanted, found = archive.wanted_sha256, archive.sha256
        yield Finding(f'the archive\'s SHA-256 is "{found}", not "{wanted}" as given')


@rule("B017", "archive-not-gzipped", on="archive", refused_by="publish")
def not_gzipped(archive: Archive) -> Iterator[Finding]:
    """The archive is not compressed with gzip.

    The registry reads a plain tar only from a server that calls it `application/octet-stream`, and
    refuses it otherwise. It cannot change its name for a virtual space either.

    Bad: an archive that `tar -cf` made
    Good: an archive that `tar -czf` made
    Source: cozy-apps-registry registry/registry.go, tarReader; its runs
    """
    if not archive.is_gzipped and not archive.trouble:
        yield Finding("the archive is not compressed with gzip", fix=Fix("compress it with gzip"))
