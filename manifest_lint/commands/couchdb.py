"""Account types in a live CouchDB, as the stack keeps them: read, and written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from netrc import NetrcParseError, netrc
from typing import Any
from urllib.parse import quote, unquote, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, SSLError, TimeoutError

from manifest_lint.commands import http
from manifest_lint.commands.options import DATABASE_SCHEMES
from manifest_lint.document import READ_LIMIT
from manifest_lint.errors import UserError
from manifest_lint.sources import Fetched

DATABASE = "secrets/io-cozy-account_types"
"""The database of the stack's account types [cozy-stack pkg/consts, pkg/couchdb]."""

Value = dict[str, Any]
"""A document, with its `_id` and, if it was read, its `_rev`."""

_PAGE = 200
_BATCH = 100
_MOST_BYTES = 5 * READ_LIMIT
_REFUSES_DOCUMENTS = (400, 412, 413)
"""Statuses by which CouchDB refuses what it was given, with its reason in the body."""

SECONDS = 60.0
"""How long a request may take, from the connection to the last byte, attempts again included."""

_TIMEOUT = urllib3.Timeout(connect=5, read=15)
_AGAIN = urllib3.Retry(
    total=3,
    backoff_factor=0.3,
    redirect=False,
    allowed_methods=None,  # what was written already, its `_rev` keeps from being written again
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
    respect_retry_after_header=False,
)


@dataclass(frozen=True)
class Database:
    """A database of account types: `name` is its address without credentials.

    `credentials` are user and password; a repr does not show them. Every method raises UserError
    where the server is down, refuses the user, has no such database, or answers with what is not
    CouchDB's.
    """

    name: str
    credentials: tuple[str, str] | None

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    def address(self, id: str) -> str:
        """Give the address of a document."""
        return f"{self.name}/{quote(id, safe='', errors='surrogatepass')}"

    def exists(self) -> bool:
        """Tell whether there is such a database."""
        return self._ask("GET", may_be=(200, 404))[0] == 200

    def create(self) -> None:
        """Make the database, unless there is one."""
        self._ask("PUT", may_be=(201, 202, 412))

    def documents(self) -> Iterator[Fetched]:
        """Read every document, as text."""
        for value in self.values():
            yield Fetched.of(self.address(str(value.get("_id"))), value)

    def values(self) -> Iterator[Value]:
        """Read every document, page by page; design documents are passed over."""
        read, start = 0, ""
        while True:
            fields = {"include_docs": "true", "limit": str(_PAGE + 1)}
            if start:
                fields["startkey"] = json.dumps(start)
            page, size = self._rows("GET", fields)
            read += size
            if read > _MOST_BYTES:
                megabytes = _MOST_BYTES // 1024 // 1024
                raise UserError(f"{self.name}: holds more than {megabytes} MiB; give a dump of it")
            yield from _documents_of(page[:_PAGE])
            if len(page) <= _PAGE:
                return
            before, start = start, str(page[_PAGE].get("id"))
            if start == before:
                raise UserError(f"{self.name}: {_NOT_COUCHDB}")

    def get(self, ids: Sequence[str]) -> dict[str, Value]:
        """Read the documents with some ids; those that are not there are left out."""
        found: dict[str, Value] = {}
        for batch in _batches(ids, _PAGE):
            rows, _ = self._rows("POST", {"include_docs": "true"}, {"keys": batch})
            found |= {str(value.get("_id")): value for value in _documents_of(rows)}
        return found

    def put(self, documents: Sequence[Value]) -> Mapping[str, str]:
        """Write documents, each only if its `_rev` is still the one that is there.

        Returns CouchDB's reason for those that it has not written, by id: `conflict` where somebody
        has written meanwhile. What comes before a failure stays written.
        """
        refused: dict[str, str] = {}
        for batch in _batches(documents, _BATCH):
            refused |= self._put(batch)
        return refused

    def _put(self, batch: Sequence[Value]) -> dict[str, str]:
        """Write one batch. CouchDB refuses it whole for one document: halves show which it is."""
        may_be = (200, 201, 202, *_REFUSES_DOCUMENTS)
        status, data = self._ask("POST", "_bulk_docs", body={"docs": batch}, may_be=may_be)
        if status in _REFUSES_DOCUMENTS:
            if len(batch) == 1:
                return {str(batch[0].get("_id")): _said(data) or f"status {status}"}
            middle = len(batch) // 2
            return self._put(batch[:middle]) | self._put(batch[middle:])
        if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
            raise UserError(f"{self.name}: {_NOT_COUCHDB}")
        return {str(one.get("id")): _said(one) for one in data if "error" in one}

    def _rows(
        self, method: str, fields: Mapping[str, str], body: Any = None
    ) -> tuple[list[Value], int]:
        """Give rows of `_all_docs`, and how many bytes they are."""
        _, data, size = self._answer(method, "_all_docs", fields, body, (200,))
        rows = data.get("rows") if isinstance(data, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(f"{self.name}: {_NOT_COUCHDB}")
        return rows, size

    def _ask(
        self,
        method: str,
        path: str = "",
        body: Any = None,
        may_be: tuple[int, ...] = (200,),
    ) -> tuple[int, Any]:
        return self._answer(method, path, {}, body, may_be)[:2]

    def _answer(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str],
        body: Any,
        may_be: tuple[int, ...],
    ) -> tuple[int, Any, int]:
        """Give an answer's status, what it holds, decoded, and its size in bytes."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.credentials:
            headers |= urllib3.make_headers(basic_auth=":".join(self.credentials))
        url = f"{self.name}/{path}".rstrip("/")
        if fields:
            url += f"?{urlencode(fields)}"
        text = None if body is None else json.dumps(body).encode()

        def ask() -> tuple[int, bytes]:
            with http.pool(url, retries=_AGAIN, timeout=_TIMEOUT) as pool:
                response = pool.request(
                    method, url, body=text, headers=headers, preload_content=False, redirect=False
                )
                data = response.read(READ_LIMIT + 1) if response.status in may_be else b""
                response.release_conn()
                return response.status, data

        try:
            status, data = http.within(SECONDS, ask)
        except HTTPError as error:
            raise UserError(f"{self.name}: {_reason(error)}; check the address") from None
        except http.TimedOut:
            what = f"has not answered in full within {SECONDS:.0f} seconds"
            raise UserError(f"{self.name}: {what}; try again later") from None
        if status not in may_be:
            raise UserError(f"{self.name}: {_STATUS.get(status, f'answers with status {status}')}")
        if len(data) > READ_LIMIT:
            size = f"{READ_LIMIT // 1024 // 1024} MiB"
            raise UserError(f"{self.name}: answers with more than {size}, more than is read")
        try:
            return status, json.loads(data), len(data)
        except (ValueError, RecursionError):
            raise UserError(f"{self.name}: {_NOT_COUCHDB}") from None


def _said(answer: Any) -> str:
    """Return why CouchDB refuses: its word and its reason, `conflict` by its word alone."""
    if not isinstance(answer, dict):
        return ""
    word, reason = str(answer.get("error") or ""), str(answer.get("reason") or "")
    return word if word == "conflict" else ": ".join(filter(None, (word, reason)))


def _documents_of(rows: Iterable[Value]) -> Iterator[Value]:
    for row in rows:
        document = row.get("doc")
        if isinstance(document, dict) and not str(row.get("id")).startswith("_design/"):
            yield document


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


_NOT_COUCHDB = "answers with something else than CouchDB; check the address"
_STATUS = {
    401: "refuses the user; give user:password@ in the address, or set COUCHDB_USER and"
    " COUCHDB_PASSWORD, or name the host in ~/.netrc",
    403: "does not let this user read it; name another user",
    404: "there is no such database; check the address",
}


def _reason(error: Exception) -> str:
    """Say why there is no answer; what the exception says may quote what must not be shown."""
    cause = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(cause, SSLError):
        return "its certificate cannot be verified"
    if isinstance(cause, TimeoutError) and not isinstance(cause, NewConnectionError):
        return "does not answer in time"
    return "cannot be reached"


def database(address: str, option: str) -> Database:
    """Find what the address given to an option names: `couchdb` is http, on its own port.

    A path ends in the database, or is where CouchDB stands behind a proxy. Credentials are those
    of the address, else of COUCHDB_USER and COUCHDB_PASSWORD, else of netrc.
    Raises UserError for what is no address.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UserError(f"{option}: is no address of a CouchDB; check its host") from None
    if not address.startswith(DATABASE_SCHEMES) or not parts.hostname:
        raise UserError(f"{option}: is no address; give one such as couchdb://127.0.0.1:5984")
    scheme = "https" if parts.scheme == "https" else "http"
    port = port or {"couchdb": 5984}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/")
    if not unquote(path).endswith(DATABASE.partition("/")[2]):
        path += f"/{quote(DATABASE, safe='')}"
    name = f"{scheme}://{host}{f':{port}' if port else ''}{path}"
    return Database(name, _credentials(parts.username, parts.password, parts.hostname))


def _credentials(user: str | None, password: str | None, host: str) -> tuple[str, str] | None:
    if user is not None:
        return unquote(user), unquote(password or os.environ.get("COUCHDB_PASSWORD", ""))
    if os.environ.get("COUCHDB_USER"):
        return os.environ["COUCHDB_USER"], os.environ.get("COUCHDB_PASSWORD", "")
    try:
        found = netrc(os.environ.get("NETRC")).authenticators(host)
    except FileNotFoundError:
        return None
    except (NetrcParseError, OSError, UnicodeDecodeError):
        raise UserError("netrc: cannot be read; mend it, or set COUCHDB_USER") from None
    return (found[0], found[2] or "") if found else None
