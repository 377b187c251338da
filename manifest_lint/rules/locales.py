"""L: the texts of each language."""
