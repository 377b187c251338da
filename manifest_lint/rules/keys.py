"""M001, M003 and J006: which keys are there."""
