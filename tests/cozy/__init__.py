"""Tests of `manifest_lint.cozy`."""
