"""Time limits for the network, in seconds."""

from __future__ import annotations

COUCHDB_REQUEST = 30.0
"""One request to CouchDB, from looking up its name to the last byte, with all retries."""

COUCHDB_READING = 300.0
"""Reading a whole database, with a request for every 200 documents."""

PROVIDER_REQUEST = 5.0
"""One request to a provider, from looking up its name to the last byte."""

TOKEN_REQUEST = 15.0
"""One request to a token endpoint [cozy-stack model/account/type.go, accountsClient]."""
