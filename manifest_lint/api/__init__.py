"""What manifest-lint does, for programs; the commands call this, and nothing below."""
