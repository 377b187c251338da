"""The commands, one module each: they print, read the environment, and return an exit code."""
