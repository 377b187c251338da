"""What `manifest-lint login` says of each fault of a connector, at a real provider.

`python -m tests.login_faults` tries them all and prints the results as a table.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import click

from manifest_lint.api.tokens import Options, login
from manifest_lint.errors import UserError
from manifest_lint.reports.login import text
from tests.provider_faults import FAULTS, Fault
from tests.provider_login import DOMAIN, Kind
from tests.real_login import Providers, connector, person, real_providers


def said(folder: Path, fault: Fault, running: Providers) -> list[str]:
    """Return the lines that the command prints for a fault."""
    connector(folder, running[fault.kind], fault.scope, **fault.changes)
    options = Options(environment={}, now=time.time, path=folder, domain=DOMAIN, check_only=True)
    try:
        done = login(options, person)
    except UserError as error:
        return [f"manifest-lint: {str(error).replace(f'{folder}/', '')}"]
    return [click.unstyle(line) for line in text(done)]


def _table() -> Iterator[str]:
    yield "| fault | the provider's answer | what the command says |"
    yield "|---|---|---|"
    with TemporaryDirectory() as name:
        folder = Path(name)
        with real_providers(folder, get_args(Kind)) as running:
            for fault in FAULTS:
                lines = said(folder, fault, running)
                yield f"| {fault.name} | {fault.answer} | {'<br>'.join(lines)} |"


if __name__ == "__main__":
    for line in _table():
        print(line)
