"""Schedules explained, and schedules that nobody records."""
