"""M015, M016 and M024: addresses."""
