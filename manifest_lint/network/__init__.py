"""HTTP clients for CouchDB and providers, and what listens for a browser."""
