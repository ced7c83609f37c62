"""How users want pages to look, as clients send it."""
