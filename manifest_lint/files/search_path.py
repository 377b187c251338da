"""Where Python looks for modules: in the environment we are installed in, not in what we check.

`python -m` puts the current folder first, and so does an empty part of PYTHONPATH. A connector's
repository could contain a module with the name of a plugin, or of a standard library module, and
have it run. So this module and the package's `__init__` import only modules that Python has loaded
already. [Python, "sys.path" and "PYTHONPATH"]
"""

import os
import sys

_ROOT = os.path.realpath(f"{__file__}/../../..")
"""The folder that this package is in."""


def of_environment(path: list[str]) -> list[str]:
    """Return the folders of a search path without the current one, unless this package is in it."""
    try:
        here = os.path.realpath(os.curdir)
    except OSError:  # it has been deleted
        return [folder for folder in path if folder]
    if here == _ROOT:
        return list(path)
    return [folder for folder in path if os.path.realpath(folder) != here]


def leave_current_folder_out() -> None:
    """Remove the current folder from this program's search path."""
    sys.path[:] = of_environment(sys.path)
