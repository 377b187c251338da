"""The two HTTP clients: CouchDB, and what providers publish."""
