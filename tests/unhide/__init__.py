"""Removes each hiding of a secret in turn, to see whether the canary's tests fail."""
