"""The two HTTP clients: for CouchDB, and for the metadata of providers."""
