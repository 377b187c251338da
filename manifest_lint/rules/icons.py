"""F002: what the icon is."""
