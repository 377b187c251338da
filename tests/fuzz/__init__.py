"""Fuzzing: thousands of changed inputs for each reader of files, and what must hold for all."""
