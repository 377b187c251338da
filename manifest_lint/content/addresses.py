"""Addresses on the web and of git repositories: which are possible, and which are the same."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from manifest_lint.cozy.vocabulary import COMMON_TOP_LEVEL_DOMAINS, UNLISTED_TOP_LEVEL_DOMAINS

_WITH_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^@/]*@)?([^/:]+)(?::\d*)?/(.+)"
_LIKE_SSH = r"(?:[^@/]+@)?([^/:@]+):(.+)"
_FORGES = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}

_WEB = r"(?:git|ssh|git\+\w{1,5}|https?)://"
_HOST = r"(?:[^@]*@)?(\[[0-9A-Fa-f:.]+\]|[^\[\]@:]*)(?::\d{1,5})?"
_AROUND_HOST = frozenset("@[]:")
"""What user information, a port and an IPv6 address have; few hosts have one of them."""

_IP_ADDRESS = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}"
BARE_HOST = r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?"
"""A URL without its scheme: a host, and what may follow it."""


def repository(address: str) -> str | None:
    """Return host and path of a repository, the same for all forms of its address, or None.

    `git@github.com:a/b.git`, `https://github.com/a/b` and npm's `a/b` are `github.com/a/b`.
    """
    text = address.strip().split("#", 1)[0]
    if found := re.fullmatch(_WITH_SCHEME if "://" in text else _LIKE_SSH, text):
        host, path = found[1].lower(), found[2]
    elif text.count("/") == 1:
        host, path = "github", text
    else:
        return None
    steps = [step for step in path.lower().split("?", 1)[0].removesuffix(".git").split("/") if step]
    host = _FORGES.get(host, host).removeprefix("www.")
    if host == "github.com":
        steps = steps[:2]  # what follows is a branch or a folder
    return "/".join([host, *steps]).removesuffix(".git")


@lru_cache(1024)  # connectors share their links
def lost_host(url: str) -> str | None:
    """Return the host of a web or git URL if no host can have that name, None if one can.

    A host cannot exist if it has an invalid label or an unknown top-level domain, or if it is
    `www.` and a top-level domain with nothing between.
    """
    host = url.removeprefix("https://")
    if host == url:  # few have another scheme
        scheme = re.match(_WEB, url, re.IGNORECASE)
        if not scheme:
            return None
        host = url[scheme.end() :]
    for end in "/?#\\":
        host = host.partition(end)[0]
    if not _AROUND_HOST.isdisjoint(host):
        named = re.fullmatch(_HOST, host, re.IGNORECASE)
        if not named:
            return host
        host = named[1]
    host = host.removesuffix(".").lower()
    is_address = host[-1:].isdigit() and re.fullmatch(_IP_ADDRESS, host)
    if host.startswith("[") or host == "localhost" or is_address:
        return None
    labels = host.split(".")
    if len(labels) < 2 or (len(labels) == 2 and labels[0] == "www"):
        return host
    sound = all(map(_is_label, labels))
    return None if sound and _is_top_level_domain(labels[-1]) else host


def _is_label(text: str) -> bool:
    """Return whether a text has up to 63 letters, digits, `_` and, within, hyphens."""
    letters = text.replace("-", "a").replace("_", "a")
    return letters.isalnum() and len(text) <= 63 and text[0] != "-" != text[-1]


def _is_top_level_domain(name: str) -> bool:
    if (len(name) == 2 and name.isalpha()) or name in COMMON_TOP_LEVEL_DOMAINS:
        return True
    if name in UNLISTED_TOP_LEVEL_DOMAINS:
        return True
    return name.startswith("xn--") or f"\n{name}\n".encode() in _public_suffixes()


@cache
def _public_suffixes() -> bytes:
    """Return the public suffix list as bytes: searching it is much quicker than parsing it."""
    from publicsuffixlist import PSLFILE  # only for a rare domain

    return Path(PSLFILE).read_bytes()


def is_bare_host(target: str) -> bool:
    """Return whether a link's target is a host without a scheme, and not the name of a file."""
    if not re.fullmatch(BARE_HOST, target):
        return False
    host = re.split("[/?#:]", target, maxsplit=1)[0].lower()
    return host.startswith("www.") or host.rsplit(".", 1)[-1] in COMMON_TOP_LEVEL_DOMAINS
