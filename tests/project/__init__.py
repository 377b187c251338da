"""Tests of `manifest_lint.project`."""
