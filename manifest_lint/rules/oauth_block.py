"""S010 to S014: the rest of the `oauth` object, and what goes with it."""
