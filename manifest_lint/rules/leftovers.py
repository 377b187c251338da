"""M011, M017, M022 and M026: what a copy has left, and small things."""
