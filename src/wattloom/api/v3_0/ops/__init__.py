"""Reports of tasks that run outside of the server, for monitoring."""
