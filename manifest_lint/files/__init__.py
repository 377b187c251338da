"""The disk, and git: the only package that starts git."""
