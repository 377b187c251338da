"""Tests of `manifest_lint.editor`."""
