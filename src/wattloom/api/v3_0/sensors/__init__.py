"""Sensors and their data as clients see them."""
