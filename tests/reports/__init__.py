"""Tests of `manifest_lint.reports`."""
