"""M012 and M023: the fields that a user fills in."""
