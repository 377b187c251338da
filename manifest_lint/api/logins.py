"""Preview the login of a connector."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from manifest_lint.api.errors import shown_errors
from manifest_lint.api.settings import PathLike, config_of, context_of, overrides_of, unused
from manifest_lint.config.find import Config
from manifest_lint.cozy.domain import normalised
from manifest_lint.document.document import Document
from manifest_lint.engine.hider import hider_of
from manifest_lint.errors import UserError
from manifest_lint.oauth import preview as login
from manifest_lint.oauth.preview import Preview
from manifest_lint.project.connector import MANIFEST_NAME, Connector
from manifest_lint.project.sources import Fetched, gather


@shown_errors
def preview(
    path: PathLike = ".",
    *,
    domain: str | None = None,
    context: str = "",
    account_types: PathLike | Iterable[PathLike] = (),
    config: PathLike | None = None,
    isolated: bool = False,
    fetched: Iterable[Fetched] = (),
) -> Preview:
    """Return what the login of a connector will send, without sending it.

    `path` is a connector's folder or manifest, `domain` an instance's domain as people type it,
    with a port if it has one, and `context` the instance's context. The others are as for `check`.

    Raises UserError if a file cannot be read, the manifest is broken, or a setting is wrong.
    """
    context = context_of(context)
    read = read_login(path, account_types, config, fetched, isolated=isolated)
    given = read.connector.account_types or ()
    hide, skipped = hider_of(*read.documents), unused(read.settings_of)
    return login.preview(
        read.connector.value, given, context, instance_of(domain), skipped, hide=hide
    )


class ReadLogin(NamedTuple):
    """A connector with what its login needs: the settings, and all files, which have secrets."""

    connector: Connector
    settings_of: Config
    documents: tuple[Document, ...]


def read_login(
    path: PathLike,
    account_types: PathLike | Iterable[PathLike],
    config: PathLike | None,
    fetched: Iterable[Fetched],
    *,
    isolated: bool,
) -> ReadLogin:
    """Return the connector at a path; the parameters and errors are those of `preview`."""
    path = Path(path)
    file = path / MANIFEST_NAME if path.is_dir() else path
    if path.is_dir() and not os.path.lexists(os.path.abspath(file)):  # noqa: PTH100
        raise UserError(f"{path}: has no {MANIFEST_NAME}; name the connector's folder")
    overrides = overrides_of(account_types)
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    sources = gather([file], overrides.account_types, None, settings_of, fetched=fetched)
    for document in sources.documents.values():
        if document.is_link_out and document.kind in ("manifest", "account types"):
            raise UserError(f"{document.name}: is a link out of its folder; name the file itself")
        if document.error:
            raise UserError(f"{document.name}: is not JSON; run manifest-lint check, and fix it")
    if len(sources.connectors) != 1:
        raise UserError(f"{file}: is not a manifest; name a connector's folder or its manifest")
    [connector] = sources.connectors
    return ReadLogin(connector, settings_of, tuple(sources.documents.values()))


def instance_of(domain: str | None) -> str | None:
    """Return the domain of an instance as the stack has it. Raises UserError if it is not one."""
    instance = normalised(domain) if domain is not None else None
    if domain is not None and not instance:
        raise UserError(f"--domain: {domain!r} is not a domain; use one such as alice.mycozy.cloud")
    return instance
