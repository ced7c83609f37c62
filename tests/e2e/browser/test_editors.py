"""Editors of assets: the server's words while somebody types, saving, inheritance, JSON, keyboard."""

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browsing.demo_site import DemoSite, Who
from tests.browsing.visit import Visit, Visiting
from tests.browsing.window import WINDOWS, Window


def stored(demo: DemoSite, asset: int, field: str) -> Any:
    """Return what an asset holds, as the API tells it."""
    return json.loads(demo.get(f"/v3_0/assets/{asset}")[field])


def send(demo: DemoSite, method: str, path: str, body: Any) -> Any:
    """Change something through the API."""
    headers = {"Authorization": demo.token_of(Who.OWNER)}
    answer = httpx.request(method, f"{demo.url}/api/v3_0{path}", json=body, headers=headers)
    return answer.raise_for_status().json()


def card(page: Page, field: str) -> Locator:
    return page.locator(f"[data-field='{field}']")


def value_of(page: Page, field: str) -> Locator:
    """Return where the value of a field is written; its suggestions make a combobox of it."""
    return card(page, field).get_by_role("combobox").first


def offered(page: Page) -> Locator:
    """Return the sensors in the open list."""
    return page.get_by_role("listbox", name="Sensors").get_by_role("option")


def edit(visit: Visit, asset: int, part: str) -> Page:
    visit.go(f"/assets/{asset}/properties/{part}")
    expect(visit.page.locator("flex-editor, graph-editor, kpi-editor")).to_have_attribute("data-state", "ready")
    return visit.page


def save(page: Page) -> None:
    page.get_by_role("button", name="Review and save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator(".toast.good")).to_be_visible()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_server_says_what_is_wrong_until_it_is_right(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        device = visit.demo.places.device
        page = edit(visit, device, "flex-model")
        wanted = f"{11 + WINDOWS.index(window)} kW"  # the demo has 5 kW

        value_of(page, "power-capacity").fill("5 kWh")
        expect(card(page, "power-capacity").locator(".problem")).to_have_text("Cannot convert value `5 kWh` to 'MW'")
        expect(value_of(page, "power-capacity")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(".flex-summary").get_by_role("button", name="Most power")).to_be_visible()
        visit.check_layout()
        visit.check_accessibility()
        value_of(page, "power-capacity").fill(wanted)
        expect(page.locator("flex-editor .problem:visible")).to_have_count(0)
        page.get_by_role("button", name="Review and save").click()
        expect(page.get_by_role("dialog").get_by_role("row", name="Most power")).to_contain_text(wanted)
        visit.check_layout()
        visit.check_accessibility()
        page.get_by_role("dialog").get_by_role("button", name="Save").click()

        expect(page.locator(".toast.good")).to_be_visible()
        expect(page.get_by_role("button", name="Review and save")).to_be_disabled()
        assert stored(visit.demo, device, "flex_model")["power-capacity"] == wanted


def test_inherited_value_is_overridden_and_taken_back(visiting: Visiting) -> None:
    with visiting() as visit:
        device = visit.demo.places.device
        page = edit(visit, device, "flex-context")
        limit = card(page, "site-power-capacity")
        expect(limit).to_contain_text("inherited from Demo Home")

        limit.get_by_role("button", name="Override").click()
        expect(value_of(page, "site-power-capacity")).to_have_value("24 kVA")
        value_of(page, "site-power-capacity").fill("3 kW")
        save(page)
        assert stored(visit.demo, device, "flex_context") == {"site-power-capacity": "3 kW"}
        limit.get_by_role("button", name="Back to inherited").click()
        expect(limit).to_contain_text("24 kVA")
        page.get_by_role("button", name="Review and save").click()
        page.get_by_role("dialog").get_by_role("button", name="Save").click()

        expect(page.get_by_role("button", name="Review and save")).to_be_disabled()
        assert stored(visit.demo, device, "flex_context") == {}


def test_what_others_change_meanwhile_stays(visiting: Visiting) -> None:
    with visiting() as visit:
        device = visit.demo.places.device
        page = edit(visit, device, "flex-model")
        others = stored(visit.demo, device, "flex_model") | {"charging-efficiency": "90%"}
        send(visit.demo, "PATCH", f"/assets/{device}", {"flex_model": others})

        value_of(page, "discharging-efficiency").fill("91%")
        save(page)

        expect(value_of(page, "charging-efficiency")).to_have_value("90%")
        assert stored(visit.demo, device, "flex_model") == others | {"discharging-efficiency": "91%"}


def test_form_and_json_are_the_same(visiting: Visiting) -> None:
    with visiting() as visit:
        page = edit(visit, visit.demo.places.device, "flex-model")
        text = page.get_by_label("As JSON")

        value_of(page, "soc-min").fill("2 kWh")
        assert json.loads(text.input_value())["soc-min"] == "2 kWh"
        text.fill('{"soc-max": ')
        expect(page.locator("#json-problem")).to_contain_text("This is not JSON yet")
        text.fill('{"soc-max": "9 kWh", "soc-mx": 1}')
        expect(value_of(page, "soc-max")).to_have_value("9 kWh")
        expect(card(page, "soc-mx").locator(".problem")).to_contain_text("Unknown field. Did you mean 'soc-max'?")
        page.get_by_role("button", name="Discard changes").click()

        expect(value_of(page, "soc-max")).to_have_value("10 kWh")
        expect(page.get_by_role("button", name="Review and save")).to_be_disabled()


def test_schedule_that_would_be_refused_is_a_warning(visiting: Visiting) -> None:
    with visiting() as visit:
        page = edit(visit, visit.demo.places.site, "flex-context")

        card(page, "consumption-price").get_by_role("button", name="Remove").click()

        warning = page.locator(".flex-summary .warn")
        expect(warning).to_contain_text("Missing consumption price for commodity 'electricity'.")
        expect(warning.get_by_role("button", name="Price of buying energy")).to_be_visible()


def test_field_is_found_and_set_by_keyboard_alone(visiting: Visiting) -> None:
    with visiting() as visit:
        device = visit.demo.places.device
        page = edit(visit, device, "flex-model")
        page.get_by_role("searchbox", name="Search fields").focus()

        page.keyboard.type("wear")
        expect(card(page, "cycling-cost")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(card(page, "cycling-cost").get_by_role("button", name="Set")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.type("0.02 EUR/kWh")
        page.get_by_role("button", name="Review and save").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("button", name="Save")).to_be_focused()
        page.keyboard.press("Enter")

        expect(page.locator(".toast.good")).to_be_visible()
        assert stored(visit.demo, device, "flex_model")["cycling-cost"] == "0.02 EUR/kWh"


@pytest.mark.parametrize("window", [Window.PHONE_DARK, Window.DESKTOP_LIGHT], ids=str)
def test_sensor_is_picked_with_arrows(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        page = edit(visit, visit.demo.places.device, "flex-model")
        picker = value_of(page, "consumption")
        expect(picker).to_have_value("Battery · power (kW)")

        picker.fill("grid")
        expect(offered(page)).to_have_text(["Demo Home · grid power kW, every 15 min"])
        visit.check_accessibility()
        visit.check_layout()
        picker.press("Escape")
        expect(picker).to_have_value("Battery · power (kW)")
        picker.fill("grid")
        expect(offered(page)).to_have_count(1)
        picker.press("ArrowDown")
        picker.press("Enter")

        expect(picker).to_have_value("Demo Home · grid power (kW)")
        expect(picker).to_have_attribute("aria-expanded", "false")
        expect(page.get_by_role("button", name="Review and save")).to_be_enabled()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_graphs_are_added_put_in_order_and_saved(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        site = visit.demo.places.site
        before = len(stored(visit.demo, site, "sensors_to_show"))
        page = edit(visit, site, "shown-graphs")
        title = f"All of it, {window}"

        page.get_by_role("button", name="Add a graph").click()
        graph = page.locator(".row-item").last
        graph.get_by_label("Title").fill(title)
        for words in ("battery power", "battery charge"):
            graph.get_by_role("combobox", name="Sensors").fill(words)
            expect(offered(page)).to_have_count(1)
            offered(page).click()
        expect(graph.locator(".warning")).to_contain_text("different units (kW, kWh)")
        graph.get_by_role("button", name="Move up").click()
        expect(page.locator(".row-item").last.get_by_label("Title")).not_to_have_value(title)
        visit.check_layout()
        visit.check_accessibility()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".toast.good")).to_be_visible()

        shown = stored(visit.demo, site, "sensors_to_show")
        assert len(shown) == before + 1
        assert [graph["title"] for graph in shown].index(title) == before - 1
        assert len(shown[before - 1]["plots"][0]["sensors"]) == 2


def test_end_of_an_axis_before_its_beginning_is_a_problem(visiting: Visiting) -> None:
    with visiting() as visit:
        page = edit(visit, visit.demo.places.site, "shown-graphs")
        graph = page.locator(".row-item").first

        graph.get_by_label("Vertical axis").select_option("exactly from … to")
        graph.get_by_label("Lower end of the axis").fill("5")
        graph.get_by_label("Upper end of the axis").fill("1")

        expect(graph.locator(".problem")).to_contain_text("with min < max")


def test_graph_is_dragged_to_another_place(visiting: Visiting) -> None:
    with visiting() as visit:
        page = edit(visit, visit.demo.places.site, "shown-graphs")
        graphs = page.locator(".row-item")
        title = graphs.first.get_by_label("Title").input_value()

        graphs.first.locator(".row-handle").drag_to(graphs.nth(1).locator(".row-head"))

        expect(graphs.nth(1).get_by_label("Title")).to_have_value(title)
        expect(page.get_by_role("button", name="Save", exact=True)).to_be_enabled()


def test_key_figure_takes_a_daily_sensor(visiting: Visiting) -> None:
    with visiting() as visit:
        site = visit.demo.places.site
        daily = {"name": "cost", "unit": "EUR", "event_resolution": "P1D", "generic_asset_id": site}
        sensor = send(visit.demo, "POST", "/sensors", daily)["id"]
        page = edit(visit, site, "key-figures")

        page.get_by_role("button", name="Add a key figure").click()
        page.get_by_label("Title").fill("Energy cost")
        page.get_by_role("combobox", name="Sensor with one value a day").click()
        expect(offered(page)).to_have_text(["Demo Home · cost EUR, daily"])
        offered(page).click()
        page.get_by_label("Summed up as").select_option("Average")
        visit.check_accessibility()
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".toast.good")).to_be_visible()

        figure = {"title": "Energy cost", "sensor": sensor, "function": "mean"}
        assert stored(visit.demo, site, "sensors_to_show_as_kpis") == [figure]


def test_unsaved_changes_are_not_lost_without_asking(visiting: Visiting) -> None:
    with visiting() as visit:
        page = edit(visit, visit.demo.places.device, "flex-model")
        asked: list[str] = []

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        page.on("dialog", stay)

        value_of(page, "soc-min").fill("3 kWh")
        page.get_by_role("link", name="Status").click()
        expect(value_of(page, "soc-min")).to_have_value("3 kWh")
        page.get_by_role("button", name="Discard changes").click()
        page.get_by_role("link", name="Status").click()

        expect(page).to_have_url(f"{visit.demo.url}/assets/{visit.demo.places.device}/status")
        assert asked == ["beforeunload"]


def test_name_and_attributes_are_changed_and_refused_in_place(visiting: Visiting) -> None:
    with visiting() as visit:
        device = visit.demo.places.device
        visit.go(f"/assets/{device}/properties")
        page = visit.page

        page.get_by_label("Anything else about it").fill("{")
        expect(page.locator("json-text .problem")).to_contain_text("This is not JSON yet")
        page.get_by_label("Anything else about it").fill('{"colour":"green"}')
        expect(page.locator("json-text .problem")).to_be_empty()
        page.get_by_label("Name", exact=True).fill("PV panels")
        visit.expect_status(422)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("An asset with the name 'PV panels' already exists here.")).to_be_visible()
        page.get_by_label("Name", exact=True).fill("Home battery")
        page.get_by_role("button", name="Save").click()

        expect(page.get_by_role("heading", name="Home battery")).to_be_visible()
        assert stored(visit.demo, device, "attributes") == {"colour": "green"}
        send(visit.demo, "PATCH", f"/assets/{device}", {"name": "Battery"})


def test_copy_is_made_and_deleted_once_its_name_is_typed(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(f"/assets/{visit.demo.places.device}/properties")
        page = visit.page

        page.get_by_role("button", name="Copy beside it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Battery (Copy)")
        page.get_by_role("link", name="Delete …").click()
        expect(page.get_by_role("button", name="Delete")).to_be_disabled()
        page.get_by_label("to confirm").fill("Battery (Copy)")
        page.get_by_role("button", name="Delete").click()

        expect(page.locator(".toast.good")).to_contain_text("Battery (Copy)")


def test_sensor_is_added(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.go(f"/assets/{visit.demo.places.device}/properties")
        page = visit.page

        page.get_by_role("link", name="New sensor").click()
        page.get_by_label("Name", exact=True).fill("temperature")
        page.get_by_label("Unit").fill("bananas")
        visit.expect_status(422)
        page.get_by_role("button", name="Create sensor").click()
        expect(page.get_by_label("Unit")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("Unit").fill("°C")
        page.get_by_role("button", name="Create sensor").click()

        expect(page.get_by_role("heading", level=1)).to_contain_text("temperature")
