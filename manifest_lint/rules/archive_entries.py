"""B: what is wrong in an archive that the registry accepts silently."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from manifest_lint.archive.never_packed import HARMLESS, NEVER_PACKED, first_never_packed
from manifest_lint.cozy.registry import MANIFEST_NAMES
from manifest_lint.rules.base import ERROR, MOST_NAMED, NOTE, WARNING, Finding, Fix, rule
from manifest_lint.text.wording import count, name

if TYPE_CHECKING:
    from manifest_lint.archive.archive import Archive, Entry, Required


@rule("B009", "manifest-below", on="archive", severity=WARNING)
def manifest_below(archive: Archive) -> Iterator[Finding]:
    """The registry does not read the manifest at the top, or finds several.

    The registry reads the first file named manifest.konnector or manifest.webapp, at any depth. A
    copy in a folder that comes before the connector's own manifest replaces it.

    Bad: an archive in which old/manifest.konnector comes before manifest.konnector
    Good: an archive that starts with manifest.konnector, its only one
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    if not archive.manifest:
        return
    first, *others = [e.full_path for e in archive.files if e.name in MANIFEST_NAMES]
    top = archive.prefix or "/"
    below = posixpath.dirname(first) != top
    if below or others:
        which = name(first.removeprefix(archive.prefix).lstrip("/"))
        what = " as the manifest: put it at the top"
        if others:
            more = count(len(others), "other manifest")
            what = f" as the manifest and ignores {more}: keep only one"
        yield Finding(f"the registry reads {which}{what}")


@rule("B010", "links-dropped", on="archive", severity=WARNING)
def links_dropped(archive: Archive) -> Iterator[Finding]:
    """The archive has links.

    The registry and the stack silently drop symbolic and hard links, so the connector lacks
    these files when it runs.

    Bad: an archive in which icon.svg is a symbolic link
    Good: an archive that `manifest-lint build` made: it packs the files that links lead to
    Source: cozy-apps-registry registry/registry.go; its runs
    """
    links = [e for e in archive.entries if e.kind in ("symbolic link", "hard link")]
    for entry in links[:MOST_NAMED]:
        yield Finding(f"{name(entry.path)} is a {entry.kind}, which is dropped: pack the file")
    if more := len(links[MOST_NAMED:]):
        yield Finding(f"{count(more, 'more link is', 'more links are')} dropped")


@rule("B011", "names-collide", on="archive", severity=WARNING)
def names_collide(archive: Archive) -> Iterator[Finding]:
    """Two files of the archive have the same name, or names that differ only in case.

    If two files have the same name, only the last one is kept. If names differ only in case,
    Windows and macOS keep one of the files when a developer unpacks them, and a server keeps both.

    Bad: an archive with Icon.svg and icon.svg
    Good: an archive with icon.svg only
    Source: cozy-stack pkg/appfs/copier.go; POSIX and the file systems of Windows and macOS
    """
    alike = Counter(entry.full_path.casefold() for entry in archive.files)
    twice = {folded for folded, number in alike.items() if number > 1}
    named: dict[str, dict[str, None]] = {folded: {} for folded in sorted(twice)}
    for entry in archive.files:
        if (folded := entry.full_path.casefold()) in named:
            named[folded][name(entry.full_path.lstrip("/"))] = None
    for names in list(named.values())[:MOST_NAMED]:
        first, *others = names
        if others:
            yield Finding(f"{first} and {', '.join(others)} differ only in case")
        else:
            yield Finding(f"the archive contains {first} more than once: only the last one is kept")
    if (more := len(named) - MOST_NAMED) > 0:
        yield Finding(f"{count(more, 'more name')} like these")


@rule("B012", "unsafe-entry", on="archive", refused_by="build")
def unsafe_entry(archive: Archive) -> Iterator[Finding]:
    """An entry does not belong in a connector's archive.

    A path that is absolute or leads out of the archive can overwrite other files of a user who
    unpacks it. Programs read devices, sparse files and names that are not UTF-8 differently.

    Bad: an archive with ../../etc/passwd
    Good: an archive of regular files below one folder
    Source: the man page of tar, "Security considerations"; CWE-22
    """
    unsafe = [(entry, why) for entry in archive.entries if (why := _unsafe(entry))]
    for entry, why in unsafe[:MOST_NAMED]:
        yield Finding(f"{name(entry.path)} {why}")
    if more := len(unsafe[MOST_NAMED:]):
        yield Finding(f"{count(more, 'more entry', 'more entries')} like these")


def _unsafe(entry: Entry) -> str:
    if entry.path.startswith("/"):
        return "has an absolute path"
    if ".." in entry.path.split("/"):
        return "leads out of the archive"
    if entry.kind == "of another kind":
        return "is not a file, a folder or a link"
    if entry.kind == "device" or entry.kind == "sparse file" or entry.is_sparse:
        return "is a device" if entry.kind == "device" else "is a sparse file"
    if "\\" in entry.path:
        return "has a backslash in its name, which separates folders on Windows"
    if any(ord(char) < 0x20 or "\ud800" <= char <= "\udfff" for char in entry.path):
        return "has control characters in its name, or bytes that are not UTF-8"
    return ""


_REMOVE = "remove it, or give the reason in `build.include` of the configuration"


@rule("B013", "development-file", on="archive", refused_by="build")
def development_file(archive: Archive) -> Iterator[Finding]:
    """The archive contains a file that only the developer needs.

    Anyone can read it: the registry gives archives to everyone. Files that only take space, such
    as node_modules, editor settings and source maps, are a note.

    Bad: an archive with konnector-dev-config.json
    Good: an archive that `manifest-lint build` made: it leaves such files out
    Source: konnectors/cozy-konnector-template, .gitignore; cozy-apps-registry, its public routes
    """
    found: dict[str, list[Entry]] = {}
    for entry in archive.files:
        path = entry.full_path.removeprefix(archive.prefix).lstrip("/")
        pattern = "" if path in archive.packed_anyway else first_never_packed(path)[0]
        if not pattern and entry.name.endswith((".js.map", ".css.map")):
            pattern = "*.map"
        if pattern:
            found.setdefault(pattern, []).append(entry)
    for pattern, entries in found.items():
        why = NEVER_PACKED.get(pattern, "a source map, which is not needed to run")
        severity = NOTE if pattern in HARMLESS or pattern not in NEVER_PACKED else ERROR
        more = f" and {len(entries) - 1:,} more" if len(entries) > 1 else ""
        message = f"{name(entries[0].path)}{more} {'are' if more else 'is'} packed ({why})"
        yield Finding(message, severity=severity, fix=Fix(_REMOVE))


@rule("B015", "build-stale", on="archive", severity=WARNING)
def build_stale(archive: Archive) -> Iterator[Finding]:
    """The built folder may be older than the sources.

    Its manifest differs from the one in the sources, or a source file is newer than the build.
    Users then get another version than the one that was reviewed.

    Bad: a `build/` of yesterday, and a src/index.js of today
    Good: a `build/` that was just built
    Source: this project: it compares times and manifests
    """
    if archive.stale:
        yield Finding(
            archive.stale,
            fix=Fix("build the connector again, or run `manifest-lint build --run-build`"),
        )


@rule("B016", "required-file-left-out", on="archive", severity=WARNING)
def required_file_left_out(archive: Archive) -> Iterator[Finding]:
    """Packed code requires a file that was left out.

    The connector fails where its code reads or requires this file, because it is not in the
    archive. Only `build` reports this: it knows what it has left out.

    Bad: an index.js with `require("./certs/ca.pem")`, and a certs/ca.pem, which is never packed
    Good: the same with `--include "certs/ca.pem:the provider's public certificate"`
    Source: this project: it looks for literal paths in `require`, `import`, `new URL` and the like
    """
    for one in archive.required[:MOST_NAMED]:
        where = f"{name(one.by)}:{one.line}"
        message = f"{where} requires {name(one.path)}, which is left out: {one.why}"
        yield Finding(message, fix=Fix(_how_to_pack(one)))
    if more := len(archive.required[MOST_NAMED:]):
        yield Finding(f"{count(more, 'more file that is', 'more files that are')} required")


def _how_to_pack(one: Required) -> str:
    """Return how to pack a file that was left out."""
    if one.is_never_packed:
        import shlex  # only for this fix

        return f"if it is not secret, pack it: --include {shlex.quote(f'{one.path}:REASON')}"
    return "pack it: change `include` or `exclude`, or put the file itself there"


@rule("B018", "manifest-lost-in-virtual-spaces", on="archive", severity=WARNING)
def manifest_lost_in_virtual_spaces(archive: Archive) -> Iterator[Finding]:
    """The registry's virtual spaces do not find the manifest.

    A virtual space that gives the connector another name or icon only looks for an entry named
    exactly manifest.konnector. Without one, the version has no manifest there.

    Bad: an archive that `tar -C build -czf x.tar.gz .` made, with ./manifest.konnector
    Good: an archive that `manifest-lint build` made, with manifest.konnector
    Source: cozy-apps-registry registry/virtual.go, generateOverwrittenTarball; runs of it
    """
    if not archive.manifest:
        return
    wanted = posixpath.basename(archive.manifest_path.rstrip("/"))
    if all(entry.path != wanted for entry in archive.files):
        message = f"the manifest is {name(archive.manifest_path)}, which no virtual space finds"
        yield Finding(
            message, fix=Fix(f"pack it as {wanted}, with no folder and no `./` before it")
        )
