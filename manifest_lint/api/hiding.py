"""What hides the secrets that a connector's files and variables have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from manifest_lint.api.settings import PathLike, config_of, overrides_of
from manifest_lint.errors import UserError
from manifest_lint.project.connector import MANIFEST_NAME
from manifest_lint.project.sources import Fetched, Sources, gather

if TYPE_CHECKING:
    from manifest_lint.document.masking import Hider


def known_secrets(
    path: PathLike,
    *,
    account_types: PathLike | Iterable[PathLike] = (),
    fetched: Iterable[Fetched] = (),
    environment: Mapping[str, str],
    config: PathLike | None = None,
    isolated: bool = False,
) -> Hider:
    """Return what hides the secrets that a build of a connector knows, in any text.

    `path` is in the connector's folder, or the folder. The others are as for `build`. What cannot
    be read has no secrets here: whatever reads it next reports that.
    """
    from manifest_lint.bundle.build import candidates  # only for what runs a build, or shows it
    from manifest_lint.bundle.known import known_of
    from manifest_lint.engine.hider import hider_of

    path = Path(path)
    manifest = (path if path.is_dir() else path.parent) / MANIFEST_NAME
    overrides = overrides_of(account_types)
    settings_of = config_of(config, isolated=isolated, overrides=overrides)
    try:
        source = gather(
            [manifest], overrides.account_types, None, settings_of, fetched=tuple(fetched)
        )
    except UserError:
        source = Sources()
    known = known_of(candidates(source, settings_of(manifest), environment))
    found = (one.secret.reveal() for one in known)
    return hider_of(*source.documents.values(), others=found)


@contextmanager
def hidden_errors(known: Callable[[], Hider]) -> Iterator[None]:
    """Hide secrets in the UserErrors of what is run: a path or an option may have one by mistake.

    `known` returns what hides them, and is only called for an error.
    """
    try:
        yield
    except UserError as error:
        try:
            hide = known()
        except UserError:  # nothing is known; most likely it is the same error
            raise error from None
        raise UserError(hide(str(error))) from None
