"""Read and write the account types in the stack's CouchDB."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from manifest_lint.document.document import READ_LIMIT
from manifest_lint.errors import UserError
from manifest_lint.network import address as addresses
from manifest_lint.network.address import Credentials
from manifest_lint.network.failure import Failure
from manifest_lint.network.http import Client, Request, Response
from manifest_lint.network.limits import COUCHDB_READING, COUCHDB_REQUEST
from manifest_lint.network.proxies import basic
from manifest_lint.network.refusal import Refusal, words_of
from manifest_lint.project.sources import Fetched

Value = dict[str, Any]
"""A document, with its `_id` and, if it was read, its `_rev`."""

_PAGE = 200
_BATCH = 100
_MOST_BYTES = 5 * READ_LIMIT
_MOST_WORDS = 64 * 1024
_DEEPEST = 500
"""Nesting of a document: Python's recursion limit is 1,000, and reading one needs a part of it."""
_RETRIES = 3
_WRITTEN = (200, 201, 202)
_REFUSES_A_DOCUMENT = (400, 412, 413)
"""What CouchDB answers to a whole batch because of one document in it [run: CouchDB 3.4.3]."""


@dataclass(frozen=True)
class Limits:
    """How many seconds one request may take, and how many reading all documents may."""

    request: float = COUCHDB_REQUEST
    reading: float = COUCHDB_READING


@dataclass(frozen=True)
class Database:
    """A database of account types: `name` is its address without credentials.

    `credentials` are user and password; the repr does not show them. Every method raises UserError
    if the server is down or too slow, refuses the user, does not have the database, or is not a
    CouchDB.
    """

    name: str
    credentials: Credentials | None
    client: Client
    limits: Limits = field(default_factory=Limits)

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    def address(self, id: str) -> str:
        """Return the address of a document."""
        return f"{self.name}/{quote(id, safe='', errors='surrogatepass')}"

    def exists(self) -> bool:
        """Return whether the database exists."""
        return self._send("GET", may_be=(200, 404)).status == 200

    def create(self) -> None:
        """Create the database, unless it exists."""
        self._send("PUT", may_be=(201, 202, 412))

    def documents(self) -> Iterator[Fetched]:
        """Yield every document, as text."""
        for value in self.values():
            yield Fetched.of(self.address(str(value.get("_id"))), value)

    def values(self) -> Iterator[Value]:
        """Yield every document, read page by page; design documents are skipped."""
        end = time.monotonic() + self.limits.reading
        read, start = 0, ""
        while True:
            fields = {"include_docs": "true", "limit": str(_PAGE + 1)}
            if start:
                fields["startkey"] = json.dumps(start)
            page, size = self._rows("GET", fields, end)
            read += size
            if read > _MOST_BYTES:
                megabytes = _MOST_BYTES // 1024 // 1024
                raise UserError(f"{self.name}: holds more than {megabytes} MiB; use a dump of it")
            yield from self._documents_of(page[:_PAGE])
            if len(page) <= _PAGE:
                return
            before, start = start, str(page[_PAGE].get("id"))
            if start == before:
                raise UserError(f"{self.name}: {_NOT_COUCHDB}")

    def get(self, ids: Sequence[str]) -> dict[str, Value]:
        """Return the documents with these ids, by their ids; missing ones are left out."""
        end = time.monotonic() + self.limits.reading
        found: dict[str, Value] = {}
        for batch in _batches(ids, _PAGE):
            rows, _ = self._rows("POST", {"include_docs": "true"}, end, {"keys": batch})
            found |= {str(value.get("_id")): value for value in self._documents_of(rows)}
        return found

    def put(self, documents: Sequence[Value]) -> Mapping[str, Refusal]:
        """Write documents, each only if its `_rev` is still the database's.

        Returns why CouchDB has not written the others, by their ids: the error is `conflict` if
        another client has written meanwhile. What was written before a failure stays.
        """
        refused: dict[str, Refusal] = {}
        for batch in _batches(documents, _BATCH):
            refused |= self._put(batch)
        return refused

    def _put(self, batch: list[Value]) -> dict[str, Refusal]:
        """Write a batch; if it is refused, write each half by itself."""
        may_be = (*_WRITTEN, *_REFUSES_A_DOCUMENT)
        response = self._send("POST", "_bulk_docs", body={"docs": batch}, may_be=may_be)
        if response.status not in _WRITTEN:
            if len(batch) > 1:
                middle = len(batch) // 2
                return self._put(batch[:middle]) | self._put(batch[middle:])
            refusal = words_of(response.data, self._hidden(batch))
            return {str(batch[0]["_id"]): refusal or Refusal(f"status {response.status}")}
        data = self._decoded(response)
        if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
            raise UserError(f"{self.name}: {_NOT_COUCHDB}")
        return {
            str(one.get("id")): Refusal.of(one, self._hidden(batch))
            for one in data
            if "error" in one
        }

    def _rows(
        self, method: str, fields: Mapping[str, str], end: float, body: Any = None
    ) -> tuple[list[Value], int]:
        """Return rows of `_all_docs`, and their size in bytes; all must be read by `end`."""
        seconds = min(self.limits.request, end - time.monotonic())
        try:
            if seconds <= 0:
                raise Failure("no answer in time")
            response = self._answer(method, "_all_docs", fields, body, (200,), seconds)
        except Failure as failure:
            if time.monotonic() >= end:
                whole = f"was not read within {self.limits.reading:g} seconds; use a dump of it"
                raise UserError(f"{self.name}: {whole}") from None
            raise self._unreachable(failure) from None
        data = self._decoded(response)
        rows = data.get("rows") if isinstance(data, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UserError(f"{self.name}: {_NOT_COUCHDB}")
        return rows, len(response.data)

    def _send(
        self, method: str, path: str = "", body: Any = None, may_be: tuple[int, ...] = (200,)
    ) -> Response:
        try:
            return self._answer(method, path, {}, body, may_be, self.limits.request)
        except Failure as failure:
            raise self._unreachable(failure) from None

    def _answer(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str],
        body: Any,
        may_be: tuple[int, ...],
        seconds: float,
    ) -> Response:
        """Return a response with a status in `may_be`. Raises Failure if there is no response."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.credentials:
            headers["Authorization"] = basic(*map(_bytes, self.credentials))
        url = f"{self.name}/{path}".rstrip("/")
        response = self.client.send(
            Request(
                method,
                f"{url}?{urlencode(fields)}" if fields else url,
                seconds,
                lambda status: READ_LIMIT if status in may_be else _MOST_WORDS,
                body=None if body is None else json.dumps(body).encode(),
                headers=headers,
                # A document that was written already is not written again: its `_rev` is old.
                retries=_RETRIES,
            )
        )
        if response.status not in may_be:
            why = _STATUS.get(response.status, f"answers with status {response.status}")
            if response.is_redirect:
                why += ", a redirect, which is not followed; give the address it leads to"
            documents = body["docs"] if isinstance(body, dict) and "docs" in body else []
            said = words_of(response.data, self._hidden(documents))
            raise UserError(f"{self.name}: {why}{f' (CouchDB says {said})' if said else ''}")
        if len(response.data) > READ_LIMIT:
            size = f"{READ_LIMIT // 1024 // 1024} MiB"
            raise UserError(f"{self.name}: answers with more than {size}, the limit; use a dump")
        return response

    def _decoded(self, response: Response) -> Any:
        try:
            return json.loads(response.data)
        except ValueError:
            raise UserError(f"{self.name}: {_NOT_COUCHDB}") from None
        except RecursionError:
            raise UserError(f"{self.name}: answers with JSON that {_TOO_DEEP}") from None

    def _documents_of(self, rows: Iterable[Value]) -> Iterator[Value]:
        """Yield the documents in rows, except design documents; UserError if one is too deep."""
        for row in rows:
            document = row.get("doc")
            id = str(row.get("id"))
            if isinstance(document, dict) and not id.startswith("_design/"):
                if _is_deep(document):
                    raise UserError(f"{self.address(id)}: {_TOO_DEEP}")
                yield document

    def _hidden(self, documents: Iterable[Value]) -> list[Any]:
        """Return the documents and credentials whose secrets CouchDB's messages must not show."""
        password = self.credentials[1] if self.credentials else ""
        return [*documents, {"password": password}]

    def _unreachable(self, failure: Failure) -> UserError:
        return UserError(f"{self.name}: {failure.words()}; check the address")


def _is_deep(document: Value) -> bool:
    level: list[Any] = [document]
    for _ in range(_DEEPEST):
        level = [
            inner
            for around in level
            for inner in (around.values() if isinstance(around, dict) else around)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def _batches(items: Sequence[Any], size: int) -> Iterator[list[Any]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


_TOO_DEEP = f"is nested more than {_DEEPEST} deep; flatten or delete that document"
_NOT_COUCHDB = "does not answer like a CouchDB; check the address"
_STATUS = {
    401: "refuses the user; give user:password@ in the address, or set COUCHDB_USER and"
    " COUCHDB_PASSWORD, or name the host in ~/.netrc",
    403: "does not let this user read it; use another user",
    404: "the database does not exist; check the address",
}


def database(
    address: str, option: str, environment: Mapping[str, str], limits: Limits | None = None
) -> Database:
    """Return the database at the address that was given to an option.

    See `address.parse` for valid addresses, and `http.Client` for the proxies and certificates that
    the `environment` sets. Raises UserError for an invalid address.
    """
    name, credentials = addresses.parse(address, option, environment)
    return Database(name, credentials, Client(environment), limits or Limits())
