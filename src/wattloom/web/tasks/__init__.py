"""All background work of the server, for those who run it."""
