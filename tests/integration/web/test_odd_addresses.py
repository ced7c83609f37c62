"""Addresses of pages that nobody would come by, but somebody types."""

import pytest

from tests.factories import make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.db import Database

LISTS = ["/assets", "/dashboard", "/users", "/accounts", "/tasks", "/assets/{site}/auditlog"]
INSTANT = "start_time=2026-03-01T00:00:00Z&end_time=2026-03-01T00:00:00"


@pytest.fixture
def admin(browser: Browser, home: Home, database: Database) -> Browser:
    """A browser in which an admin is logged in."""
    with database.write() as connection:
        make_user(connection, email="boss@example.com", account_id=home.account_id, roles=("admin",))
    browser.log_in("boss@example.com")
    return browser


# Databases limit how deep conditions may be nested, and how long a text they compare with.
@pytest.mark.parametrize("words", ["+".join(["a"] * 1500), "a" * 60_000], ids=["many", "long"])
def test_lists_can_be_searched_for_anything(admin: Browser, home: Home, words: str) -> None:
    found = {path: admin.get(f"{path.format(site=home.site_id)}?filter={words}").status_code for path in LISTS}

    assert found == dict.fromkeys(LISTS, 200)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("sensors=99999999999999999999", 200),
        ("sensors=2147483648,-9999999999", 200),
        (f"{INSTANT}.001Z", 200),
        (f"{INSTANT}.000999Z", 422),
        (f"{INSTANT}Z", 422),
    ],
)
def test_graphs_can_be_asked_for_anything(admin: Browser, home: Home, query: str, status: int) -> None:
    assert admin.get(f"/assets/{home.site_id}/graphs?{query}").status_code == status
