"""One JSON file: its value as Go reads it, why it is none, places, where secrets are."""
