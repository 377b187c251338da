"""Tests of `manifest_lint.bundle`."""
