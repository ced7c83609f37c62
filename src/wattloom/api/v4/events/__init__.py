"""What changes, while it changes."""
