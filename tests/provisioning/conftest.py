"""A CouchDB for the tests of provisioning."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.servers import couchdb
from tests.servers.database import asked

_numbers = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with couchdb(tmp_path_factory.mktemp("couchdb")) as origin:
        yield origin


@pytest.fixture
def database(server: str) -> str:
    """Return the address of an empty database."""
    address = f"{server}/test{next(_numbers)}%2Fio-cozy-account_types"
    asked("PUT", address)
    return address
