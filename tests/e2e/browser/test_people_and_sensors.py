"""Users, accounts, one's own page and the page of a sensor: what people change there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.browsing.demo_site import Who
from tests.browsing.visit import Visiting
from tests.browsing.window import WINDOWS, Window


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_user_is_created_once_what_is_wrong_is_mended(visiting: Visiting, window: Window) -> None:
    with visiting(window, Who.ADMIN) as visit:
        visit.go("/users")
        visit.page.get_by_role("button", name="New user").click()
        dialog = visit.page.get_by_role("dialog", name="New user")
        dialog.get_by_label("E-mail").fill("member@wattloom.local")
        dialog.get_by_label("User name").fill(f"new-{window}")
        visit.expect_status(422)
        dialog.get_by_role("button", name="Create").click()
        expect(dialog.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
        visit.check_accessibility()

        dialog.get_by_label("E-mail").fill(f"new-{window}@example.org")
        dialog.get_by_role("button", name="Create").click()

        expect(visit.page.get_by_role("heading", level=1, name=f"new-{window}")).to_be_visible()
        expect(visit.page.get_by_text("The user was created.")).to_be_visible()
        visit.check_layout()


def test_users_are_searched_while_typing(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, Who.ADMIN) as visit:
        visit.go("/users")

        visit.page.get_by_role("searchbox").fill("strang")

        expect(visit.page.get_by_role("row")).to_have_count(2)
        expect(visit.page).to_have_url(re.compile("filter=strang"))
        expect(visit.page.get_by_role("searchbox")).to_be_focused()


def test_users_are_ordered_on_phones_too(visiting: Visiting) -> None:
    with visiting(Window.PHONE_DARK, Who.ADMIN) as visit:
        visit.go("/users?include_inactive=true")
        emails = visit.page.locator("tbody tr > :nth-child(2)")
        shown = emails.all_inner_texts()
        assert len(shown) > 2

        visit.page.get_by_role("link", name="E-mail").click()

        expect(emails).to_have_text(sorted(shown))
        expect(visit.page.get_by_role("columnheader", name="E-mail")).to_have_attribute("aria-sort", "ascending")
        visit.page.get_by_role("link", name="E-mail").click()
        expect(emails).to_have_text(sorted(shown, reverse=True))
        visit.check_layout()


def test_form_is_sent_nowhere_before_its_script_is_there(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT) as visit:
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        visit.page.route("**/ui/static/app-*.js", hold, times=1)
        visit.page.goto(f"{visit.demo.url}/logged-in-user", wait_until="commit")
        there = visit.page.url
        name = visit.page.get_by_label("User name")
        save = visit.page.get_by_role("button", name="Save").first

        name.fill("hasty")
        name.press("Enter")
        save.click()
        expect(name).to_have_value("hasty")
        held[0].continue_()
        expect(visit.page.locator("api-form:not(:defined)")).to_have_count(0)

        assert visit.page.url == there
        with visit.page.expect_request(lambda request: request.method == "PATCH") as sent:
            save.click()
        assert sent.value.post_data_json["username"] == "hasty"
        expect(visit.page.get_by_text("Saved.")).to_be_visible()


def test_roles_and_activity_of_a_user_are_changed(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_DARK, Who.ADMIN) as visit:
        visit.go("/users?filter=member")
        visit.page.get_by_role("link", name="member", exact=True).click()
        role = visit.page.get_by_role("option", name=re.compile("account-admin")).get_attribute("value")
        visit.page.get_by_label("Roles").select_option(role)
        visit.page.get_by_role("button", name="Save").click()

        expect(visit.page.get_by_text("Saved.")).to_be_visible()
        expect(visit.page.get_by_role("definition").filter(has_text="account-admin")).to_be_visible()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_key_is_shown_once_and_works_until_it_is_revoked(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go("/logged-in-user")
        visit.page.get_by_role("button", name="New key").click()
        visit.page.get_by_role("dialog").get_by_label("Name").fill(f"gateway {window}")
        visit.page.get_by_role("button", name="Make the key").click()
        shown = visit.page.get_by_label("Your key")
        expect(shown).to_have_value(re.compile(".{20}"))
        key = shown.input_value()
        visit.check_accessibility()
        visit.page.get_by_role("button", name="I have copied it").click()

        row = visit.page.get_by_role("row").filter(has_text=f"gateway {window}")
        expect(row).to_contain_text(key[:8])
        expect(visit.page.locator("body")).not_to_contain_text(key)
        row.get_by_role("button", name="Revoke").click()

        expect(visit.page.get_by_text("The key was revoked.")).to_be_visible()
        expect(row).to_have_count(0)


def test_colours_of_an_account_show_on_its_pages(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT) as visit:
        visit.go(f"/accounts/{visit.demo.places.account}")
        visit.page.get_by_label("Colour of the top bar").fill("#1a3443")
        visit.page.get_by_label("Colour of links and buttons").fill("#f1a122")
        visit.page.get_by_role("button", name="Save").click()
        expect(visit.page.get_by_text("Saved.")).to_be_visible()

        bar = "getComputedStyle(document.querySelector('.topbar')).backgroundColor"
        assert visit.page.evaluate(bar) == "rgb(26, 52, 67)"
        visit.check_accessibility()


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_file_is_checked_and_then_recorded(visiting: Visiting, window: Window, tmp_path: Path) -> None:
    file = tmp_path / "values.csv"
    file.write_text(f"event_start,event_value\n2020-0{1 + WINDOWS.index(window)}-01T00:00:00+00:00,1.5\n")
    with visiting(window) as visit:
        visit.go(f"/sensors/{visit.demo.places.sensor}")
        visit.page.get_by_role("button", name="Upload values").click()
        dialog = visit.page.get_by_role("dialog", name="Upload values")
        dialog.get_by_label("Files").set_input_files(file)
        dialog.get_by_role("button", name="Check").click()
        expect(dialog.get_by_text("1 rows: 1 new values, 0 changed, 0 known already.")).to_be_visible()
        visit.check_accessibility()

        dialog.get_by_role("button", name="Upload", exact=True).click()

        expect(visit.page.get_by_text("The values were recorded.")).to_be_visible()
        expect(visit.page.get_by_role("row").filter(has_text="2020").first).to_be_visible()


def test_file_that_cannot_be_read_says_why(visiting: Visiting, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("event_start,event_value\nyesterday,much\n")
    with visiting(Window.PHONE_DARK) as visit:
        visit.go(f"/sensors/{visit.demo.places.sensor}")
        visit.page.get_by_role("button", name="Upload values").click()
        dialog = visit.page.get_by_role("dialog", name="Upload values")
        dialog.get_by_label("Files").set_input_files(file)
        visit.expect_status(422)
        dialog.get_by_role("button", name="Upload", exact=True).click()

        expect(dialog.get_by_text("wrong.csv")).to_be_visible()


def test_keys_lead_to_places_but_not_while_somebody_types(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT) as visit:
        visit.go("/guide")
        visit.page.keyboard.press("g")
        visit.page.keyboard.press("a")
        expect(visit.page.get_by_role("heading", level=1, name="Assets")).to_be_visible()

        visit.page.keyboard.press("/")
        visit.page.keyboard.type("gs")

        expect(visit.page.get_by_role("searchbox")).to_have_value("gs")
        expect(visit.page.get_by_role("heading", level=1, name="Assets")).to_be_visible()
