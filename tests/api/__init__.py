"""Tests of `manifest_lint.api`."""
