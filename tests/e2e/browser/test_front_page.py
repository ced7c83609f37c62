"""The front page of a site, and the dashboard, as people see them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing.demo_site import Who
from tests.browsing.time_of_day import now_there
from tests.browsing.visit import Visiting
from tests.browsing.window import WINDOWS, Window

KW = re.compile(r"\d.kW")


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_front_page_says_what_happens_costs_and_needs(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go(f"/assets/{visit.demo.places.site}/overview")

        now = visit.page.get_by_role("region", name="Now")
        expect(now.get_by_role("listitem")).to_have_count(5)
        expect(now.get_by_role("listitem").filter(has_text="Battery")).to_contain_text(KW)
        expect(now.locator(".flow-lines:visible")).to_have_count(1 if window.width < 720 else 2)
        today = visit.page.get_by_role("region", name="Today")
        expect(today).to_contain_text("Without flexibility")
        expect(today.get_by_role("table").get_by_role("columnheader")).to_have_count(7)
        expect(visit.page.get_by_role("region", name="Needs attention")).to_be_visible()
        expect(
            visit.page.get_by_role("table", name="Devices").or_(visit.page.locator("#devices table"))
        ).to_be_visible()
        expect(visit.page.locator("#site-state")).to_contain_text("planned")
        visit.check_accessibility()
        visit.check_layout()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_dashboard_finds_sites_while_one_types(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go("/dashboard")
        site = visit.page.locator("#table").get_by_role("link", name="Demo Home")
        expect(site).to_be_visible()
        expect(visit.page.locator("#totals")).to_contain_text(KW)
        visit.check_accessibility()
        visit.check_layout()

        visit.page.get_by_role("searchbox").fill("castle")
        expect(visit.page.locator("#table")).to_contain_text("No site fits this search.")
        visit.page.get_by_role("searchbox").fill("demo")
        site.click()

        expect(visit.page).to_have_url(re.compile(r"/assets/\d+/overview"))


def test_cards_and_devices_are_brought_up_to_date_every_minute(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install(time=now_there())
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        visit.page.evaluate("document.querySelectorAll('#cards h2, #devices h2').forEach((each) => each.remove())")

        with visit.page.expect_response(re.compile("/overview/cards")) as cards:
            visit.page.clock.fast_forward("01:01")

        assert cards.value.ok
        expect(visit.page.get_by_role("heading", name="Today")).to_be_visible()
        expect(visit.page.get_by_role("heading", name="Devices")).to_be_visible()


def test_lines_stand_still_for_those_who_want_it(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.emulate_media(reduced_motion="reduce")
        visit.go(f"/assets/{visit.demo.places.site}/overview")

        moving = "[...document.querySelectorAll('.flow-lines path')].flatMap((each) => each.getAnimations()).length"
        assert visit.page.evaluate(moving) == 0


def test_who_has_no_site_is_led_to_the_first_one(visiting: Visiting) -> None:
    with visiting(login=Who.STRANGER) as visit:
        visit.go("/dashboard")

        expect(visit.page.get_by_role("heading", name="There is no site that you may see yet")).to_be_visible()
