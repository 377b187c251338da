"""Tests of `manifest_lint.cli`."""
