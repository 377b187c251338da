"""Tests of `manifest_lint.rules`."""
