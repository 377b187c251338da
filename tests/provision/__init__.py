"""Tests of `manifest_lint.provision`."""
