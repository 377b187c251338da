"""The one error type meant for a person."""


class UserError(Exception):
    """The tool could not do its work, and the person who started it can mend that.

    The message is one line that names the file and the mend. The command line prints it and
    exits with 2; any other exception is a bug of ours.
    """
