"""One JSON file: its value as Go reads it, why it is not JSON, places, where secrets are."""
