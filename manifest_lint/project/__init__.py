"""From paths to connectors: what is found, what is read, what belongs together."""
