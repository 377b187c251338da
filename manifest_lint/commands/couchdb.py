"""Account types from a live CouchDB, as the stack keeps them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from netrc import NetrcParseError, netrc
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError, SSLError, TimeoutError

from manifest_lint.document import READ_LIMIT
from manifest_lint.errors import UserError
from manifest_lint.sources import Fetched

DATABASE = "secrets/io-cozy-account_types"
"""The database of the stack's account types [cozy-stack pkg/consts, pkg/couchdb]."""

_PAGE = 200
_MOST_BYTES = 5 * READ_LIMIT
_TIMEOUT = urllib3.Timeout(connect=5, read=15)
_AGAIN = urllib3.Retry(
    total=3,
    backoff_factor=0.3,
    redirect=False,
    status_forcelist=(429, 502, 503, 504),
    raise_on_status=False,
    respect_retry_after_header=False,
)


@dataclass(frozen=True)
class Database:
    """A database of account types: `name` is its address without credentials.

    `credentials` are user and password; a repr does not show them.
    """

    name: str
    credentials: tuple[str, str] | None

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    def documents(self) -> Iterator[Fetched]:
        """Read every document, page by page; design documents are passed over.

        Raises UserError where that cannot be: the server is down, refuses the user, has no such
        database, or answers with what is not CouchDB's.
        """
        read, start = 0, ""
        while True:
            page, size = self._page(start)
            read += size
            if read > _MOST_BYTES:
                megabytes = _MOST_BYTES // 1024 // 1024
                raise UserError(f"{self.name}: holds more than {megabytes} MiB; give a dump of it")
            for row in page[:_PAGE]:
                document = row.get("doc")
                if isinstance(document, dict) and not str(row.get("id")).startswith("_design/"):
                    text = json.dumps(document, indent=2, ensure_ascii=False)
                    name = f"{self.name}/{quote(str(row.get('id')), safe='')}"
                    yield Fetched(name, text.encode("utf-8", "surrogatepass"))
            if len(page) <= _PAGE:
                return
            before, start = start, str(page[_PAGE].get("id"))
            if start == before:
                raise UserError(f"{self.name}: {_NOT_COUCHDB}")

    def _page(self, start: str) -> tuple[list[dict[str, Any]], int]:
        """Give the rows from an id on, one more than a page has if there are more, and the size."""
        fields = {"include_docs": "true", "limit": str(_PAGE + 1)}
        if start:
            fields["startkey"] = json.dumps(start)
        headers = {"Accept": "application/json"}
        if self.credentials:
            headers |= urllib3.make_headers(basic_auth=":".join(self.credentials))
        try:
            with urllib3.PoolManager(retries=_AGAIN, timeout=_TIMEOUT) as pool:
                response = pool.request(
                    "GET",
                    f"{self.name}/_all_docs",
                    fields=fields,
                    headers=headers,
                    preload_content=False,
                    redirect=False,
                )
                status = response.status
                data = response.read(READ_LIMIT + 1) if status == 200 else b""
                response.release_conn()
        except HTTPError as error:
            raise UserError(f"{self.name}: {_reason(error)}; check the address") from None
        if status != 200:
            raise UserError(f"{self.name}: {_STATUS.get(status, f'answers with status {status}')}")
        if len(data) > READ_LIMIT:
            size = f"{READ_LIMIT // 1024 // 1024} MiB"
            raise UserError(f"{self.name}: answers with more than {size}, more than is read")
        try:
            rows = json.loads(data)["rows"]
            if all(isinstance(row, dict) for row in rows):
                return list(rows), len(data)
        except (ValueError, RecursionError, KeyError, TypeError):
            pass
        raise UserError(f"{self.name}: {_NOT_COUCHDB}")


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


def database(address: str) -> Database:
    """Find what an address names: `couchdb://`, `http://` or `https://`, with a path or without.

    `couchdb` is http. A path ends in the database, or is where CouchDB stands behind a proxy.
    Credentials are those of the address, else of COUCHDB_USER and COUCHDB_PASSWORD, else of netrc.
    Raises UserError for what is no address.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UserError("--account-types: is no address of a CouchDB; check its host") from None
    if not parts.hostname:
        raise UserError("--account-types: has no host; give one as in couchdb://127.0.0.1:5984")
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
