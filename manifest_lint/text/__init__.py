"""Words for people: plurals, nearest names, what a terminal can show."""
