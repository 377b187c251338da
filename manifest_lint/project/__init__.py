"""From paths to connectors: find files, read them, and put together what belongs together."""
