"""The description of the API, which Swagger UI shows."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browsing.demo_site import Who
from tests.browsing.visit import Visiting
from tests.browsing.window import WINDOWS, Window

DOCS = "/api/v3_0/docs"


def operation(page: Page, operation_id: str) -> Locator:
    """Return the part of the description that is about an operation, unfolded."""
    found = page.locator(f"[id$='-{operation_id}']")
    found.locator(".opblock-summary-control").click()
    return found


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_description_of_the_api_is_shown_to_everybody(visiting: Visiting, window: Window) -> None:
    with visiting(window, login=None) as visit:
        visit.go("/docs")

        expect(visit.page.get_by_role("heading", name=re.compile("^Wattloom "))).to_be_visible()
        expect(visit.page.locator("html.dark-mode")).to_have_count(int(window.scheme == "dark"))
        visit.check_layout()


def test_operations_of_the_description_fit_on_a_phone(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, login=None) as visit:
        visit.go(DOCS)

        for each in ("get_assets_id_chart_data", "patch_assets_id", "post_sensors_id_data"):
            expect(operation(visit.page, each).locator(".responses-table")).to_be_visible()

        assert visit.page.evaluate("document.documentElement.scrollWidth") == visit.window.width


def test_who_is_logged_in_can_try_what_changes_something(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(DOCS)

        tried = operation(visit.page, "post_assets_keep_legends_below_graphs")
        tried.get_by_role("button", name="Execute").click()

        expect(tried.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")


def test_token_can_be_given_under_authorize(visiting: Visiting) -> None:
    with visiting(login=None) as visit:
        visit.go(DOCS)

        visit.page.get_by_role("button", name="Authorize").first.click()
        visit.page.locator(".auth-container input").fill(visit.demo.token_of(Who.OWNER))
        visit.page.locator(".auth-btn-wrapper").get_by_role("button", name="Apply credentials").click()
        visit.page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()
        tried = operation(visit.page, "get_assets_types")
        tried.get_by_role("button", name="Execute").click()

        expect(tried.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")
