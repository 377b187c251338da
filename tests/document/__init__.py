"""Tests of `manifest_lint.document`."""
