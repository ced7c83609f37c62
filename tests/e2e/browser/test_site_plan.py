"""The plan on the front page of a site."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing.visit import Visit, Visiting
from tests.browsing.window import WINDOWS, Window

DRAWN = "site-plan[data-state=drawn]"


def see_plan(visit: Visit) -> None:
    visit.page.goto(f"{visit.demo.url}/")
    visit.page.wait_for_selector(DRAWN)


def colours_drawn(visit: Visit) -> int:
    """Return how many different colours the chart's canvas shows."""
    return int(
        visit.page.evaluate(
            """() => {
                const canvas = document.querySelector("site-plan canvas");
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                return new Set(new Uint32Array(data.buffer)).size;
            }"""
        )
    )


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_plan_is_drawn(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        see_plan(visit)

        expect(visit.page.get_by_role("heading", name="Demo Home")).to_be_visible()
        assert colours_drawn(visit) > 50
        visit.check_layout()


def test_chosen_theme_lasts_and_is_there_before_the_first_paint(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT) as visit:
        see_plan(visit)
        light = colours_drawn(visit)

        visit.page.get_by_role("radio", name="Dark").check(force=True)
        background = "getComputedStyle(document.body).backgroundColor"
        assert visit.page.evaluate(background) == "rgb(15, 20, 25)"
        visit.page.reload(wait_until="commit")
        visit.page.wait_for_selector("body", state="attached")

        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
        visit.page.wait_for_selector(DRAWN)
        assert colours_drawn(visit) != light


def test_arrow_keys_move_through_the_plan(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)
        visit.page.locator(".plan-canvas").focus()
        heading = visit.page.locator(".plan-panel strong")

        visit.page.keyboard.press("n")
        at_now = heading.text_content()
        visit.page.keyboard.press("Shift+ArrowRight")

        assert heading.text_content() != at_now
        expect(visit.page.locator(".plan-spoken")).to_contain_text("Battery")
        visit.page.keyboard.press("Escape")
        expect(visit.page.locator(".plan-panel")).to_be_hidden()


def test_pointer_shows_the_values_of_a_step(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        visit.page.locator(".plan-canvas").hover(position={"x": 600, "y": 200})

        expect(visit.page.locator(".plan-panel")).to_contain_text("kW")


def test_range_is_kept_in_the_address(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        with visit.page.expect_response(re.compile("/api/v4/assets/.*/plan")) as answer:
            visit.page.get_by_role("radio", name="Week").check(force=True)
        visit.page.reload()

        assert answer.value.ok
        expect(visit.page).to_have_url(re.compile("range=week"))
        expect(visit.page.get_by_role("radio", name="Week")).to_be_checked()


def test_table_holds_the_plan_step_by_step(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        visit.page.get_by_role("radio", name="Table").check(force=True)

        table = visit.page.get_by_role("table", name="Plan of Demo Home")
        expect(table.get_by_role("row")).to_have_count(1 + 72 * 4)
        expect(table.get_by_role("columnheader", name="Battery", exact=True)).to_be_visible()
        expect(table.get_by_text(re.compile(r"^0\.\d{3}.€.kWh$")).first).to_be_visible()


def test_times_of_the_table_stay_in_view_on_a_phone(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit:
        see_plan(visit)
        visit.page.get_by_role("radio", name="Table").check(force=True)
        table = visit.page.locator(".plan-table")

        table.evaluate("element => { element.scrollLeft = element.scrollWidth; }")

        assert table.evaluate("element => element.scrollLeft") > 0
        expect(table.locator("tr.is-past + tr:not(.is-past) td").first).to_be_in_viewport()


def test_times_are_those_of_the_site_wherever_one_looks_from(visiting: Visiting) -> None:
    with visiting(zone="Asia/Tokyo") as abroad, visiting(zone="Europe/Berlin") as at_home:
        texts = []
        for visit in (abroad, at_home):
            see_plan(visit)
            visit.page.get_by_role("radio", name="Table").check(force=True)
            texts.append(visit.page.locator("tbody tr").first.text_content())

        assert texts[0] == texts[1]


def test_cards_and_plan_are_brought_up_to_date_every_minute(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install()
        see_plan(visit)

        with (
            visit.page.expect_response(re.compile("/overview/cards")) as cards,
            visit.page.expect_response(re.compile("/api/v4/assets/.*/plan")) as plan,
        ):
            visit.page.clock.fast_forward("01:01")

        assert cards.value.ok
        assert plan.value.ok
        expect(visit.page.get_by_role("heading", name="Next 48 hours")).to_be_visible()


def test_ended_session_leads_to_the_login_and_back(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install()
        see_plan(visit)
        visit.page.context.clear_cookies()
        visit.expect_status(401)

        visit.page.clock.fast_forward("01:01")

        expect(visit.page).to_have_url(re.compile(r"/login\?next="))
