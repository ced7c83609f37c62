"""Logging in, second factors, forgotten passwords."""
