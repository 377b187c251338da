"""A004, A006 and A007: the service's own addresses."""
