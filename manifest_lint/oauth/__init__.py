"""Account types, scope, redirect URI, and each request of a login."""
