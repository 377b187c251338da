"""The rules, a module a theme, and what a rule is."""
