"""Hosts as browsers read and write them: names, IPv4 and IPv6 addresses.

[WHATWG URL, "Hosts (domains and IP addresses)"; Unicode TS 46, with CheckBidi and CheckJoiners]

The tables of TS 46 are not in Python: they are what `unicodedata` says, with the exceptions below.
tests/cozy/test_browser_url.py compares that with ada, and says where the two differ.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

_FORBIDDEN = re.compile(r"[\x00-\x20#%/:<>?@\[\\\]^|\x7f]")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")
_LONGEST = 1_000
"""Characters of a name that is not ASCII: DNS has 253, and Punycode takes quadratic time."""

_KEPT = "\u00df\u03c2\u200c\u200d"
"""Sharp s, final sigma and the joiners have a mapping in other processing only."""

_IGNORED = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2060-\u2064\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0100-\U000e01ef]"
)
"""Characters that leave nothing: soft hyphens, fillers, selectors of variants."""

_NEVER_VALID = ("Cn", "Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp")
_NOT_VALID = re.compile("[\u2ff0-\u2fff\ufff9-\ufffd]")
"""Signs that describe other characters, and those that replace what is not text."""

_DOTS = dict.fromkeys(map(ord, "\u3002\uff0e\uff61"), ".")


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
    mapped = unicodedata.normalize("NFC", "".join(map(_mapped, name.translate(_DOTS))))
    labels = [_label(label) for label in mapped.split(".")]
    if any(map(_is_right_to_left, labels)) and not all(map(_obeys_bidi, labels)):
        raise ValueError("mixes directions")
    return ".".join(one if one.isascii() else f"xn--{_punycode(one)}" for one in labels)


def _punycode(label: str) -> str:
    return label.encode("punycode").decode("ascii")


def _label(label: str) -> str:
    """Return a label of a mapped name, decoded. Raises ValueError if it is not valid."""
    if label.startswith("xn--"):
        decoded = label[4:].encode("ascii").decode("punycode")
        if decoded.isascii() or _punycode(decoded) != label[4:]:
            raise ValueError("needs no xn--")
        if unicodedata.normalize("NFC", "".join(map(_mapped, decoded))) != decoded:
            raise ValueError("not as it would be written")
        label = decoded
    if label.isascii():
        return label
    if unicodedata.category(label[0]).startswith("M"):
        raise ValueError("starts with a mark")
    if not all(_is_valid(char) for char in label):
        raise ValueError("a character is not allowed")
    if not all(_is_joined(label, at) for at, char in enumerate(label) if char in "\u200c\u200d"):
        raise ValueError("a joiner joins nothing")
    return label


def _mapped(char: str) -> str:
    if char.isascii():
        return char.lower()
    if char in _KEPT:
        return char
    if char == "\u1e9e":
        return "\u00df"
    if _IGNORED.match(char):
        return ""
    folded = unicodedata.normalize("NFKC", char).casefold()
    mapped = unicodedata.normalize("NFKC", folded)
    return "\ufffd" if "." in mapped or "\u3002" in mapped else mapped  # such as a.m. in one sign


def _is_valid(char: str) -> bool:
    if char in "\u200c\u200d":
        return True
    category = unicodedata.category(char)
    return category not in _NEVER_VALID and not _NOT_VALID.match(char)


def _is_joined(label: str, at: int) -> bool:
    """Return whether a joiner follows a virama.

    A ZWNJ may also be between two letters that join: Arabic ones, as far as is known here.
    [RFC 5892, appendix A]
    """
    if at and unicodedata.combining(label[at - 1]) == 9:
        return True
    around = label[at - 1 : at], label[at + 1 : at + 2]
    return label[at] == "\u200c" and all(
        one and unicodedata.bidirectional(one) == "AL" for one in around
    )


def _is_right_to_left(label: str) -> bool:
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in label)


def _obeys_bidi(label: str) -> bool:
    """Return whether a label of a name with a right-to-left one is allowed.

    [RFC 5893]
    """
    kinds = [unicodedata.bidirectional(char) for char in label]
    if not kinds:
        return True
    ends = [kind for kind in kinds if kind != "NSM"][-1:]
    neutral = {"EN", "ES", "CS", "ET", "ON", "BN", "NSM"}
    if kinds[0] in ("R", "AL"):
        allowed, last = neutral | {"R", "AL", "AN"}, {"R", "AL", "EN", "AN"}
        both = {"EN", "AN"} <= set(kinds)
        return set(kinds) <= allowed and set(ends) <= last and not both
    return kinds[0] == "L" and set(kinds) <= neutral | {"L"} and set(ends) <= {"L", "EN"}
