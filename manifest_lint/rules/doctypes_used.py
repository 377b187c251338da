"""P008: the doctypes that the sources use."""
