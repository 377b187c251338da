"""Try the tests of a mutant, within a limit of CPU time: `python -m tests.mutants.tried FILE…`.

The exit code is 0 if no test fails. A mutant whose tests take too long says so on standard output.
"""

from __future__ import annotations

import resource
import subprocess
import sys

from tests.mutants.choice import SLOW

SECONDS = 300
"""CPU time of one test run: several times what the slowest takes without a mutant."""

TOO_LONG = "the CPU time is up"


def main(files: list[str]) -> int:
    """Run the tests of files in turn until one fails; return the exit code."""
    if not files:
        return 0
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-k", f"not ({SLOW})"]
    plugins = ["cacheprovider", "xdist", "anyio"]
    if not any("/editor/" in file for file in files):
        plugins.append("pytest-lsp")  # it takes a third of the start
    command += [part for name in plugins for part in ("-p", f"no:{name}")]
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    done = subprocess.run([*command, *files])
    if done.returncode < 0:
        print(TOO_LONG)
    return 0 if done.returncode == 5 else done.returncode  # 5: there was no test


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
