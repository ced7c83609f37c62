"""The plan on the front page of a site."""

import csv
import io
import re
from typing import Any

import pytest
from playwright.sync_api import Download, expect

from tests.browsing.time_of_day import now_there
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

        expect(visit.page.get_by_role("heading", name="Demo Home", exact=True)).to_be_visible()
        expect(visit.page.locator(".plan-range")).to_contain_text("times in Europe/Berlin")
        assert colours_drawn(visit) > 50
        assert visit.page.evaluate("performance.getEntriesByName('plan-drawn').length") == 1
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
        expect(visit.page.locator(".plan-spoken")).to_contain_text("Battery: ")  # and why
        visit.page.keyboard.press("Escape")
        expect(visit.page.locator(".plan-panel")).to_be_hidden()


def test_pointer_shows_the_values_of_a_step(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        visit.page.locator(".plan-canvas").hover(position={"x": 600, "y": 200})

        panel = visit.page.locator(".plan-panel")
        expect(panel).to_contain_text("kW")
        expect(panel).to_contain_text("Demo market")


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
        expect(table.get_by_role("columnheader", name="Battery, planned (kW)")).to_be_visible()
        visit.check_accessibility()
        expect(
            table.get_by_role("cell", name=re.compile("^Battery: (Rests|Charges|Discharges)")).first
        ).to_be_attached()


def test_times_of_the_table_stay_in_view_on_a_phone(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit:
        see_plan(visit)
        visit.page.get_by_role("radio", name="Table").check(force=True)
        table = visit.page.locator(".plan-table")

        table.evaluate("element => { element.scrollLeft = element.scrollWidth; }")

        assert table.evaluate("element => element.scrollLeft") > 0
        expect(table.locator("tr.is-past + tr:not(.is-past) th")).to_be_in_viewport()


def test_times_are_those_of_the_site_wherever_one_looks_from(visiting: Visiting) -> None:
    with visiting(zone="Asia/Tokyo") as abroad, visiting(zone="Europe/Berlin") as at_home:
        texts = []
        for visit in (abroad, at_home):
            see_plan(visit)
            visit.page.get_by_role("radio", name="Table").check(force=True)
            texts.append(visit.page.locator(".plan-table tbody tr").first.text_content())

        assert texts[0] == texts[1]


def test_cards_and_plan_are_brought_up_to_date_every_minute(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install(time=now_there())
        see_plan(visit)

        with (
            visit.page.expect_response(re.compile("/overview/cards")) as cards,
            visit.page.expect_response(re.compile("/api/v4/assets/.*/plan")) as plan,
        ):
            visit.page.clock.fast_forward("01:01")

        assert cards.value.ok
        assert plan.value.ok
        expect(visit.page.get_by_role("heading", name="Now", exact=True)).to_be_visible()


def test_ended_session_leads_to_the_login_and_back(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install(time=now_there())
        see_plan(visit)
        visit.page.context.clear_cookies()
        visit.expect_status(401)

        visit.page.clock.fast_forward("01:01")

        expect(visit.page).to_have_url(re.compile(r"/login\?next="))


def test_first_request_is_the_one_that_starts_with_the_page(visiting: Visiting) -> None:
    with visiting() as visit:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url) if "/plan?" in request.url else None)

        see_plan(visit)

        assert len(asked) == 1


def test_headline_says_what_the_plan_does(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        facts = visit.page.get_by_role("list", name="What the plan does")
        expect(facts).to_contain_text("Battery")
        expect(facts).to_contain_text(re.compile("Saves|Doing nothing|doing nothing would miss"))
        expect(visit.page.locator(".plan-age")).to_contain_text("Planned")


def test_headline_says_what_doing_nothing_would_miss(visiting: Visiting) -> None:
    def make_idle_cheap(route: Any) -> None:
        told = route.fetch().json()
        told["plans"][0]["comparison"]["idle"] |= {"saving_without_breaches": -0.5, "breaches": 3, "reason": None}
        route.fulfill(json=told)

    with visiting() as visit:
        visit.page.route(re.compile("/explanation"), make_idle_cheap)

        see_plan(visit)

        facts = visit.page.get_by_role("list", name="What the plan does")
        expect(facts).to_contain_text("Keeps limits and targets that doing nothing would miss")


def test_step_says_why(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        visit.page.locator(".plan-canvas").click(position={"x": 900, "y": 200})

        panel = visit.page.locator(".plan-panel")
        expect(panel.get_by_role("heading", name="Why")).to_be_visible()
        expect(panel).to_contain_text(re.compile("Battery: (Rests|Charges|Discharges)"))
        visit.page.mouse.move(10, 10)
        expect(panel).to_be_visible()
        visit.check_accessibility()


@pytest.mark.parametrize("key", ["button", "bracket"])
def test_range_moves_and_comes_back(visiting: Visiting, key: str) -> None:
    with visiting() as visit:
        see_plan(visit)
        shown = visit.page.locator(".plan-range")
        before = str(shown.text_content())

        if key == "button":
            visit.page.get_by_role("button", name="Later").click()
        else:
            visit.page.locator(".plan-canvas").focus()
            visit.page.keyboard.press("]")
        expect(shown).not_to_have_text(before)
        expect(visit.page).to_have_url(re.compile("at=20"))
        visit.settle()
        visit.page.locator(".plan-canvas").focus()
        visit.page.keyboard.press("t")

        expect(shown).to_have_text(before)
        expect(visit.page).not_to_have_url(re.compile("at="))


def test_columns_are_chosen_for_good(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)
        visit.page.get_by_role("radio", name="Table").check(force=True)
        heading = visit.page.get_by_role("columnheader", name="Battery, charge (kWh)")
        expect(heading).to_have_count(0)

        visit.page.locator(".plan-choice summary").click()
        visit.page.get_by_role("checkbox", name="Battery, charge (kWh)").check()
        visit.page.reload()
        visit.page.wait_for_selector(DRAWN)
        visit.page.get_by_role("radio", name="Table").check(force=True)

        expect(heading).to_be_visible()


def taken(visit: Visit, what: str) -> Download:
    visit.page.get_by_text("Take along").click()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name=what).click()
    return download.value


def test_table_is_taken_along_as_csv(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        file = taken(visit, "Table as CSV")

        assert file.suggested_filename.startswith("plan-demo-home-")
        headings, *rows = csv.reader(io.StringIO(file.path().read_text("utf-8-sig")))
        assert headings[:3] == ["Start (UTC)", "Start (Europe/Berlin)", "Price (€/kWh)"]
        assert len(rows) == 72 * 4
        for row in rows:
            assert row[0].endswith("Z")
            assert row[1].endswith("+01:00") or row[1].endswith("+02:00")
            assert all(re.fullmatch(r"-?[\d.]+", value) for value in row[2:] if value.startswith(("-", "=", "+", "@")))


def test_chart_is_taken_along_as_picture(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        file = taken(visit, "Chart as picture")

        assert file.path().read_bytes().startswith(b"\x89PNG")


def test_paper_holds_chart_and_table(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)

        visit.page.emulate_media(media="print")
        visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")

        expect(visit.page.locator(".plan-canvas")).to_be_visible()
        expect(visit.page.get_by_role("table", name="Plan of Demo Home")).to_be_visible()
        expect(visit.page.locator(".topbar")).to_be_hidden()
        expect(visit.page.locator(".plan-controls")).to_be_hidden()


def test_second_plan_is_drawn_beside_the_present_one(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)
        legend = visit.page.locator(".plan-legend")

        visit.page.evaluate(
            """async () => {
                const plan = document.querySelector("site-plan");
                const answer = await (await fetch(`${plan.getAttribute("src")}?start=${plan.dataset.first}&end=${plan.dataset.last}`)).json();
                const battery = answer.series.find((each) => each.state !== null);
                battery.values = battery.values.map((value) => (value === null ? null : value + 1));
                plan.compare(answer, { label: "Other plan" });
            }"""
        )

        expect(legend).to_contain_text("Other plan")
        visit.page.get_by_role("radio", name="Table").check(force=True)
        difference = visit.page.get_by_role("columnheader", name="Battery, difference (kW)")
        expect(difference).to_be_visible()
        index = difference.evaluate("heading => heading.cellIndex")
        now = visit.page.locator(".plan-table tr.is-past + tr:not(.is-past)")
        expect(now.locator("th, td").nth(index)).to_have_text("1.00")
        visit.page.evaluate("document.querySelector('site-plan').compare(null)")
        expect(legend).not_to_contain_text("Other plan")


def test_plan_is_read_anew_when_what_it_shows_has_changed(visiting: Visiting) -> None:
    with visiting() as visit:
        see_plan(visit)
        visit.page.locator(".plan-canvas").click(position={"x": 900, "y": 200})
        heading = str(visit.page.locator(".plan-panel strong").text_content())
        sensor = visit.page.evaluate("[...document.querySelector('site-plan').plan.sensorIds][0]")

        with visit.page.expect_response(re.compile("/api/v4/assets/.*/plan")):
            visit.page.evaluate(
                "sensor => document.body.dispatchEvent(new CustomEvent('wattloom:beliefs', { detail: { sensor } }))",
                sensor,
            )

        expect(visit.page.locator(".plan-panel strong")).to_have_text(heading)


def test_failed_plan_is_said_at_the_plan(visiting: Visiting) -> None:
    def fail(route: Any) -> None:
        answer = route.fetch()
        told = answer.json() | {"last_job": {"id": "-", "state": "failed", "ended": None, "message": "No prices."}}
        route.fulfill(response=answer, json=told)

    with visiting() as visit:
        visit.page.route(re.compile("/api/v4/assets/.*/plan"), fail)
        see_plan(visit)

        expect(visit.page.locator(".plan-failure")).to_have_text("The last attempt to plan failed: No prices.")


def test_failed_plan_says_what_is_not_known_and_where_to_look(visiting: Visiting) -> None:
    said = "No recent state-of-charge value found for sensor {}."

    def fail(route: Any) -> None:
        answer = route.fetch()
        told = answer.json()
        [stock] = [one for one in told["series"] if one["role"] == "stock" and one["name"] == "Battery"]
        message = said.format(stock["sensors"][0])
        told["last_job"] = {"id": "-", "state": "failed", "ended": None, "message": message}
        route.fulfill(response=answer, json=told)

    with visiting(Window.DESKTOP_DARK) as visit:
        visit.page.route(re.compile("/api/v4/assets/.*/plan"), fail)
        see_plan(visit)

        notice = visit.page.locator(".plan-failure")
        expect(notice).to_contain_text("The last attempt to plan failed: How full Battery is at present is not known.")
        address = notice.get_by_role("link", name="See its sensor").get_attribute("href")
        assert address is not None
        expect(notice).to_contain_text(said.format(address.rpartition("/")[2]))
        visit.check_accessibility()


class Fingers:
    """Touches a page as the device would."""

    def __init__(self, visit: Visit) -> None:
        self._session = visit.page.context.new_cdp_session(visit.page)

    def down(self, *places: tuple[float, float]) -> None:
        self._send("touchStart", places)

    def move(self, *places: tuple[float, float]) -> None:
        self._send("touchMove", places)

    def up(self) -> None:
        self._send("touchEnd", ())

    def _send(self, kind: str, places: tuple[tuple[float, float], ...]) -> None:
        points = [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(places)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("window", [Window.PHONE_LIGHT, Window.PHONE_DARK], ids=str)
def test_fingers_choose_move_and_zoom(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        see_plan(visit)
        canvas, shown = visit.page.locator(".plan-canvas"), visit.page.locator(".plan-range")
        canvas.scroll_into_view_if_needed()
        texts = [str(shown.text_content())]
        box = canvas.bounding_box()
        assert box is not None
        y, fingers = box["y"] + 150, Fingers(visit)

        fingers.down((250, y))
        for n in range(10):
            fingers.move((250 - 12 * n, y))
        fingers.up()
        expect(shown).not_to_have_text(texts[-1])
        texts.append(str(shown.text_content()))

        fingers.down((150, y), (200, y))
        for n in range(10):
            fingers.move((150 - 8 * n, y), (200 + 8 * n, y))
        fingers.up()
        expect(shown).not_to_have_text(texts[-1])

        fingers.down((200, y))
        fingers.up()
        expect(visit.page.locator(".plan-panel")).to_be_visible()
        assert visit.page.evaluate("document.documentElement.scrollWidth") == window.width
        visit.check_accessibility()
