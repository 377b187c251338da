"""Plan and apply account types."""
