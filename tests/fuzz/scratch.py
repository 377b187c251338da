"""A folder for the files of this process: in memory, where that is possible."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path


@cache
def scratch() -> Path:
    """Return the folder: the root of a repository, so that no configuration above is found."""
    memory = Path("/dev/shm")
    folder = Path(
        tempfile.mkdtemp(prefix="manifest-lint-", dir=memory if memory.is_dir() else None)
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / ".git").mkdir()
    return folder
