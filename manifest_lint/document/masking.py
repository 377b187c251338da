"""How secrets are hidden in what is shown: in strings, URLs, commands and broken files."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, unquote_plus

from manifest_lint.document.go_json import fold
from manifest_lint.document.secret import MASK, SHORTEST, is_placeholder
from manifest_lint.document.secret_strings import may_have_a_form
from manifest_lint.text.user_info import without_user_info
from manifest_lint.text.wording import escaped

if TYPE_CHECKING:
    from manifest_lint.text.substrings import Finder, Match

PUBLIC_PARAMETERS = frozenset(
    (
        # RFC 6749, RFC 7636, RFC 8707; OpenID Connect Core 1.0, section 3.1.2.1
        *("response_type", "client_id", "redirect_uri", "scope", "grant_type"),
        *("code_challenge", "code_challenge_method", "resource", "response_mode", "display"),
        *("prompt", "max_age", "ui_locales", "acr_values", "claims_locales"),
        # Names that providers document: Google, Microsoft, Facebook, Dropbox, Reddit, Spotify ...
        *("access_type", "approval_prompt", "include_granted_scopes", "hd", "domain_hint"),
        *("auth_type", "token_access_type", "duration", "show_dialog", "force_verify", "audience"),
        *("locale", "lang", "language", "provider", "user_type", "origin", "force_reauth"),
        "redirect_url",  # what the stack sends besides
        "slug",
    )
)
"""Names of parameters of a login's URL whose values may be shown."""

_MADE_UP = frozenset(
    (("state", "STATE"), ("nonce", "NONCE"), ("code", "CODE"), ("refresh_token", "REFRESH_TOKEN"))
)
"""What a preview shows for the values that are new in each login: oauth/flow.py, Session."""

_SHORTEST_WORD = 16
"""Characters of a word with a digit that nearly all known forms of a secret have; most messages and
manifests have none."""

_CUT = "..."
_LONGEST_CUT = 200
"""Where a message is cut (text/wording.py), and how many characters are searched before that."""

_SHORT = 500
"""Characters of a text for which is kept how it is shown."""

_LONGEST_NEEDLE = 256
"""Characters of a secret that are looked for: what looks for more takes much time and memory."""

_REST = {"JSON Web Key": r"[^}]*"}
_REST_OF_A_TOKEN = r"[\w+/=.-]*"
"""What is hidden after a known form: a key has more private parts, a token may be longer."""

_PRIVATE_KEY = r"(PRIVATE KEY)[^\"`]*"

_CUT_ESCAPE = rb"(?:%[\da-fA-F]?|\\(?:[uU][\da-fA-F]{0,7})?)\Z"
"""What is left of an encoded character where a message is cut: see text/decoded.py."""

_AS_A_HOST = r"(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[A-Za-z0-9.-]+"
"""A secret that may be in the name of a host, which messages have in lower case; not a word."""


_IN_A_PATH = r"(?<=[/;])([\w.~-]+)=([^/;]*)"


class Hider:
    """Hides what must not be shown in a string: given secrets, known forms, user information.

    The given ones are hidden as they are and URL-decoded, with the escapes of shells, of JSON
    pointers and of messages, in lower case as hosts are, in the parts that a login's URL is cut
    into, and cut short. A text is also read without percent-encoding and the escapes of JSON:
    there are many ways to write those. From one that is very long on, nothing is shown.
    """

    def __init__(self, secrets: Iterable[str]):
        given = set(secrets) - {""}
        given |= {part for one in given if not one.isalnum() for part in _cut_parts(one)}
        whole = {one for one in given if len(one) <= _LONGEST_NEEDLE}
        starts = _written({one[:_LONGEST_NEEDLE] for one in given - whole})
        self._secrets = sorted(_written(whole) | starts)
        self._starts = starts

    @cached_property
    def _search(self) -> Finder:
        from manifest_lint.text.substrings import finder  # only if there is a secret

        # A regular expression tries thousands of secrets one by one at each character.
        return finder(self._secrets, "longest")

    @cached_property
    def _search_alike(self) -> Finder:
        from manifest_lint.text.substrings import finder  # only for a fix next to a secret

        forms = {_alike(one.decode("utf-8", "surrogatepass")) for one in self._secrets}
        return finder([one for one in forms if len(one) >= SHORTEST], "first")

    def __call__(self, text: str) -> str:
        """Return a string with `***` in place of each secret."""
        if self._secrets:
            text = self._without_cut_ones(self._without_given_ones(text))
        return shown_text(text)

    def finds(self, text: str) -> bool:
        """Return whether a string has one of the given secrets."""
        return bool(self._secrets) and self._without_given_ones(text) != text

    def finds_alike(self, text: str) -> bool:
        """Return whether a string has a given secret in another case or with other separators.

        A rule may write a name so: `zq7_hunter` for `Zq7Hunter`.
        """
        return bool(self._secrets) and bool(self._search_alike(_alike(text)))

    @property
    def knows_any(self) -> bool:
        """Whether some secrets were given."""
        return bool(self._secrets)

    def _without_given_ones(self, text: str) -> str:
        from manifest_lint.text.decoded import is_encoded, readings  # only if there is a secret

        data = text.encode("utf-8", "surrogatepass")
        found = self._search(data)
        if not found and not is_encoded(data):
            return text  # most texts
        spans = self._spans(found, data)
        for reading, offset in readings(data):
            inner = self._spans(self._search(reading), reading)
            spans += [(offset(start), offset(end)) for start, end in inner]
        if not spans:
            return text
        # Without a secret that is a part of it, the rest may not look like user information.
        spans += _user_info_in(text)
        pieces, done = [], 0
        for start, end in sorted(spans):
            if start >= done:
                pieces += [data[done:start], MASK.encode()]
            done = max(done, end)
        return b"".join([*pieces, data[done:]]).decode("utf-8", "surrogatepass")

    def _spans(self, found: list[Match], data: bytes) -> list[tuple[int, int]]:
        """Return where to hide what was found in some data."""
        return [
            (start, len(data) if self._secrets[one] in self._starts else end)
            for one, start, end in found
        ]

    def _without_cut_ones(self, text: str) -> str:
        """Return a string without the starts of secrets before `...`, where a message is cut."""
        from manifest_lint.text.decoded import readings  # only if there is a secret

        *before, last = text.split(_CUT)
        for number, part in enumerate(before):
            data = part.encode("utf-8", "surrogatepass")
            start = self._start_in(data)
            for reading, offset in readings(data):
                start = min(start, offset(self._start_in(reading)))
            if start < len(data):
                before[number] = f"{data[:start].decode('utf-8', 'surrogatepass')}{MASK}"
        return _CUT.join([*before, last])

    def _start_in(self, data: bytes) -> int:
        """Return where the start of a secret is that goes up to the end; the end if there is none.

        It has nothing of an escape that was cut itself.
        """
        last = data[-4 * _LONGEST_CUT :]
        whole = re.sub(_CUT_ESCAPE, b"", last)
        characters = [at for at, byte in enumerate(whole) if byte & 0xC0 != 0x80]
        for start in characters[-_LONGEST_CUT : 1 - SHORTEST]:
            if self._is_a_start(whole[start:]):
                return len(data) - len(last) + start
        return len(data)

    def _is_a_start(self, data: bytes) -> bool:
        place = bisect_left(self._secrets, data)
        return place < len(self._secrets) and self._secrets[place].startswith(data)


def _alike(text: str) -> bytes:
    """Return the letters and digits of a string in small letters."""
    return re.sub(r"[\W_]+", "", text).lower().encode("utf-8", "surrogatepass")


def _user_info_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where user information starts and ends in a text, in bytes."""
    done, end = 0, 0
    for found in re.finditer("\0+", without_user_info(text, lambda one: "\0" * len(one))):
        start = end + len(text[done : found.start()].encode("utf-8", "surrogatepass"))
        end = start + len(text[found.start() : found.end()].encode("utf-8", "surrogatepass"))
        done = found.end()
        yield start, end


def _cut_parts(secret: str) -> Iterator[str]:
    """Yield the parts of a secret that the URL of a login is cut into, but for common words."""
    if re.search(r"[&#;=%]", secret):
        from manifest_lint.document.common_words import is_ordinary  # only for such a secret
        from manifest_lint.document.cut_secrets import parts

        yield from (one for one in parts(secret) if not is_ordinary(one))


def _written(secrets: Iterable[str]) -> set[bytes]:
    """Return each way in which texts have some secrets."""
    found: set[str] = set()
    for one in secrets:
        once = unquote_plus(one)
        found |= {one, once, unquote_plus(once)} - {""}
    found |= (
        {one.replace("'", "'\"'\"'") for one in found}
        | {one.replace("~", "~0").replace("/", "~1") for one in found}
        | {one.lower() for one in found if re.fullmatch(_AS_A_HOST, one)}
    )
    found |= {escaped(one) for one in found if not one.isprintable()}
    return {one.encode("utf-8", "surrogatepass") for one in found}


def shown_text(text: str) -> str:
    """Return any text of a user's as it may be shown: without user information, known forms."""
    return _shown_short(text) if len(text) <= _SHORT else _shown(text)


def _shown(text: str) -> str:
    return without_known_forms(without_user_info(text))


_shown_short = lru_cache(1024)(_shown)
"""Findings have reasons, fixes and keys in common."""


def known_forms_in(text: str) -> Iterator[str]:
    """Yield the secrets in a text that have a known form."""
    if _may_have_a_form(text):
        from manifest_lint.document.secret_forms import find  # only for a likely one

        yield from (text[start:end] for start, end, _ in find(text))


def _may_have_a_form(text: str) -> bool:
    return may_have_a_form(text, _SHORTEST_WORD)


def without_known_forms(text: str) -> str:
    """Return a text without what has a known form of a secret, whatever it is near."""
    if not _may_have_a_form(text):
        return text
    from manifest_lint.document.secret_forms import find  # only for a likely one

    text = re.sub(_PRIVATE_KEY, rf"\1{MASK}", text)
    pieces, done = [], 0
    for start, end, kind in find(text):
        if start >= done:
            rest = re.compile(_REST.get(kind, _REST_OF_A_TOKEN)).match(text, end)
            pieces += [text[done:start], MASK]
            done = rest.end() if rest else end
    return "".join([*pieces, text[done:]])


def shown_url(url: str) -> str:
    """Return a URL as it may be shown: user information, values of its query and fragment masked.

    Placeholders are shown, and values of the parameters of a login that everyone may see.
    """
    start, mark, fragment = shown_text(url).partition("#")
    address, question, query = start.partition("?")
    pairs = "&".join(map(_shown_pair, query.split("&"))) if query else ""
    shown = _without_parameters(address)
    return f"{shown}{question}{pairs}{mark}{MASK if fragment else ''}"


def shown_address(address: str) -> str:
    """Return a URL up to its query as it may be shown: also without parameters in its path.

    Those are `/name=value` and `;name=value` [RFC 3986, section 3.3].
    """
    return _without_parameters(shown_text(address))


def _without_parameters(address: str) -> str:
    return re.sub(_IN_A_PATH, lambda found: _shown_pair(found[0]), address)


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
    if is_placeholder(value) or not value or (name, value) in _MADE_UP:
        return value
    if fold(name) not in PUBLIC_PARAMETERS:
        return MASK
    return shown_url(value) if "://" in value else shown_text(value)
