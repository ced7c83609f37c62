"""A site to be planned, on both databases."""

import pytest

from tests.planning import Planner
from wattloom.db import Database


@pytest.fixture
def planner(database: Database) -> Planner:
    """A site with a battery, and prices for one day."""
    return Planner.on(database)
