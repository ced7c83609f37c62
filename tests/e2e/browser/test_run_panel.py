"""Plans made and tried out on the front page of a site."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import Column, Table, select

from tests.browsing.demo_site import DemoSite, Who
from tests.browsing.visit import Visit, Visiting
from tests.browsing.window import WINDOWS, Window
from wattloom.db import Database, metadata

PLANNING_MS = 30_000
CHANGED = re.compile("is-changed")


def see_panel(visit: Visit, fragment: str = "") -> None:
    """Open the front page, and on phones the sheet with the sliders."""
    visit.go(f"/assets/{visit.demo.places.site}/overview{fragment}")
    expect(visit.page.locator("run-panel")).to_have_count(1)
    visit.settle()
    if "phone" in str(visit.window):
        visit.page.get_by_role("button", name="Try other values").click()


def dial(visit: Visit, key: str) -> Locator:
    return visit.page.locator(f'.dial[data-key="{key}"]')


def number(visit: Visit, key: str) -> Locator:
    return dial(visit, key).locator("input[type=number]")


def open_device(visit: Visit, name: str) -> None:
    group = visit.page.locator("details.run-group", has_text=name)
    if group.get_attribute("open") is None:
        group.locator("summary").click()


def see_answer(visit: Visit) -> Any:
    table = visit.page.get_by_role("table", name=re.compile("Both planned now"))
    expect(table).to_be_visible(timeout=PLANNING_MS)
    expect(visit.page.locator(".run-answer")).to_have_attribute("aria-busy", "false", timeout=PLANNING_MS)
    return table


@contextmanager
def workers_paused(demo: DemoSite) -> Iterator[None]:
    """Let all jobs wait for their turn."""
    workers = psutil.Process(demo.server.process.pid).children()
    for worker in workers:
        worker.suspend()
    try:
        yield
    finally:
        for worker in workers:
            worker.resume()


@contextmanager
def without_prices(demo: DemoSite) -> Iterator[None]:
    """Let the home forget what electricity costs."""
    path = f"{demo.url}/api/v3_0/assets/{demo.places.site}"
    headers = {"Authorization": demo.token_of(Who.OWNER)}
    stored = json.loads(httpx.get(path, headers=headers).json()["flex_context"])
    others = {field: value for field, value in stored.items() if not field.endswith("-price")}
    httpx.patch(path, headers=headers, json={"flex_context": others}).raise_for_status()
    try:
        yield
    finally:
        httpx.patch(path, headers=headers, json={"flex_context": stored}).raise_for_status()


def kept(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name != "last_seen_at"]


def checksums(demo: DemoSite) -> dict[str, tuple[int, str]]:
    """Return the number of rows of each table, and a checksum of what stands in them but for who was seen when."""
    database = Database(f"sqlite:///{Path(demo.server.environment['WATTLOOM_DATA_DIR']) / 'wattloom.db'}")
    try:
        with database.read() as connection:
            rows = {
                table.name: sorted(map(repr, connection.execute(select(*kept(table)))))
                for table in metadata.sorted_tables
            }
    finally:
        database.close()
    return {name: (len(found), hashlib.sha256("\n".join(found).encode()).hexdigest()) for name, found in rows.items()}


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_another_limit_gives_another_plan_beside_the_present_one(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        see_panel(visit)

        number(visit, "import").fill("3")
        table = see_answer(visit)

        expect(table.get_by_role("row", name="Highest import")).to_contain_text("3.00")
        expect(visit.page.locator(".run-sum")).to_contain_text("€")
        expect(visit.page.locator(".plan-legend")).to_contain_text("What if")
        expect(visit.page).to_have_url(re.compile(r"#run\?import=3$"))
        visit.check_layout()
        visit.check_accessibility()


def test_trying_out_writes_nothing(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit)
        before = checksums(visit.demo)

        number(visit, "import").fill("5")
        see_answer(visit)

        assert checksums(visit.demo) == before


def test_reset_goes_back_to_what_holds(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit, "#run?import=4")
        expect(number(visit, "import")).to_have_value("4")
        see_answer(visit)

        visit.page.get_by_role("button", name="Reset").click()

        expect(number(visit, "import")).to_have_value("24")
        expect(visit.page.locator(".run-answer")).to_be_hidden()
        expect(visit.page.locator(".plan-legend")).not_to_contain_text("What if")
        expect(visit.page).not_to_have_url(re.compile("import"))


def test_sliders_follow_the_keys(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit)
        slider = dial(visit, "export").get_by_role("slider", name="Export at most")

        slider.focus()
        visit.page.keyboard.press("Home")

        expect(number(visit, "export")).to_have_value("0")
        expect(dial(visit, "export")).to_have_class(CHANGED)
        expect(see_answer(visit).get_by_role("row", name="Sold")).to_contain_text("less")
        dial(visit, "export").get_by_role("button", name="Back").press("Enter")
        expect(dial(visit, "export")).not_to_have_class(CHANGED)


def test_prices_can_be_higher_or_never_change(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit, "#run?buying=50")
        expect(visit.page.locator(".run-sum")).to_contain_text("dearer", timeout=PLANNING_MS)

        visit.page.get_by_role("radio", name="Fixed").check(force=True)
        number(visit, "buying-fixed").fill("0.01")

        expect(visit.page.locator(".run-sum")).to_contain_text("cheaper", timeout=PLANNING_MS)


@pytest.mark.parametrize("window", [Window.PHONE_DARK, Window.DESKTOP_LIGHT], ids=str)
def test_what_cannot_be_kept_is_named_with_the_way_to_change_it(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        see_panel(visit)
        open_device(visit, "EV charger")
        visit.expect_status(400)

        # At every hour: what is in the car is not enough for the next way to work.
        for name, value in (("charge", "5"), ("power", "0")):
            number(visit, f"{visit.demo.places.device + 1}.{name}").fill(value)

        failure = visit.page.locator(".run-failure")
        expect(failure).to_be_visible(timeout=PLANNING_MS)
        expect(failure).to_contain_text("cannot all be kept")
        expect(failure).not_to_contain_text("+00:00")
        expect(visit.page.locator(".field-problem").first).to_be_in_viewport()
        expect(failure.get_by_role("link").first).to_have_attribute(
            "href", re.compile("/properties/flex-model#consumption-capacity$")
        )
        visit.check_accessibility()


def test_refused_plan_says_at_the_plan_what_is_missing(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit, without_prices(visit.demo):
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        visit.expect_status(422)

        visit.page.get_by_role("button", name="Plan now").click()

        notice = visit.page.locator(".plan-failure")
        expect(notice).to_contain_text("What electricity costs is not set, and without prices no plan can be made.")
        expect(notice).to_contain_text("Missing consumption price for commodity 'electricity'.")
        expect(visit.page.locator(".run-failure")).to_contain_text("What electricity costs is not set")
        visit.check_accessibility()
        visit.check_layout()
        notice.get_by_role("link", name="Change").click()
        expect(visit.page.locator('[data-field="consumption-price"]').get_by_role("button", name="Set")).to_be_focused()


def test_refusals_stand_under_the_number_that_they_are_about(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit)
        open_device(visit, "Battery")
        least = f"{visit.demo.places.device}.least"
        visit.expect_status(422)

        number(visit, least).fill("12")

        expect(dial(visit, least).get_by_role("alert")).to_contain_text("soc-max", timeout=PLANNING_MS)
        expect(number(visit, least)).to_have_attribute("aria-invalid", "true")
        expect(number(visit, least)).to_have_accessible_description(re.compile("soc-max"))


def test_plan_is_made_now_and_told_while_it_is(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit:
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        newest = visit.demo.get(f"/v3_0/assets/{visit.demo.places.site}/jobs")["jobs"][0]["job_id"]

        with visit.page.expect_response(re.compile("/api/v4/assets/.*/plan"), timeout=PLANNING_MS):
            visit.page.get_by_role("button", name="Plan now").click()
            expect(visit.page.locator(".run-watch")).to_be_visible()

        expect(visit.page.locator(".run-said")).to_contain_text("The new plan is there", timeout=PLANNING_MS)
        expect(visit.page.locator(".run-watch")).to_be_hidden()
        assert visit.demo.get(f"/v3_0/assets/{visit.demo.places.site}/jobs")["jobs"][0]["job_id"] != newest


def test_a_plan_that_waits_for_its_turn_can_be_canceled(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_DARK) as visit:
        see_panel(visit)

        with workers_paused(visit.demo):
            visit.page.get_by_role("button", name="Plan now").click()
            visit.page.locator(".run-watch").get_by_role("button", name="Cancel").click()
            expect(visit.page.locator(".run-said")).to_contain_text("Canceled", timeout=PLANNING_MS)


def test_apply_says_what_it_stores_and_plans_with_the_values(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit, "#run?import=6")
        see_answer(visit)

        visit.page.get_by_role("button", name="Apply").click()
        dialog = visit.page.get_by_role("dialog", name="Plan with these values?")
        expect(dialog).to_contain_text("Import at most: 6.00")
        expect(dialog).to_contain_text("Battery")
        visit.check_accessibility()
        with visit.page.expect_request(re.compile("/schedules/trigger$")) as asked:
            dialog.get_by_role("button", name="Apply").click()

        expect(visit.page.locator(".run-said")).to_contain_text("The new plan is there", timeout=PLANNING_MS)
        assert (asked.value.post_data_json or {})["flex-context"] == {"site-consumption-capacity": "6 kW"}


def test_a_question_that_was_overtaken_is_forgotten(visiting: Visiting) -> None:
    with visiting() as visit:
        see_panel(visit)

        with visit.page.expect_request(re.compile("what-if")):
            number(visit, "import").fill("9")
        number(visit, "import").fill("2")

        expect(see_answer(visit).get_by_role("row", name="Highest import")).to_contain_text("2.00", timeout=PLANNING_MS)
