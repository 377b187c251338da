"""A module a format: of findings, previews and plans."""
