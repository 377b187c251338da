"""Run the rules, suppress, compare with a baseline, fix; and the report that comes of it."""
