"""Housekeeping goes on whatever the database says."""

import threading

import pytest
from sqlalchemy.exc import ProgrammingError

from wattloom.errors import UnavailableError
from wattloom.server.housekeeping import repeating


@pytest.mark.parametrize("error", [UnavailableError("busy"), ProgrammingError("DELETE", {}, Exception("no table"))])
def test_action_is_repeated_after_a_failure(error: Exception) -> None:
    n_rounds, has_been_repeated = 0, threading.Event()

    def fail() -> None:
        nonlocal n_rounds
        n_rounds += 1
        if n_rounds > 1:
            has_been_repeated.set()
        raise error

    with repeating("test", fail, every_s=0.001):
        assert has_been_repeated.wait(5)
