"""Code generated from the schemas."""
