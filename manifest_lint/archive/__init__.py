"""A tar as the registry reads it, within bounds, and what never belongs in one."""
