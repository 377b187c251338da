"""Accept one secret in one file: `--allow-leak`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import TypeVar

from manifest_lint.archive.archive import Archive, Leak, Suspect
from manifest_lint.document.secret import Secret
from manifest_lint.engine.built import AllowedLeak
from manifest_lint.errors import UserError

LENGTH = 8
"""Hexadecimal digits of a fingerprint."""

MOST = 200
"""Secrets of an archive that get a fingerprint: each takes about 50 ms and 16 MiB, on purpose."""

_CODES = {"k001": "K001", "k002": "K002"} | {
    "known-secret-in-archive": "K001",
    "secret-in-archive": "K002",
}
"""What names the two rules, in small letters."""

_CODE = "|".join(_CODES)
_FORM = rf"(?si:\s*({_CODE})\s*:\s*(.+?)\s*:\s*([0-9a-f]{{{LENGTH}}})\s*:\s*(\S.*?)\s*)"
_WANTED = "give CODE:PATH:FINGERPRINT:REASON"

Found = TypeVar("Found", Leak, Suspect)


def fingerprint(code: str, path: str, secret: Secret) -> str:
    """Return what an allowance names a secret by, in one file and for one rule.

    It is slow to compute, so that a guess at a weak secret is slow to check. The salt is what the
    fingerprint is for: it says nothing about the same secret elsewhere. [RFC 7914; N = 2**14 and
    r = 8 as recommended there for interactive use]
    """
    import hashlib  # only where a secret was found

    salt = f"manifest-lint allow-leak {code} {path}".encode("utf-8", "surrogateescape")
    value = secret.reveal().encode("utf-8", "surrogatepass")
    return hashlib.scrypt(value, salt=salt, n=2**14, r=8, p=1, dklen=LENGTH // 2).hex()


def with_fingerprints(archive: Archive) -> Archive:
    """Return the archive with the fingerprint of each secret found, of the first MOST."""
    known: dict[tuple[str, str, str], str] = {}

    def of(code: str, found: tuple[Found, ...]) -> tuple[Found, ...]:
        done = []
        for one in found:
            key = (code, one.path, one.value.reveal())
            if key not in known and len(known) < MOST:
                known[key] = fingerprint(code, one.path, one.value)
            done.append(one._replace(fingerprint=known.get(key, "")))
        return tuple(done)

    return archive._replace(leaks=of("K001", archive.leaks), suspects=of("K002", archive.suspects))


def allowed_leak(text: str) -> AllowedLeak:
    """Return what `CODE:PATH:FINGERPRINT:REASON` says.

    Raises UserError for anything else. The message repeats nothing: a secret may be in it.
    """
    if found := re.fullmatch(_FORM, text):
        code, path, digits, reason = found.groups()
        return AllowedLeak(_CODES[code.lower()], path, digits.lower(), reason)
    if re.fullmatch(rf"\s*({_CODE})\s*:[^:]*\S[^:]*:.*\S.*", text, re.IGNORECASE | re.DOTALL):
        raise UserError(
            f"--allow-leak: no fingerprint; {_WANTED}. The finding shows the fingerprint"
            f" ({LENGTH} hexadecimal digits): run this command without --allow-leak"
        )
    raise UserError(f"--allow-leak: {_WANTED}, where CODE is K001 or K002")


def without_allowed(
    archive: Archive, allowed: Iterable[AllowedLeak]
) -> tuple[Archive, tuple[AllowedLeak, ...]]:
    """Return the archive without the accepted leaks, and `allowed` with what each accepts."""
    accepted = []
    leaks, suspects = archive.leaks, archive.suspects
    for one in allowed:
        names = [_place(leak, leak.secret) for leak in leaks if _accepts(one, "K001", leak)]
        names += [_place(seen, seen.kind) for seen in suspects if _accepts(one, "K002", seen)]
        leaks = tuple(leak for leak in leaks if not _accepts(one, "K001", leak))
        suspects = tuple(seen for seen in suspects if not _accepts(one, "K002", seen))
        accepted.append(one._replace(found=tuple(names)))
    return archive._replace(leaks=leaks, suspects=suspects), tuple(accepted)


def _accepts(allowance: AllowedLeak, code: str, found: Leak | Suspect) -> bool:
    of = (code, _plain(found.path), found.fingerprint)
    return (allowance.code, _plain(allowance.path), allowance.fingerprint) == of


def _plain(path: str) -> str:
    """Return a path without `./` and `//`."""
    return posixpath.normpath(path.lstrip("/"))


def _place(found: Leak | Suspect, what: str) -> str:
    return f"{what} in {found.path} at byte {found.offset:,}"
