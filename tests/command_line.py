"""Running commands in this process."""

from collections.abc import Callable

Run = Callable[..., tuple[int, str]]
"""Runs a command on the test's database; returns its exit code and all that it printed."""
