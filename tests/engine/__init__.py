"""Tests of `manifest_lint.engine`."""
