"""Tests of `manifest_lint.scaffold`."""
