"""How long manifest-lint takes, beside what a user would run instead: `python -m benchmarks`."""
