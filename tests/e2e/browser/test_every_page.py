"""Every page in every window: there, without a complaint, accessible, in shape, and led through by keyboard."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing.demo_site import DemoSite, Who
from tests.browsing.pages import NOT_LISTED, PAGES, ListedPage, routes_listed
from tests.browsing.visit import Visit, open_visit
from tests.browsing.window import WINDOWS, Window
from tests.page_routes import page_routes
from wattloom.db import Database
from wattloom.web.app import REDIRECTS

OpenWindow = Callable[[Window, Who | None], Visit]


@pytest.fixture(scope="module")
def open_window(chromium: Browser, demo: DemoSite) -> Iterator[OpenWindow]:
    """Gives one window of each kind for each who looks: opening them anew takes longer than looking."""
    opened: dict[tuple[Window, Who | None], Visit] = {}
    with ExitStack() as stack:

        def open_once(window: Window, login: Who | None) -> Visit:
            if (window, login) not in opened:
                # American English has the longest texts in fields of dates.
                visit = open_visit(chromium, demo, window, login, timezone_id="Europe/Berlin", locale="en-US")
                opened[window, login] = stack.enter_context(visit)
            return opened[window, login]

        yield open_once


@pytest.mark.parametrize("window", WINDOWS, ids=str)
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_page_is_as_it_should_be(open_window: OpenWindow, page: ListedPage, window: Window) -> None:
    visit = open_window(window, page.login)
    if page.status != 200:
        visit.expect_status(page.status)

    with visit.page.expect_response(lambda response: response.request.is_navigation_request()) as answer:
        visit.go(page.path_on(visit.demo))

    assert answer.value.status == page.status
    assert visit.page.title().removesuffix("Wattloom").strip(" ·")
    expect(visit.page.locator("h1")).to_have_count(1)
    visit.check_layout()
    visit.check_accessibility()
    visit.check_keyboard()
    visit.check_complaints()


def test_every_page_is_listed(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    routes = {route.path for route in page_routes(database)}
    database.close()

    assert routes - REDIRECTS.keys() - NOT_LISTED - set(routes_listed()) == set()
