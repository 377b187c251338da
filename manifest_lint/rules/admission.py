"""B: what the registry refuses of an archive, and what it makes of one without a word."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint import registry
from manifest_lint.never_packed import HARMLESS, NEVER_PACKED, never_packed
from manifest_lint.registry import MANIFEST_NAMES, SIZE_LIMIT
from manifest_lint.rules import ERROR, NOTE, WARNING, Mend, Problem, rule
from manifest_lint.wording import count, quoted, short

if TYPE_CHECKING:
    from manifest_lint.archive import Archive, Entry

_LARGE = SIZE_LIMIT * 8 // 10
_MOST_NAMED = 5
"""So many entries of a kind are named, the others are counted."""


@rule("B001", "archive-unreadable", on="archive", refused_by="publish")
def unreadable(archive: Archive) -> Iterator[Problem]:
    """The archive cannot be read to its end.

    The registry reads all of it, and refuses one that is no tar, that is cut off, or whose
    compressed data are damaged.

    Bad: an archive of which the last bytes are missing
    Good: an archive that `tar -tzf` lists to its end
    Source: cozy-apps-registry registry/registry.go
    """
    if archive.trouble:
        yield Problem(archive.trouble, mend=Mend("pack it again, and send it in binary mode"))


@rule("B002", "archive-too-large", on="archive", refused_by="publish")
def too_large(archive: Archive) -> Iterator[Problem]:
    """The archive is larger than the registry takes.

    It refuses 20 MiB and more, and reads no further. From 16 MiB on it is a warning: every
    instance that updates the connector loads the archive.

    Bad: an archive of 21 MiB
    Good: an archive without source maps and pictures that nobody sees
    Source: cozy-apps-registry registry/registry.go, maxApplicationSize
    """
    size = archive.size or 0
    mend = Mend("leave out what is not needed to run, with `exclude` in the configuration")
    if size >= SIZE_LIMIT:
        yield Problem("it has 20 MiB or more, and the registry takes less", mend=mend)
    elif size >= _LARGE:
        message = f"it has {size / 1024 / 1024:.1f} MiB of the 20 MiB that the registry takes"
        yield Problem(message, severity=WARNING, mend=mend)


@rule("B003", "archive-excessive", on="archive", refused_by="build")
def excessive(archive: Archive) -> Iterator[Problem]:
    """The archive has more in it than a connector ever has.

    Beyond 20,000 entries, 512 MiB unpacked, or 1 MiB of manifest we stop to look: what is behind
    that was not judged. An archive that unpacks to far more than its size is what attackers send.

    Bad: an archive of 1 MiB that unpacks to 1 GiB
    Good: an archive of what webpack has bundled
    Source: this project: what it reads of an archive is bounded
    """
    if archive.excess:
        yield Problem(f"it {archive.excess}, and the rest of it was not judged")


@rule("B004", "archive-without-manifest", on="archive", refused_by="publish")
def without_manifest(archive: Archive) -> Iterator[Problem]:
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
        yield Problem(f"there is no manifest.konnector in it{why_not}")


def _nearly_a_manifest(entry: Entry) -> str:
    if entry.name == "manifest.konnector" and entry.kind != "file":
        return f": {short(entry.path)} is a {entry.kind}, which does not count"
    lower = entry.name.lower()
    if lower == "manifest.konnector" or lower == "manifest.json":
        return f": {short(entry.path)} is not named so"
    return ""


@rule("B005", "published-version", on="archive", refused_by="publish")
def published_version(archive: Archive) -> Iterator[Problem]:
    """The version to be published is none that the registry takes.

    It takes x.y.z, each number of up to five digits without a leading zero, with `-beta.N` or
    `-dev.` and up to 40 hexadecimal digits in lower case behind it. A leading `v` is cut off.

    Bad: the version 1.0
    Good: the version 1.0.0-beta.2
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if archive.published is None or registry.is_version(archive.published):
        return
    if archive.published != archive.version or registry.is_publishable(
        archive.version
    ):  # else M005
        message = f"the registry publishes no version {quoted(archive.published)}"
        yield Problem(message, mend=Mend("give x.y.z, x.y.z-beta.N or x.y.z-dev.HEX"))


@rule("B006", "published-version-differs", on="archive", refused_by="publish")
def published_version_differs(archive: Archive) -> Iterator[Problem]:
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
        yield Problem(message, ("version",), document=manifest)


@rule("B007", "package-unreadable", on="archive", refused_by="publish")
def package_unreadable(archive: Archive) -> Iterator[Problem]:
    """A package.json of the archive cannot be read.

    The registry reads every file of that name, however deep it lies, and refuses the archive for
    one that is not JSON, no object, or whose `version` is not text.

    Bad: an archive in which lib/package.json is empty
    Good: an archive with the connector's own package.json alone
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    flawed = [package for package in archive.packages if package.flaw]
    for package in flawed[:_MOST_NAMED]:
        yield Problem(f"{short(package.path)} {package.flaw}")
    if more := flawed[_MOST_NAMED:]:
        yield Problem(f"{count(len(more), 'more package.json', 'more package.json')} like that")


@rule("B008", "package-version-differs", on="archive", refused_by="publish")
def package_version_differs(archive: Archive) -> Iterator[Problem]:
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
        yield Problem(
            f"the version in {path} is {quoted(found)}, and {quoted(wanted)} is to be published"
        )


@rule("B009", "manifest-below", on="archive", severity=WARNING)
def manifest_below(archive: Archive) -> Iterator[Problem]:
    """The manifest that counts is not at the top, or is not the only one.

    The registry takes the first file named manifest.konnector or manifest.webapp, at any depth,
    for the manifest: a copy in a folder that comes before the connector's own wins.

    Bad: an archive in which old/manifest.konnector comes before manifest.konnector
    Good: an archive that begins with manifest.konnector, its only one
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if not archive.manifest:
        return
    first, *others = [e.full_path for e in archive.files if e.name in MANIFEST_NAMES]
    top = archive.prefix or "/"
    below = posixpath.dirname(first) != top
    if below or others:
        which = short(first.removeprefix(archive.prefix).lstrip("/"))
        also = f"; {count(len(others), 'other')} there {'is' if len(others) == 1 else 'are'} not"
        yield Problem(f"{which} is the manifest that counts{also if others else ''}")


@rule("B010", "links-dropped", on="archive", severity=WARNING)
def links_dropped(archive: Archive) -> Iterator[Problem]:
    """The archive has links.

    Only regular files count for registry and stack: symbolic and hard links are dropped in
    silence, and what they lead to is missed under their name.

    Bad: an archive in which icon.svg is a symbolic link
    Good: an archive that `manifest-lint build` made: it packs the files that links lead to
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    links = [e for e in archive.entries if e.kind in ("symbolic link", "hard link")]
    for entry in links[:_MOST_NAMED]:
        yield Problem(f"{short(entry.path)} is a {entry.kind}, and is dropped")
    if more := len(links[_MOST_NAMED:]):
        yield Problem(f"{count(more, 'more link is', 'more links are')} dropped")


@rule("B011", "names-collide", on="archive", severity=WARNING)
def names_collide(archive: Archive) -> Iterator[Problem]:
    """Two files of the archive have one name, or names that differ only in case.

    Of two files with one name, the last one is kept. Where names differ in case, a developer's
    Windows or macOS has one of them when it is unpacked, and a server has both.

    Bad: an archive with Icon.svg and icon.svg
    Good: an archive with icon.svg alone
    Source: cozy-stack pkg/appfs/copier.go; POSIX and the file systems of Windows and macOS
    """
    alike = Counter(entry.full_path.casefold() for entry in archive.files)
    twice = {folded for folded, number in alike.items() if number > 1}
    named: dict[str, dict[str, None]] = {folded: {} for folded in sorted(twice)}
    for entry in archive.files:
        if (folded := entry.full_path.casefold()) in named:
            named[folded][short(entry.full_path.lstrip("/"))] = None
    for names in list(named.values())[:_MOST_NAMED]:
        first, *others = names
        if others:
            yield Problem(f"{first} and {', '.join(others)} differ only in case")
        else:
            yield Problem(f"{first} is there more than once, and the last one is kept")
    if (more := len(named) - _MOST_NAMED) > 0:
        yield Problem(f"{count(more, 'more name')} like that")


@rule("B012", "unsafe-entry", on="archive", refused_by="build")
def unsafe_entry(archive: Archive) -> Iterator[Problem]:
    """An entry is none that a connector's archive has.

    A path that is absolute or leads out of the archive writes elsewhere where somebody unpacks it
    without care. Devices and sparse files are no part of a connector, and readers differ in what
    they make of them, as they do of names that are not UTF-8.

    Bad: an archive with ../../etc/passwd
    Good: an archive of regular files below one folder
    Source: the man page of tar, "Security considerations"; CWE-22
    """
    told = [(entry, why) for entry in archive.entries if (why := _unsafe(entry))]
    for entry, why in told[:_MOST_NAMED]:
        yield Problem(f"{short(entry.path)} {why}")
    if more := len(told[_MOST_NAMED:]):
        yield Problem(f"{count(more, 'more entry', 'more entries')} like that")


def _unsafe(entry: Entry) -> str:
    if entry.path.startswith("/"):
        return "has an absolute path"
    if ".." in entry.path.split("/"):
        return "leads out of its folder"
    if entry.kind in ("device", "sparse file", "of another kind"):
        return f"is {'' if entry.kind == 'of another kind' else 'a '}{entry.kind}"
    if "\\" in entry.path:
        return "has a name that is a path on other systems"
    if any(ord(char) < 0x20 or "\ud800" <= char <= "\udfff" for char in entry.path):
        return "has a name with control characters, or that is not UTF-8"
    return ""


@rule("B013", "development-file", on="archive", refused_by="build")
def development_file(archive: Archive) -> Iterator[Problem]:
    """A file of the developer's is in the archive.

    Whoever installs the connector can read it, and so can everybody else: the registry gives
    archives to all who ask. What only takes room, such as node_modules, settings of an editor and
    source maps, is a note.

    Bad: an archive with konnector-dev-config.json
    Good: an archive that `manifest-lint build` made: it leaves such files out
    Source: konnectors/cozy-konnector-template, .gitignore; cozy-apps-registry, its public routes
    """
    found: dict[str, list[Entry]] = {}
    for entry in archive.files:
        steps = entry.full_path.removeprefix(archive.prefix).split("/")
        pattern = next(filter(None, map(never_packed, steps)), "")
        if not pattern and entry.name.endswith((".js.map", ".css.map")):
            pattern = "*.map"
        if pattern:
            found.setdefault(pattern, []).append(entry)
    for pattern, entries in found.items():
        why = NEVER_PACKED.get(pattern, "a source map, which nobody runs")
        severity = NOTE if pattern in HARMLESS or pattern not in NEVER_PACKED else ERROR
        more = f" and {len(entries) - 1:,} more" if len(entries) > 1 else ""
        message = f"{short(entries[0].path)}{more}: {why}"
        yield Problem(message, severity=severity, mend=Mend("leave it out"))


@rule("B014", "digest-differs", on="archive", refused_by="publish")
def digest_differs(archive: Archive) -> Iterator[Problem]:
    """The archive is not the one whose digest was given.

    The registry loads the archive from the URL that it is told, and refuses it if its SHA-256 is
    not the one that it is told with it.

    Bad: a digest of the archive before it was packed again
    Good: the digest in the .sha256 beside the archive
    Source: cozy-apps-registry registry/registry.go
    """
    if archive.wanted_sha256 and archive.sha256 and archive.wanted_sha256 != archive.sha256:
        wanted, found = archive.wanted_sha256, archive.sha256
        yield Problem(f"its SHA-256 is {found}, and not {wanted}")


@rule("B015", "build-stale", on="archive", severity=WARNING)
def build_stale(archive: Archive) -> Iterator[Problem]:
    """The built folder may be older than the sources.

    Its manifest says something else than the sources' does, or a source is newer than what was
    built of it. What is packed is then not what was reviewed.

    Bad: a `build/` of yesterday, and a src/index.js of today
    Good: a `build/` that was just built
    Source: this project: it compares times and manifests
    """
    if archive.stale:
        yield Problem(archive.stale, mend=Mend("build the connector again, or give --run-build"))
