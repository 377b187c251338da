"""Hosts as browsers read and write them: names, IPv4 and IPv6 addresses.

[WHATWG URL, "Hosts (domains and IP addresses)"; Unicode TS 46, with CheckBidi and CheckJoiners]

Names beyond ASCII follow `idna`, whose tables are newer than Python's, except for `xn--` in a name
that is ASCII, which browsers do not decode. tests/cozy/test_browser_url.py compares this with ada,
and says where the two differ.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

_FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")
_LONGEST = 1_000
"""Characters of a name that is not ASCII: DNS has 253, and Punycode takes quadratic time."""


def host(text: str) -> str:
    """Return a host as a browser has it, in ASCII. Raises ValueError if it accepts none."""
    if text.startswith("["):
        if not text.endswith("]"):
            raise ValueError("[ without ]")
        return f"[{_ipv6(text[1:-1])}]"
    name = unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text
    ascii_name = _in_ascii(name)
    if not ascii_name or _FORBIDDEN.search(ascii_name):
        raise ValueError("no host")
    *before, last = ascii_name.removesuffix(".").split(".")
    return _ipv4([*before, last]) if _NUMBER.fullmatch(last) else ascii_name


def _ipv4(parts: list[str]) -> str:
    """Return an address of one to four numbers; the last fills the bytes that are left."""
    if len(parts) > 4:
        raise ValueError("more than four numbers")
    *first, last = map(_number, parts)
    if any(number > 255 for number in first) or last >= 256 ** (5 - len(parts)):
        raise ValueError("a number is too large")
    address = last + sum(number << 24 - 8 * place for place, number in enumerate(first))
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or len(text) > _LONGEST:
        raise ValueError("not a number")
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8 if text[0] == "0" else 10)


def _ipv6(text: str) -> str:
    from ipaddress import IPv6Address

    if not re.fullmatch(r"[0-9A-Fa-f:.]+", text):
        raise ValueError("not an IPv6 address")
    groups = [f"{int.from_bytes(pair, 'big'):x}" for pair in _pairs(IPv6Address(text).packed)]
    written = ":".join(groups)
    zeros = max(re.findall(r"\b0(?::0)+\b", written), key=len, default="")
    before, found, after = written.partition(zeros) if zeros else (written, "", "")
    return f"{before.rstrip(':')}::{after.lstrip(':')}" if found else written


def _pairs(data: bytes) -> list[bytes]:
    return [data[start : start + 2] for start in range(0, len(data), 2)]


def _in_ascii(name: str) -> str:
    """Return a name in lower case and ASCII. Raises ValueError."""
    if name.isascii():
        return name.lower()  # even if it has an xn-- that cannot be decoded
    if len(name) > _LONGEST:
        raise ValueError("too long")
    import idna  # only for a name that is not ASCII: its tables are large

    labels = [_label(label) for label in idna.uts46_remap(name, std3_rules=False).split(".")]
    if any(map(_is_right_to_left, labels)):
        for label in filter(None, labels):
            idna.check_bidi(label, check_ltr=True)
    return ".".join(one if one.isascii() else f"xn--{_punycode(one)}" for one in labels)


def _punycode(label: str) -> str:
    return label.encode("punycode").decode("ascii")


def _label(label: str) -> str:
    """Return a label of a mapped name, decoded. Raises ValueError if it is not valid."""
    import idna

    if label.startswith("xn--"):
        decoded = label[4:].encode("ascii").decode("punycode")
        if decoded.isascii() or _punycode(decoded) != label[4:]:
            raise ValueError("needs no xn--")
        if idna.uts46_remap(decoded, std3_rules=False) != decoded:
            raise ValueError("not as it would be written")
        label = decoded
    if label.isascii():
        return label
    idna.check_initial_combiner(label)
    joiners = (at for at, char in enumerate(label) if char in "\u200c\u200d")
    if not all(idna.valid_contextj(label, at) for at in joiners):
        raise ValueError("a joiner joins nothing")
    return label


def _is_right_to_left(label: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in label)
