"""X002, X003, X004, X006 and R008: between several connectors and account types."""
