"""What is published, and where. Nothing else says so: change it here on the day that it changes.

What `init` accepts and writes follows, and so do the pages: `python -m tests.install_pages` writes
their lines again, and a test compares them.
"""

REPOSITORY = ""
"""The public address of the repository, as git clones it; empty while there is none."""

DOCUMENTATION = ""
"""The public address of the site that `make docs` builds, with a slash at its end, or empty."""

ON_INDEX = False
"""Whether the package index of Python has our `manifest-lint`.

Until then, nothing that we write names it there: whoever registered the name would be installed.
"""
