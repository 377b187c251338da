"""What provisioning needs of a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol


class Refusal(Protocol):
    """Why a database did not write a document; its `str` is for people, without secrets."""

    @property
    def error(self) -> str:
        """A word: `conflict` where another client changed the document meanwhile."""


class Database(Protocol):
    """A database of account types, as in network.couchdb. Each method may raise UserError."""

    @property
    def name(self) -> str:
        """Its address, without credentials."""

    def address(self, id: str) -> str:
        """Return the address of a document."""

    def exists(self) -> bool:
        """Return whether the database exists."""

    def create(self) -> None:
        """Create the database, unless it exists."""

    def get(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the documents with these ids, by their ids; missing ones are left out."""

    def values(self) -> Iterable[Mapping[str, Any]]:
        """Return every document except design documents."""

    def put(self, documents: Sequence[dict[str, Any]]) -> Mapping[str, Refusal]:
        """Write the documents whose `_rev` is still the database's.

        Returns why the others were not written, by their ids.
        """
