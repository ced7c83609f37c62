"""What may stand in a flex-config, and what the server would say of one, for editors."""
