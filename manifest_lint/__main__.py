"""`python -m manifest_lint`, and the installed program."""

import _signal  # type: ignore[import-not-found]  # `signal` without its slow enums
import gc
import os
import sys

gc.disable()  # nothing that is loaded becomes garbage; `run` lets the collector start again

if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until then, Ctrl-C ends without a traceback

from manifest_lint.files.search_path import leave_current_folder_out  # noqa: E402

leave_current_folder_out()  # before anything is imported that the checked folder could bring

if sys.argv[1:2] == ["verify"]:
    from manifest_lint.archive.unpacking import start_early

    start_early(sys.argv[2:])  # in another thread, while click and all else is loaded

from manifest_lint.cli.main import run  # noqa: E402

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit.

    The process ends without freeing each object, which takes a tenth of the time of a short check,
    as that of mypy does. Everything that has to be written or removed is by then.
    """
    code = run()
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream and not stream.closed:
                stream.flush()
    except OSError:  # Python has its own way to say so
        sys.exit(code)
    if "multiprocessing.resource_tracker" in sys.modules:  # processes were spawned, not forked:
        sys.exit(code)  # it would warn of what they have shared
    os._exit(code)


if __name__ == "__main__":
    main()
