"""What explains the product: the guide, and the description of the API."""
