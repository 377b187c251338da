"""The commands, one module each: they print, read the environment, and give an exit code."""
