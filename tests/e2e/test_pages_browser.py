"""The pages in a real browser, on the demo home that a real server serves."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.server_process import run_wattloom, serving, settings

pytestmark = pytest.mark.xdist_group("browser")  # one server and one browser for all of them

PHONE, DESKTOP = 360, 1440
DRAWN = "site-plan[data-state=drawn]"


@dataclass(frozen=True)
class Demo:
    """The served demo home and its login."""

    url: str
    email: str
    password: str


@dataclass
class Visit:
    """One browser window, and what should not have happened in it."""

    page: Page
    demo: Demo
    complaints: list[str] = field(default_factory=list)

    def log_in(self, password: str = "") -> None:
        self.page.goto(f"{self.demo.url}/")
        self.page.fill("[name=email]", self.demo.email)
        self.page.fill("[name=password]", password or self.demo.password)
        self.page.get_by_role("button", name="Log in").click()

    def see_plan(self) -> None:
        self.log_in()
        self.page.wait_for_selector(DRAWN)

    def colours_drawn(self) -> int:
        """Return how many different colours the chart's canvas shows."""
        return int(
            self.page.evaluate(
                """() => {
                    const canvas = document.querySelector("site-plan canvas");
                    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
                    return new Set(new Uint32Array(data.buffer)).size;
                }"""
            )
        )


Visiting = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    environment = settings(tmp_path_factory.mktemp("demo"))
    printed = run_wattloom(environment, "demo", "--no-serve")
    email, password = (re.search(rf"^{what}: (.+)$", printed, re.MULTILINE) for what in ("email", "password"))
    assert email is not None
    assert password is not None
    with serving(environment) as server:
        yield Demo(server.url, email[1].strip(), password[1].strip())


@pytest.fixture
def visiting(chromium: Browser, demo: Demo) -> Visiting:
    """Opens a window; fails when it logs an error or asks a foreign host for anything."""

    @contextmanager
    def visit(*, width: int = DESKTOP, scheme: str = "light", zone: str = "America/New_York") -> Iterator[Visit]:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, timezone_id=zone, locale="en-GB"
        )
        visit = Visit(context.new_page(), demo)
        note = visit.complaints.append
        visit.page.on("console", lambda message: note(f"{message.type}: {message.text}"))
        visit.page.on("pageerror", lambda error: note(str(error)))
        visit.page.on("request", lambda request: request.url.startswith(demo.url) or note(f"asked for {request.url}"))
        yield visit
        context.close()
        assert visit.complaints == []

    return visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_login_leads_to_a_drawn_plan(visiting: Visiting, width: int, scheme: str) -> None:
    with visiting(width=width, scheme=scheme) as visit:
        visit.see_plan()

        expect(visit.page.get_by_role("heading", name="Demo Home")).to_be_visible()
        assert visit.colours_drawn() > 50
        assert visit.page.evaluate("document.documentElement.scrollWidth") == width


def test_wrong_password_is_said(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.log_in("wrong")

        expect(visit.page.get_by_role("alert")).to_have_text("E-mail or password is wrong.")
        assert visit.complaints == [
            "error: Failed to load resource: the server responded with a status of 400 (Bad Request)"
        ]
        visit.complaints.clear()


def test_logout_leads_to_the_login(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.see_plan()

        visit.page.get_by_role("button", name="Log out").click()

        expect(visit.page).to_have_url(f"{visit.demo.url}/login")


def test_chosen_theme_lasts_and_is_there_before_the_first_paint(visiting: Visiting) -> None:
    with visiting(scheme="light") as visit:
        visit.see_plan()
        light = visit.colours_drawn()

        visit.page.get_by_role("radio", name="Dark").check(force=True)
        background = "getComputedStyle(document.body).backgroundColor"
        assert visit.page.evaluate(background) == "rgb(15, 20, 25)"
        visit.page.reload(wait_until="commit")
        visit.page.wait_for_selector("body", state="attached")

        assert visit.page.evaluate("document.documentElement.dataset.theme") == "dark"
        visit.page.wait_for_selector(DRAWN)
        assert visit.colours_drawn() != light


def test_arrow_keys_move_through_the_plan(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.see_plan()
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
        visit.see_plan()

        visit.page.locator(".plan-canvas").hover(position={"x": 600, "y": 200})

        expect(visit.page.locator(".plan-panel")).to_contain_text("kW")


def test_range_is_kept_in_the_address(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.see_plan()

        with visit.page.expect_response(re.compile("/api/v4/assets/.*/plan")) as answer:
            visit.page.get_by_role("radio", name="Week").check(force=True)
        visit.page.reload()

        assert answer.value.ok
        expect(visit.page).to_have_url(re.compile("range=week"))
        expect(visit.page.get_by_role("radio", name="Week")).to_be_checked()


def test_table_holds_the_plan_step_by_step(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.see_plan()

        visit.page.get_by_role("radio", name="Table").check(force=True)

        table = visit.page.get_by_role("table", name="Plan of Demo Home")
        expect(table.get_by_role("row")).to_have_count(1 + 72 * 4)
        expect(table.get_by_role("columnheader", name="Battery", exact=True)).to_be_visible()
        expect(table.get_by_text(re.compile(r"^0\.\d{3}.€.kWh$")).first).to_be_visible()


def test_times_of_the_table_stay_in_view_on_a_phone(visiting: Visiting) -> None:
    with visiting(width=PHONE) as visit:
        visit.see_plan()
        visit.page.get_by_role("radio", name="Table").check(force=True)
        table = visit.page.locator(".plan-table")

        table.evaluate("element => { element.scrollLeft = element.scrollWidth; }")

        assert table.evaluate("element => element.scrollLeft") > 0
        expect(table.locator("tr.is-past + tr:not(.is-past) td").first).to_be_in_viewport()


def test_times_are_those_of_the_site_wherever_one_looks_from(visiting: Visiting) -> None:
    with visiting(zone="Asia/Tokyo") as abroad, visiting(zone="Europe/Berlin") as at_home:
        texts = []
        for visit in (abroad, at_home):
            visit.see_plan()
            visit.page.get_by_role("radio", name="Table").check(force=True)
            texts.append(visit.page.locator("tbody tr").first.text_content())

        assert texts[0] == texts[1]


def test_cards_and_plan_are_brought_up_to_date_every_minute(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install()
        visit.see_plan()

        with (
            visit.page.expect_response(re.compile("/dashboard/cards")) as cards,
            visit.page.expect_response(re.compile("/api/v4/assets/.*/plan")) as plan,
        ):
            visit.page.clock.fast_forward("01:01")

        assert cards.value.ok
        assert plan.value.ok
        expect(visit.page.get_by_role("heading", name="Next 48 hours")).to_be_visible()


def test_ended_session_leads_to_the_login_and_back(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.page.clock.install()
        visit.see_plan()
        visit.page.context.clear_cookies()

        visit.page.clock.fast_forward("01:01")

        expect(visit.page).to_have_url(re.compile(r"/login\?next=%2Fdashboard"))
        visit.complaints.clear()  # the browser logs each 401


def operation(page: Page, operation_id: str) -> Locator:
    """Return the part of the description that is about an operation, unfolded."""
    found = page.locator(f"[id$='-{operation_id}']")
    found.locator(".opblock-summary-control").click()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_description_of_the_api_is_shown_to_everybody(visiting: Visiting, width: int, scheme: str) -> None:
    with visiting(width=width, scheme=scheme) as visit:
        visit.page.goto(f"{visit.demo.url}/docs")

        expect(visit.page.get_by_role("heading", name=re.compile("^Wattloom "))).to_be_visible()
        expect(visit.page.locator("html.dark-mode")).to_have_count(int(scheme == "dark"))
        assert visit.page.evaluate("document.documentElement.scrollWidth") == width


def test_operations_of_the_description_fit_on_a_phone(visiting: Visiting) -> None:
    with visiting(width=PHONE) as visit:
        visit.page.goto(f"{visit.demo.url}/api/v3_0/docs")

        for each in ("get_assets_id_chart_data", "patch_assets_id", "post_sensors_id_data"):
            expect(operation(visit.page, each).locator(".responses-table")).to_be_visible()

        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE


def test_who_is_logged_in_can_try_what_changes_something(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.see_plan()
        visit.page.goto(f"{visit.demo.url}/api/v3_0/docs")

        tried = operation(visit.page, "post_assets_keep_legends_below_graphs")
        tried.get_by_role("button", name="Execute").click()

        expect(tried.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")


def test_token_can_be_given_under_authorize(visiting: Visiting) -> None:
    with visiting() as visit:
        credentials = {"email": visit.demo.email, "password": visit.demo.password}
        token = visit.page.request.post(f"{visit.demo.url}/api/requestAuthToken", data=credentials).json()
        visit.page.goto(f"{visit.demo.url}/api/v3_0/docs")

        visit.page.get_by_role("button", name="Authorize").first.click()
        visit.page.locator(".auth-container input").fill(token["auth_token"])
        visit.page.locator(".auth-btn-wrapper").get_by_role("button", name="Apply credentials").click()
        visit.page.locator(".auth-btn-wrapper").get_by_role("button", name="Close").click()
        tried = operation(visit.page, "get_assets_types")
        tried.get_by_role("button", name="Execute").click()

        expect(tried.locator(".live-responses-table .response .response-col_status")).to_contain_text("200")
