"""Run the rules, suppress findings, compare with a baseline, fix files, and report the result."""
