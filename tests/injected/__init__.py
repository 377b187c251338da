"""Commands that write, stopped and made to fail at each system call, and two of them at once."""
