"""A secret in every place that may have one, and every output that must not have it."""
