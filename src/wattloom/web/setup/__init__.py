"""The first run: the first account of a server, and from an empty account to a site with its first plan."""
