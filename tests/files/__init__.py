"""Tests of `manifest_lint.files`."""
