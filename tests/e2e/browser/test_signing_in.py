"""Logging in and out, on the demo."""

import pytest
from playwright.sync_api import expect

from tests.browsing.demo_site import Who
from tests.browsing.visit import Visiting
from tests.browsing.window import WINDOWS, Window


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_login_leads_to_the_site(visiting: Visiting, window: Window) -> None:
    with visiting(window, login=None) as visit:
        visit.log_in()

        expect(visit.page.get_by_role("heading", name="Demo Home", level=1)).to_be_visible()


def test_wrong_password_is_said(visiting: Visiting) -> None:
    with visiting(login=None) as visit:
        visit.expect_status(400)

        visit.log_in(password="wrong")

        expect(visit.page.get_by_role("alert")).to_have_text("E-mail or password is wrong.")


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_logout_leads_to_the_login(visiting: Visiting, window: Window) -> None:
    with visiting(window, login=Who.MEMBER) as visit:
        visit.go("/dashboard")

        visit.page.locator(".user-menu summary").click()
        visit.page.get_by_role("button", name="Log out").click()

        expect(visit.page).to_have_url(f"{visit.demo.url}/login")
