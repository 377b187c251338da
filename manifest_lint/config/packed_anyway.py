"""Which texts are a `PATH:REASON`: a path in the built folder, and why it is packed."""

from __future__ import annotations

import posixpath


def has_reason(text: str) -> bool:
    """Return whether an item of `include` is not just a pattern."""
    return ":" in text


def parts_of(text: str) -> tuple[str, str, str]:
    """Return the path of a `PATH:REASON` as it is written, the path from the top, the reason."""
    written, _, reason = (part.strip() for part in text.partition(":"))
    path = posixpath.normpath(written.lstrip("/")) if written.strip("/") else ""
    return written, path, reason


def why_not_packed_anyway(text: str) -> str:
    """Return why a text is not a `PATH:REASON`, with its path; empty if it is one."""
    written, path, reason = parts_of(text)
    shown = f"{written}:{'REASON' if reason else ''}"  # which may quote the secret
    if not written or not reason:
        return f"{shown}: is not PATH:REASON; give both to include this file"
    one = "name the one file or folder the reason is for"
    if path in ("", ".", "..") or path.startswith("../"):
        return f"{shown}: is not a path in the built folder; {one}"
    is_pattern = written.startswith("!") or "?" in written or written.count("*") > 1
    return f"{shown}: is a pattern; {one}" if is_pattern or "/*" in f"/{path}" else ""
