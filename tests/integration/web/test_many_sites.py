"""The dashboard of somebody who sees many sites."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.factories import NOW, make_user
from tests.home import make_home
from tests.integration.web.conftest import Browser
from tests.integration.web.test_overview import text_of
from wattloom.accounts import seed_roles
from wattloom.assets import seed_asset_types
from wattloom.db import Database


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the statements that are sent meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield statements
    event.remove(Engine, "before_cursor_execute", note)


def make_homes(database: Database, browser: Browser, *numbers: int) -> None:
    with database.write() as connection:
        for number in numbers:
            make_home(connection, browser.services.beliefs, now=NOW, name=f"Home {number:02}")


@pytest.fixture
def admin(browser: Browser, database: Database) -> None:
    """Somebody who sees everything is logged in."""
    with database.write() as connection:
        seed_roles(connection)
        seed_asset_types(connection)
        make_user(connection, email="admin@example.com", roles=("admin",))
    browser.log_in("admin@example.com")


@pytest.mark.usefixtures("admin")
def test_a_full_page_asks_as_many_questions_as_two_sites(browser: Browser, database: Database) -> None:
    make_homes(database, browser, 1, 2)
    browser.get("/dashboard")
    with counted_statements() as of_two:
        browser.get("/dashboard")
    make_homes(database, browser, *range(3, 13))
    with counted_statements() as of_many:
        page = browser.get("/dashboard")

    assert page.text.count("/overview") == 12
    assert len(of_many) == len(of_two)


@pytest.mark.usefixtures("admin")
def test_sites_are_told_with_their_figures(browser: Browser, database: Database) -> None:
    """Each of the homes sells 1.5 kW at 0.08 EUR/kWh all day."""
    make_homes(database, browser, 1, 2)

    page = text_of(browser.get("/dashboard").text)

    assert "Power now 3.00 kW to the grid" in page
    assert "Cost today −5.76 €" in page
    assert "of 2 sites" not in page
    assert "needs attention 1.50 kW to the grid 60 % −2.88 €" in page
    assert "no plan yet 1" in page


@pytest.mark.usefixtures("admin")
def test_sites_are_searched_sorted_and_paged_by_the_server(browser: Browser, database: Database) -> None:
    make_homes(database, browser, *range(22))

    first = text_of(browser.get("/dashboard").text)
    last = text_of(browser.get("/dashboard?page=2").text)
    turned = text_of(browser.get("/dashboard?sort_by=name&sort_dir=desc").text)
    found = text_of(browser.get("/dashboard?filter=home+07").text)

    assert "Home 19" in first
    assert "Home 20" not in first
    assert first.count("20 of 22 sites") == last.count("2 of 22 sites") == 4
    assert found.count(" of 22 sites") == 4
    assert "Home 20" in last
    assert turned.index("Home 21") < turned.index("Home 20")
    assert ("Home 07" in found, "Home 08" in found) == (True, False)


@pytest.mark.usefixtures("admin")
def test_search_without_result_says_so(browser: Browser, database: Database) -> None:
    make_homes(database, browser, 1)

    assert "No site fits this search." in browser.get("/dashboard?filter=castle").text
