"""Where Python looks for modules: in the environment we are installed in, not in what we check.

`python -m` puts the current folder first, and so does an empty part of PYTHONPATH. A connector's
repository could bring a module of a plugin's name, or of the standard library's, and have it run.
[Python, "sys.path" and "PYTHONPATH"]
"""

from __future__ import annotations

# ruff: noqa: PTH120  # loaded before all else: pathlib is not needed here
import os
import sys
from collections.abc import Iterable


def of_environment(path: Iterable[str]) -> list[str]:
    """Return the folders of a search path without the current folder and those below it.

    They stay where they are those of this Python (an environment may be inside a repository) or of
    this package.
    """
    here = os.path.realpath(os.curdir)
    return [folder for folder in path if _is_ours(os.path.realpath(folder), here)]


def leave_current_folder_out() -> None:
    """Take the current folder out of this program's search path."""
    sys.path[:] = of_environment(sys.path)


def _is_ours(folder: str, here: str) -> bool:
    if folder != here and (here == os.path.dirname(here) or not _is_in(folder, here)):
        return True
    package = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
    if folder == package:
        return True
    user = getattr(sys.modules.get("site"), "USER_SITE", None)
    ours = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, user or sys.prefix}
    return folder != here and any(_is_in(folder, os.path.realpath(place)) for place in ours)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
