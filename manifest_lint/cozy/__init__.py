"""The platform: what stack, registry and CouchDB refuse; Go's URLs; permissions; vocabulary."""
