"""Mutation testing of the six folders that decide what is reported: `make mutants`.

cosmic-ray makes the mutants: mutmut 3 leaves out each function with a decorator, so all rules, and
all that is outside of functions, so each table and each limit.
"""

FOLDERS = ("rules", "oauth", "cozy", "archive", "bundle", "engine")
"""The folders of manifest_lint/ in which mutants are made."""
