"""Tests of `manifest_lint.provisioning`."""
