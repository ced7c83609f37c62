"""Assets as clients see them."""
