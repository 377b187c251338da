"""The sources of a connector: which files they are, and their text."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from manifest_lint.errors import UserError

if TYPE_CHECKING:
    from manifest_lint.files.disk import Files

MOST_FILES = 2_000
"""At most this many sources are read."""

_SOURCE = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".cts", ".mts", ".tsx")
_TEST_FOLDERS = frozenset(("test", "tests", "fixtures", "mocks"))
_TEST_ENDS = (".spec", ".test", ".stories", ".d")
_MOST_BYTES = 1024 * 1024


def source_paths(files: Files) -> list[str]:
    """Return the paths of the sources in `src/`, without tests; one more than are read if many."""
    listed = (path for path in files.list("src/") if path.endswith(_SOURCE))
    return [*islice((path for path in listed if not _is_test(path)), MOST_FILES + 1)]


def _is_test(path: str) -> bool:
    """Return whether a source is in a folder of tests, or has an ending such as `.spec.js`."""
    *folders, name = path.split("/")
    return name.rpartition(".")[0].endswith(_TEST_ENDS) or any(
        folder in _TEST_FOLDERS
        or (folder[:2] == folder[-2:] == "__" and folder[2:-2].replace("_", "a").isalnum())
        for folder in folders
    )


def read_source(files: Files, path: str) -> bytes | None:
    """Return a source; None for one that is too long, was just deleted or cannot be read."""
    try:
        source = files.read(path, _MOST_BYTES + 1)
    except UserError:
        return None
    return source if len(source) <= _MOST_BYTES else None
