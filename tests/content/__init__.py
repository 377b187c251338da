"""Tests of `manifest_lint.content`."""
