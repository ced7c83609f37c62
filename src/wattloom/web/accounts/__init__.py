"""Pages about accounts and their users, and everybody's own."""
