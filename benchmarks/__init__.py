"""How long manifest-lint takes, next to what a user would run instead: `python -m benchmarks`."""
