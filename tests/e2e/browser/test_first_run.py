"""From a server that nobody has used to a site with its plan, by what the server prints and the pages say alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browsing.demo_site import DemoSite
from tests.browsing.time_of_day import clock_settings
from tests.browsing.visit import Visit, open_visit
from tests.browsing.window import Window
from tests.server_process import serving, settings

EMAIL, PASSWORD = "ada@example.org", "correct horse battery staple"


@pytest.fixture
def unused(tmp_path: Path) -> Iterator[DemoSite]:
    """A server without users."""
    with serving({**settings(tmp_path / "data"), **clock_settings()}, "--workers", "1") as server:
        yield DemoSite(server, owner_password="")


def printed_address(server: DemoSite) -> str:
    text = server.server.log.read_text()
    found = re.search(r"http://\S+/setup/account\?code=\w+", text)
    assert found is not None, text
    return found[0].removeprefix(server.url)


def make_first_user(visit: Visit) -> None:
    visit.go(printed_address(visit.demo))
    visit.page.get_by_label("Home or organisation").fill("Our house")
    visit.page.get_by_label("E-mail").fill(EMAIL)
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Begin").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Your site")
    visit.page.wait_for_load_state()  # with the scripts that send the form


def add(visit: Visit, kind: str) -> None:
    visit.page.get_by_role("button", name=kind).click()
    visit.page.get_by_role("button", name="Add", exact=True).click()
    expect(visit.page.get_by_text(f"Added: {kind}")).to_be_visible()
    visit.page.wait_for_load_state()


@pytest.mark.parametrize("window", [Window.PHONE_DARK, Window.DESKTOP_LIGHT], ids=str)
def test_first_run_ends_with_a_plan(chromium: Browser, unused: DemoSite, window: Window) -> None:
    with open_visit(chromium, unused, window, None, timezone_id="Europe/Amsterdam", locale="en-GB") as visit:
        make_first_user(visit)
        visit.page.get_by_label("Latitude").fill("52.3")
        visit.page.get_by_label("Longitude").fill("4.9")
        visit.check_accessibility()
        visit.page.get_by_role("button", name="Next: devices").click()
        visit.page.wait_for_url(re.compile("/devices$"))
        for kind in ("Battery", "Car charger", "Solar panels", "Heat pump", "Everything else in the house"):
            add(visit, kind)
        visit.check_accessibility()
        visit.check_layout()
        visit.page.get_by_role("link", name="Next: prices").click()
        visit.page.get_by_label("Buying price").select_option("cheaper at night")
        visit.check_accessibility()
        visit.check_layout()
        visit.page.get_by_role("button", name="Next: first plan").click()
        visit.page.get_by_role("slider", name="Battery").fill("20")
        expect(visit.page.get_by_text("2.00 kWh")).to_be_visible()
        visit.check_accessibility()
        visit.check_layout()

        visit.page.get_by_role("button", name="Make the plan").click()

        expect(visit.page.locator("site-plan[data-state=drawn]")).to_be_visible()
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Our house")


def test_wizard_is_left_and_resumed(chromium: Browser, unused: DemoSite) -> None:
    with open_visit(
        chromium, unused, Window.DESKTOP_DARK, None, timezone_id="Europe/Amsterdam", locale="en-GB"
    ) as visit:
        make_first_user(visit)
        visit.page.get_by_role("button", name="Next: devices").click()
        visit.page.wait_for_url(re.compile("/devices$"))
        add(visit, "Battery")
        devices = visit.page.url
        visit.page.get_by_role("link", name="Later").click()
        expect(visit.page).to_have_url(re.compile("/overview$"))

        visit.go(devices.removeprefix(unused.url))

        expect(visit.page.get_by_role("listitem").filter(has_text="Battery")).to_be_visible()


def test_server_with_users_makes_no_more_by_its_first_address(chromium: Browser, unused: DemoSite) -> None:
    address = printed_address(unused)
    with open_visit(
        chromium, unused, Window.DESKTOP_LIGHT, None, timezone_id="Europe/Amsterdam", locale="en-GB"
    ) as visit:
        make_first_user(visit)

    assert httpx.get(f"{unused.url}{address}").headers["location"] == "/setup"
    code = address.partition("code=")[2]
    form = {"code": code, "account": "Evil", "email": "eve@example.org", "password": PASSWORD, "timezone": "UTC"}
    assert httpx.post(f"{unused.url}/setup/account", data=form).status_code == 409


def test_first_user_needs_the_code(unused: DemoSite) -> None:
    form = {"code": "0" * 32, "account": "Evil", "email": "eve@example.org", "password": PASSWORD, "timezone": "UTC"}

    assert httpx.get(f"{unused.url}/setup/account?code={'0' * 32}").status_code == 403
    assert httpx.post(f"{unused.url}/setup/account", data=form).status_code == 403
    assert "/setup/account" in printed_address(unused)
