"""How large an archive may be; apart, as an archive is read before anything else is loaded."""

SIZE_LIMIT = 20 * 1024 * 1024
"""The registry refuses an archive of this many bytes [cozy-apps-registry registry/registry.go]."""
