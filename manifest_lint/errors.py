"""The one error type meant for a person, and the one that ends a run."""


class UserError(Exception):
    """The tool could not do its work, and the person who started it can fix that.

    The message is one line that names the file and the fix. The command line prints it and
    exits with 2; any other exception is a bug of ours.
    """


class Interrupted(BaseException):
    """Somebody has stopped the run: what is unfinished is cleaned up on the way out."""


class Skipped(Exception):
    """What a rule needs cannot be had here: the report says that it was skipped, and why."""
