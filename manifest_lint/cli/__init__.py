"""The command line: what it prints, when it exits; the clock and the environment are its own."""
