"""How secrets are hidden in what is shown: in strings, URLs, commands and broken files."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote_plus

from manifest_lint.document.go_json import fold
from manifest_lint.document.secret import MASK, SHORTEST, is_placeholder

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

PUBLIC_PARAMETERS = frozenset(
    (
        # RFC 6749, RFC 7636, RFC 8707; OpenID Connect Core 1.0, section 3.1.2.1
        *("response_type", "client_id", "redirect_uri", "scope", "state", "grant_type"),
        *("code_challenge", "code_challenge_method", "resource", "response_mode", "display"),
        *("nonce", "prompt", "max_age", "ui_locales", "acr_values", "claims_locales"),
        # Names that providers document: Google, Microsoft, Facebook, Dropbox, Reddit, Spotify ...
        *("access_type", "approval_prompt", "include_granted_scopes", "hd", "domain_hint"),
        *("auth_type", "token_access_type", "duration", "show_dialog", "force_verify", "audience"),
        *("locale", "lang", "language", "provider", "user_type", "origin", "force_reauth"),
        "redirect_url",  # what the stack sends besides
        "slug",
    )
)
"""Names of parameters of a login's URL whose values may be shown."""


_BEFORE_USER_INFO = r":/{1,3}|(?<![\w.+%-])(?!mailto:|acct:|sips?:|xmpp:|urn:)[\w.+%-]+:(?![\\/])"
"""What is before user information, which goes up to the last @ of the word."""

_IN_A_COMMAND = (
    r"((?:[\w-]{0,40}(?:secret|token|pass|pwd|private|key|credential|auth)[\w-]{0,40}[=:\s]\s{0,9})"
    r"|(?:\b(?:bearer|basic)\s+)|(?:\s(?:-u|-p|--user)[\s=]*))"
    r"(\"[^\"]*\"?|'[^']*'?|\$\([^)]*\)?|(?:\\.|[^\s\"'])+)"
)
_AFTER_A_NAME = (
    r"((?:secret|token|passw|private|api_?key)\w{0,40}[\"']?\s{0,40}:\s{0,40})"
    r"(\"(?:[^\"\\\r\n]|\\.)*\"?|[^\s,\[\]{}\"][^,\]}\r\n]*)"
)


_LONGEST_CUT = 240
"""Bytes of a quoted text that was cut: see text/wording.py."""


class Hider:
    """Hides secrets in a string: as they are, URL-encoded, and with the escapes of JSON."""

    def __init__(self, secrets: Iterable[str]):
        found = set(secrets) - {""}
        found |= {quote_plus(one, errors="surrogatepass") for one in found} | {
            json.dumps(one, ensure_ascii=ascii)[1:-1] for one in found for ascii in (False, True)
        }
        self._secrets = [one.encode("utf-8", "surrogatepass") for one in found]

    @cached_property
    def _search(self) -> BytesAhoCorasick:
        # A regular expression tries thousands of secrets one by one at each character.
        from ahocorasick_rs import BytesAhoCorasick, MatchKind  # only if there is a secret

        return BytesAhoCorasick(self._secrets, matchkind=MatchKind.LeftmostLongest)

    def __call__(self, text: str) -> str:
        """Return a string with `***` in place of each secret."""
        if not self._secrets:
            return text
        whole = text.encode("utf-8", "surrogatepass")
        data, pieces, done = self._without_cut(whole), [], 0
        for _, start, end in self._search.find_matches_as_indexes(data):
            pieces += [data[done:start], MASK.encode()]
            done = end
        if not done and data is whole:
            return text
        return b"".join([*pieces, data[done:]]).decode("utf-8", "surrogatepass")

    def _without_cut(self, data: bytes) -> bytes:
        """Return text without the start of a secret before `...`, where a message is cut."""
        pieces, done = [], 0
        for found in re.finditer(rb"\.{3}", data):
            end = found.start()
            for start in range(max(done, end - _LONGEST_CUT), end - SHORTEST + 1):
                at = bisect_left(self._in_order, data[start:end])
                if any(one.startswith(data[start:end]) for one in self._in_order[at : at + 1]):
                    pieces += [data[done:start], MASK.encode()]
                    done = end
                    break
        return b"".join([*pieces, data[done:]]) if done else data

    @cached_property
    def _in_order(self) -> list[bytes]:
        return sorted(self._secrets)


def without_user_info(text: str, mask: Callable[[str], str] = lambda _: MASK) -> str:
    """Return a text without the user information in what may be a URL: `u:p@host`, `//u@host`.

    `mask` is called with each, and returns what to write instead.
    """
    if "@" not in text:
        return text

    def masked(word: re.Match[str]) -> str:
        before, at, after = word[0].rpartition("@")
        start = re.search(_BEFORE_USER_INFO, before) if at else None
        if not start:
            return word[0]
        return f"{before[: start.end()]}{mask(before[start.end() :])}{at}{after}"

    return re.sub(r"[^\s`\"]+", masked, text)


def shown_url(url: str) -> str:
    """Return a URL as it may be shown: user information, values of its query and fragment masked.

    Placeholders are shown, and values of the parameters of a login that everyone may see.
    """
    start, mark, fragment = without_user_info(url).partition("#")
    address, question, query = start.partition("?")
    pairs = "&".join(map(_shown_pair, query.split("&"))) if query else ""
    return f"{address}{question}{pairs}{mark}{MASK if fragment else ''}"


def _shown_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    if not equals and name and fold(name) not in PUBLIC_PARAMETERS:
        return MASK
    shown = shown_parameter(unquote_plus(name), unquote_plus(value))
    return pair if shown == unquote_plus(value) else f"{name}{equals}{_encoded(shown)}"


def _encoded(value: str) -> str:
    return quote_plus(value, safe="*")


def shown_parameter(name: str, value: str) -> str:
    """Return the value of a parameter as it may be shown: masked unless it is known to be public.

    A URL in it is shown as `shown_url` does.
    """
    if is_placeholder(value) or not value:
        return value
    if fold(name) not in PUBLIC_PARAMETERS:
        return MASK
    return shown_url(value) if "://" in value else without_user_info(value)


def shown_command(command: str) -> str:
    """Return a shell command as it may be shown: without what looks like a secret in it."""

    def masked(found: re.Match[str]) -> str:
        return found[0] if is_placeholder(found[2].strip("\"'")) else f"{found[1]}{MASK}"

    return without_user_info(re.sub(_IN_A_COMMAND, masked, command, flags=re.IGNORECASE))


def values_after_names(text: str) -> Iterator[str]:
    """Yield what follows the name of a secret in text that is not JSON."""
    for found in re.finditer(_AFTER_A_NAME, text, re.IGNORECASE):
        yield found[2].strip("\"' \t")


def with_values_masked(text: str) -> str:
    """Return text that is not JSON with `*` for what follows the name of a secret in each line."""
    return re.sub(
        _AFTER_A_NAME,
        lambda found: found[1] + re.sub(r"\S", "*", found[2]),
        text,
        flags=re.IGNORECASE,
    )
