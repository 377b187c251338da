"""Tests of `manifest_lint.archive`."""
