"""Tests of `manifest_lint.config`."""
