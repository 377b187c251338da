"""Read the address of a CouchDB from an option, and find the user and password for it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlsplit

from manifest_lint.errors import UserError

DATABASE_SCHEMES = ("couchdb://", "http://", "https://")
"""How the address of a live CouchDB starts."""

DATABASE = "secrets/io-cozy-account_types"
"""The database of the stack's account types [cozy-stack pkg/consts, pkg/couchdb]."""

Credentials = tuple[str, str]
"""A user and a password."""


def parse(
    address: str, option: str, environment: Mapping[str, str]
) -> tuple[str, Credentials | None]:
    """Return the URL of a database, without credentials, and the credentials.

    `couchdb` means http, on CouchDB's own port. A path ends in the name of the database, or leads
    to a CouchDB at a reverse proxy. Credentials are those of the address, else of COUCHDB_USER and
    COUCHDB_PASSWORD, else of netrc. `option` is the option's name, for messages. Raises UserError
    for an invalid address.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise UserError(f"{option}: is not a valid address; check its host and port") from None
    if not address.lower().startswith(DATABASE_SCHEMES) or not parts.hostname:
        raise UserError(f"{option}: is not an address; give one such as couchdb://127.0.0.1:5984")
    scheme = "https" if parts.scheme == "https" else "http"
    port = port or {"couchdb": 5984}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    path = parts.path.rstrip("/")
    if not unquote(path).endswith(DATABASE.partition("/")[2]):
        path += f"/{quote(DATABASE, safe='')}"
    name = f"{scheme}://{host}{f':{port}' if port else ''}{path}"
    return name, _credentials(parts.username, parts.password, parts.hostname, environment)


def _credentials(
    user: str | None, password: str | None, host: str, environment: Mapping[str, str]
) -> Credentials | None:
    if user is not None:
        return _plain(user), _plain(password or environment.get("COUCHDB_PASSWORD", ""))
    if environment.get("COUCHDB_USER"):
        return environment["COUCHDB_USER"], environment.get("COUCHDB_PASSWORD", "")
    from netrc import NetrcParseError, netrc  # only for a database

    try:
        # Without a name, netrc finds the file in the home folder, and checks its owner.
        found = netrc(environment.get("NETRC")).authenticators(host)
    except FileNotFoundError:
        return None
    except NetrcParseError as error:
        # Other messages of netrc may quote a password.
        if "permissive" in str(error):
            why = "may be read by others; run chmod 600 on it, or set COUCHDB_USER"
        else:
            why = "is not a valid netrc file; fix it, or set COUCHDB_USER"
        raise UserError(f"netrc: {why}") from None
    except (OSError, UnicodeDecodeError):
        raise UserError("netrc: cannot be read; fix it, or set COUCHDB_USER") from None
    return (found[0], found[2] or "") if found else None


def _plain(text: str) -> str:
    """Return a part of a URL without its percent-encoding; bytes that are not UTF-8 stay."""
    return unquote(text, errors="surrogateescape")
