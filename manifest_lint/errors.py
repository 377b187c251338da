"""The error for users, the one that ends a run, and the one that skips a rule."""


class UserError(Exception):
    """The tool could not do its work, and the user can fix that.

    The message is one line that names the file and the fix. The command line prints it and exits
    with 2. Any other exception is a bug in manifest-lint.
    """


class Interrupted(BaseException):
    """The user has stopped the run; unfinished work is cleaned up on the way out."""


class Skipped(Exception):
    """A rule lacks something that it needs; the report says that it was skipped, and why."""
