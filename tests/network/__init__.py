"""Tests of `manifest_lint.network`."""
