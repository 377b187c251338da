"""What looks like a secret in a file: the detectors of detect-secrets that fit a bundle.

The whole library is slow for megabytes on one line, and most of what it finds there is chance: by
entropy, and by words such as `password`. We use the detectors of secrets that start with letters of
their own. One search finds all of those starts, and the detector's expressions are tried there, on
a limited length, so no input keeps them busy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from manifest_lint.archive.archive import Suspect
from manifest_lint.document.secret import Secret, is_stand_in

if TYPE_CHECKING:
    from ahocorasick_rs import BytesAhoCorasick

LENGTH = 2048
"""Characters of a possible secret that the expressions see."""

MOST_TRIED = 50_000
"""Places of an archive that are tried; the bundles of large connectors have at most a tenth."""

MOST_REPORTED = 20
"""Suspects that are reported in one file."""

TOO_MANY = f"more than {MOST_TRIED:,} places look like the start of one; the rest is not searched"


def _anything(secret: str, after: str) -> bool:  # noqa: ARG001
    return True


def _a_password(secret: str, after: str) -> bool:  # noqa: ARG001
    """Return whether a URL has a password, and not a word as in documentation."""
    password = secret.rpartition(":")[2].rstrip("@")
    return any(char.isdigit() for char in password) and "${" not in secret


def _a_key(secret: str, after: str) -> bool:  # noqa: ARG001
    """Return whether a private key follows its first line, which libraries have by itself."""
    return _BODY_OF_A_KEY.match(after) is not None


_BODY_OF_A_KEY = re.compile(
    r"-{5}(?:[\s\"'`+,]|\\+[rn])*(?:(?:Proc-Type|DEK-Info):[^\n\\]{0,99}(?:\s|\\+[rn])+){0,2}"
    r"[A-Za-z0-9+/]{40}"
)


@dataclass(frozen=True, slots=True)
class _Picked:
    """A detector of detect-secrets: its class, how its secrets start, and their rough shape.

    If nothing has the shape, the library is not loaded. `is_one` is called with what the detector
    found and the text after it, and returns whether it is a secret.
    """

    detector: str
    starts: tuple[str, ...]
    shape: str
    is_one: Callable[[str, str], bool] = _anything


_PICKED = (
    _Picked("aws.AWSKeyDetector", ("A3T", "ABIA", "ACCA", "AKIA", "ASIA"), r"[A-Z0-9]{20}"),
    _Picked(
        "basic_auth.BasicAuthDetector",
        ("://",),
        r"://[^\s\"'`/:]{1,99}:[^\s\"'`/:]{1,99}@",
        _a_password,
    ),
    _Picked(
        "github_token.GitHubTokenDetector", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"\w{40}"
    ),
    _Picked(
        "gitlab_token.GitLabTokenDetector",
        (
            *("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "glcbt-", "glimt-", "glptt-"),
            *("glagent-", "gloas-", "GR1348941"),
        ),
        r"[\w-]{25}",
    ),
    _Picked("jwt.JwtTokenDetector", ("eyJ",), r"[\w=-]{10,1024}\."),
    _Picked("openai.OpenAIDetector", ("sk-",), r"[\w-]{40}"),
    _Picked("private_key.PrivateKeyDetector", ("BEGIN ",), r"BEGIN [\w ]{0,20}PRIVATE KEY", _a_key),
    _Picked("pypi_token.PypiTokenDetector", ("pypi-AgE",), r"[\w-]{70}"),
    _Picked("sendgrid.SendGridDetector", ("SG.",), r"SG\.[\w-]{22}\."),
    _Picked("slack.SlackDetector", ("xox", "https://hooks.slack.com/services/"), r"xox.-\d|https"),
    _Picked("square_oauth.SquareOAuthDetector", ("sq0csp-",), r"[\w-]{40}"),
    _Picked("stripe.StripeDetector", ("rk_live_", "sk_live_"), r"\w{32}"),
    _Picked("twilio.TwilioKeyDetector", ("AC", "SK"), r"..[a-z0-9]{32}"),
)


class _Loaded(NamedTuple):
    kind: str
    expressions: tuple[re.Pattern[str], ...]
    is_valid: Callable[[str], bool]


class Detectors:
    """Looks for possible secrets in files, block by block; see tarball.Watcher."""

    def __init__(self) -> None:
        self._automaton: BytesAhoCorasick | None = None
        self._starts: list[tuple[_Picked, re.Pattern[str]]] = []
        self._path = ""
        self._data = b""
        self._offset = 0  # of the first byte of _data in the file
        self._looked_at = 0  # in _data: where the next look starts
        self._tried = 0
        self._last = 0
        self._reported = 0
        self.suspects: list[Suspect] = []

    def start(self, path: str) -> None:
        """Start a file: its bytes follow."""
        self.finish()
        self._path, self._offset, self._last, self._reported = path, 0, 0, 0

    def feed(self, block: bytes) -> None:
        """Search the next bytes of the file, but not the end, which may go on."""
        self._data += block
        self._look(len(self._data) - LENGTH)

    def finish(self) -> None:
        """Search the rest of the last file."""
        self._look(len(self._data))
        self._data, self._looked_at = b"", 0

    def _look(self, end: int) -> None:
        """Try every start before `end`, and keep the bytes after it."""
        if end <= self._looked_at:
            return
        if self._reported < MOST_REPORTED and self._tried <= MOST_TRIED:
            self._try_starts(end)
        cut = max(end - 1, 0)  # an expression may look at the byte before a start
        self._data, self._looked_at = self._data[cut:], end - cut
        self._offset += cut

    def _try_starts(self, end: int) -> None:
        text = None
        matches = self._matcher().find_matches_as_indexes(self._data, overlapping=True)
        for number, start, _ in matches:
            if not self._looked_at <= start < end:
                continue
            if self._reported >= MOST_REPORTED:
                return
            self._tried += 1
            if self._tried > MOST_TRIED:
                self._report(start, TOO_MANY, TOO_MANY)
                return
            text = text or self._data.decode("latin-1")
            self._try(*self._starts[number], text, start)

    def _try(self, picked: _Picked, shape: re.Pattern[str], text: str, start: int) -> None:
        if self._offset + start < self._last or not shape.match(text, start, start + LENGTH):
            return
        loaded = _load(picked.detector)
        for expression in loaded.expressions:
            found = expression.match(text, start, start + LENGTH)
            if found is None:
                continue
            secret, after = found[0], text[found.end() : start + LENGTH]
            if not _is_made_up(secret) and loaded.is_valid(secret) and picked.is_one(secret, after):
                self._report(start, loaded.kind, secret)
                self._last = self._offset + found.end()
                return

    def _report(self, start: int, kind: str, secret: str) -> None:
        self._reported += 1
        self.suspects.append(Suspect(self._path, self._offset + start, kind, Secret(secret)))

    def _matcher(self) -> BytesAhoCorasick:
        if self._automaton is None:
            from ahocorasick_rs import BytesAhoCorasick  # only where something is packed

            found = [(picked, start) for picked in _PICKED for start in picked.starts]
            self._starts = [(picked, re.compile(picked.shape)) for picked, _ in found]
            self._automaton = BytesAhoCorasick([start.encode() for _, start in found])
        return self._automaton


@cache
def _load(name: str) -> _Loaded:
    """Load a detector, by its module and class."""
    module, _, name = name.partition(".")
    # Imports requests, with which detect-secrets can ask services: we never do.
    detector = getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
    is_valid = getattr(detector, "is_formally_valid", lambda _: True)
    return _Loaded(detector.secret_type, tuple(detector.denylist), is_valid)


_SAME_AGAIN = re.compile(r"(.)\1{7}|example|0123456789|1234567890|abcdefghij", re.IGNORECASE)


def _is_made_up(secret: str) -> bool:
    """Return whether a string is one that documentation has instead of a secret."""
    return _SAME_AGAIN.search(secret) is not None or is_stand_in(secret)


def suspects(data: bytes, path: str = "") -> Iterator[Suspect]:
    """Yield what looks like a secret in one file, in order."""
    detectors = Detectors()
    detectors.start(path)
    detectors.feed(data)
    detectors.finish()
    yield from detectors.suspects
