"""Users as clients see them."""
