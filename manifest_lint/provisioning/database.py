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
    """A database of account types, as network.couchdb has it. Each method may raise UserError."""

    @property
    def name(self) -> str:
        """Its address, without credentials."""

    def address(self, id: str) -> str:
        """Return the address of a document."""

    def exists(self) -> bool:
        """Return whether there is such a database."""

    def create(self) -> None:
        """Create the database, unless there is one."""

    def get(self, ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the documents with some ids, by their ids; without those that are not there."""

    def values(self) -> Iterable[Mapping[str, Any]]:
        """Return every document, but design documents."""

    def put(self, documents: Sequence[dict[str, Any]]) -> Mapping[str, Refusal]:
        """Write documents whose `_rev` is still the one that is there.

        Returns why the others were not written, by their ids.
        """
