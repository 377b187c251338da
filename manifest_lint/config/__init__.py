"""Settings: finding and reading the configuration."""
