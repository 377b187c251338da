"""Tests of `manifest_lint.text`."""
