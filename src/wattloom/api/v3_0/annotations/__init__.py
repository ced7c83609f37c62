"""Annotations as clients send and see them."""
