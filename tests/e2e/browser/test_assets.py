"""Assets: the list, new ones, where they stand, and how they are."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browsing.demo_site import Who
from tests.browsing.visit import Visiting
from tests.browsing.window import WINDOWS, Window


def names_in(page: Page) -> list[str]:
    return page.locator("#table .row-title a").all_inner_texts()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_list_is_searched_filtered_and_sorted_in_place(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go("/assets")
        # Other tests add assets; these are there whatever they do.
        panels = visit.page.get_by_role("link", name="PV panels", exact=True)
        charger = visit.page.get_by_role("link", name="EV charger", exact=True)

        visit.page.get_by_label("Type").select_option("solar")
        expect(charger).to_have_count(0)
        expect(panels).to_have_count(1)
        visit.page.get_by_label("Type").select_option("")
        expect(charger).to_have_count(1)
        visit.page.get_by_role("searchbox").fill("charg")
        expect(panels).to_have_count(0)
        expect(charger).to_have_count(1)
        expect(visit.page).to_have_url(re.compile("filter=charg"))

        visit.check_layout()
        visit.check_accessibility()


def test_rows_are_sorted_and_stay_close_together(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT) as visit:
        visit.go("/assets")
        visit.page.get_by_role("link", name="Name", exact=True).click()
        expect(visit.page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
        assert names_in(visit.page) == sorted(names_in(visit.page))
        height = visit.page.locator("tbody tr").first.bounding_box()

        visit.page.get_by_label("Close rows").check()
        visit.page.get_by_role("link", name="Name", exact=True).click()
        expect(visit.page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")

        close = visit.page.locator("tbody tr").first.bounding_box()
        expect(visit.page.get_by_label("Close rows")).to_be_checked()
        assert height is not None
        assert close is not None
        assert close["height"] < height["height"]
        with visit.page.expect_download() as file:
            visit.page.get_by_role("link", name="CSV").click()
        assert file.value.suggested_filename == "assets.csv"


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_asset_is_made_where_the_map_is_clicked(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go(f"/assets/new?parent_asset_id={visit.demo.places.site}")
        visit.page.get_by_label("Name").fill("Battery")
        visit.page.locator(".kind", has_text="Heat storage").click()
        before = visit.page.get_by_label("Latitude").input_value()
        visit.page.locator("site-map").click(position={"x": 120, "y": 200})
        expect(visit.page.get_by_label("Latitude")).not_to_have_value(before)
        visit.expect_status(422)
        visit.page.get_by_role("button", name="Create asset").click()
        expect(visit.page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
        visit.check_layout()
        visit.check_accessibility()

        visit.page.get_by_label("Name").fill(f"Boiler {window}")
        visit.page.get_by_role("button", name="Create asset").click()

        expect(visit.page.get_by_role("heading", level=1, name=f"Boiler {window}")).to_be_visible()
        expect(visit.page.get_by_text("The asset was made.")).to_be_visible()
        expect(visit.page.locator("site-map .site-marker")).to_be_visible()


def test_place_is_chosen_by_keyboard_and_shown_as_typed(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_DARK) as visit:
        visit.go("/assets/new")
        marker = visit.page.locator(".site-marker.is-chosen")
        expect(marker).to_have_count(0)

        visit.page.get_by_label("Latitude").fill("48.1")
        visit.page.get_by_label("Longitude").fill("11.6")
        expect(marker).to_be_visible()
        visit.page.get_by_label("Latitude").fill("")
        expect(marker).to_have_count(0)
        visit.page.locator("site-map").focus()
        visit.page.keyboard.press("Enter")

        expect(visit.page.get_by_label("Latitude")).to_have_value(re.compile(r"^\d+\.\d{4}$"))
        expect(marker).to_be_visible()


def test_asset_is_copied_with_its_sensors(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit:
        visit.go("/assets/new?tab=copy")

        visit.page.get_by_role("button", name="Copy Battery", exact=True).click()

        expect(visit.page.get_by_role("heading", level=1, name="Battery")).to_be_visible()
        expect(visit.page.get_by_text("2 sensors").first).to_be_visible()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_marker_leads_to_the_pages_of_a_site(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go(f"/assets/{visit.demo.places.site}/context")
        marker = visit.page.locator("site-map .leaflet-marker-icon").first
        expect(marker).to_have_attribute("aria-label", re.compile("Scheduled|schedule"))

        marker.focus()
        visit.page.keyboard.press("Enter")

        expect(visit.page.locator(".leaflet-popup").get_by_role("link").first).to_be_visible()
        visit.check_layout()
        visit.check_accessibility()


def test_tree_leads_to_devices_and_back(visiting: Visiting) -> None:
    with visiting(Window.PHONE_DARK) as visit:
        visit.go(f"/assets/{visit.demo.places.site}/context")
        visit.page.locator(".tree").get_by_role("link", name="Battery", exact=True).click()
        expect(visit.page.get_by_role("heading", level=1, name="Battery")).to_be_visible()

        visit.page.get_by_role("navigation", name="Where this is").locator("summary").click()
        visit.page.get_by_role("navigation", name="Where this is").get_by_role("link", name="EV charger").click()

        expect(visit.page.get_by_role("heading", level=1, name="EV charger")).to_be_visible()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_details_of_a_job_open_beside_the_list(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go(f"/assets/{visit.demo.places.site}/status")

        visit.page.get_by_role("button", name="Details of").first.click()

        panel = visit.page.get_by_role("dialog", name="Job")
        expect(panel.get_by_role("heading", name="Parameters")).to_be_visible()
        visit.check_layout()
        visit.check_accessibility()
        visit.page.keyboard.press("Escape")
        expect(panel).to_be_hidden()

        visit.page.get_by_role("link", name="Schedule of").first.click()

        expect(visit.page.get_by_role("heading", level=1, name="Schedule of")).to_be_visible()
        expect(visit.page.get_by_role("heading", name="Parameters")).to_be_visible()
        visit.check_layout()
        visit.check_accessibility()


def test_page_that_opens_first_is_chosen_and_reset(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT, Who.MEMBER) as visit:
        site = visit.demo.places.site
        visit.go(f"/assets/{site}/status")
        visit.page.get_by_role("button", name="Open this page first").click()
        expect(visit.page.get_by_role("button", name="Opens first")).to_be_visible()
        visit.go(f"/assets/{site}")
        expect(visit.page).to_have_url(f"{visit.demo.url}/assets/{site}/status")

        visit.page.get_by_role("button", name="Opens first").click()

        expect(visit.page.get_by_role("button", name="Open this page first")).to_be_visible()
        visit.go(f"/assets/{site}")
        expect(visit.page).to_have_url(f"{visit.demo.url}/assets/{site}/overview")


def test_asset_is_deleted_once_its_name_is_typed(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit:
        visit.go(f"/assets/new?parent_asset_id={visit.demo.places.site}")
        visit.page.get_by_label("Name").fill("Short-lived")
        visit.page.locator(".kind", has_text="Process").click()
        visit.page.get_by_role("button", name="Create asset").click()
        expect(visit.page.get_by_role("heading", level=1, name="Short-lived")).to_be_visible()
        [asset_id] = re.findall(r"/assets/(\d+)", visit.page.url)
        visit.go(f"/assets/delete_with_data/{asset_id}")
        expect(visit.page.get_by_role("button", name="Delete")).to_be_disabled()

        visit.page.get_by_label("Type Short-lived to confirm").fill("Short-lived")
        visit.page.get_by_role("button", name="Delete").click()

        expect(visit.page.get_by_text("Short-lived was deleted.")).to_be_visible()
