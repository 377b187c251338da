"""Tests of `manifest_lint.oauth`."""
