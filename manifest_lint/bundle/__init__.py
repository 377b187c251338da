"""Packaging: what is packed, the archive, what is proved of it, and what is written beside it."""
