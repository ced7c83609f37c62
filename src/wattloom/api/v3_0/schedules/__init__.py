"""Schedules as clients ask for them and see them."""
