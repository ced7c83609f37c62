from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.demo.homes import Home
from wattloom.db import Database

NOW = datetime(2026, 5, 12, 13, 50, tzinfo=UTC)


@pytest.fixture
def home(database: Database, belief_store: Any, tmp_path: Path) -> Home:
    """A demo home that is not set up yet."""
    return Home(database, belief_store, tmp_path, NOW)
