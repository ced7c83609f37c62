"""Pages in the language of the reader: chosen, or asked for by the browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browsing.pages import PAGES, ListedPage
from tests.browsing.visit import Visiting
from tests.browsing.window import WINDOWS, Window

WORDY = [
    page
    for page in PAGES
    if page.name in {"assets", "dashboard", "flex-model", "guide", "own-account", "setup-prices", "status", "structure"}
]
"""Pages with much text: German words are the longest."""


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_chosen_language_changes_the_pages(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        visit.go("/dashboard")
        visit.page.locator(".user-menu summary").click()

        with visit.page.expect_navigation():
            visit.page.get_by_label("Language").select_option("de")
        visit.settle()

        expect(visit.page.locator("html")).to_have_attribute("lang", "de-DE")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Standorte")
        visit.check_accessibility()
        visit.check_layout()
        visit.go("/tf-setup")
        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Zwei-Faktor-Anmeldung")


def test_numbers_and_dates_follow_the_language(visiting: Visiting) -> None:
    with visiting(locale="nl-NL") as visit:
        visit.go(f"/assets/{visit.demo.places.site}/overview")

        figures = visit.page.locator("main").inner_text()

        assert re.search(r"\d,\d+\N{THIN SPACE}kW\b", figures)
        assert not re.search(r"\d\.\d{1,2}\N{THIN SPACE}kW\b", figures)
        assert visit.page.evaluate("new Intl.NumberFormat(document.documentElement.lang).format(3.4)") == "3,4"


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_language_of_the_browser_counts_before_a_login(visiting: Visiting, window: Window) -> None:
    with visiting(window, login=None, locale="nl-BE") as visit:
        visit.go("/login")

        expect(visit.page.get_by_role("button", name="Inloggen")).to_be_visible()
        with visit.page.expect_navigation():
            visit.page.get_by_label("Taal").select_option("en")
        expect(visit.page.get_by_role("button", name="Log in")).to_be_visible()
        visit.check_accessibility()
        visit.check_layout()


def test_texts_of_scripts_follow_the_language(visiting: Visiting) -> None:
    with visiting(locale="de-AT") as visit:
        visit.go("/dashboard")

        assert visit.page.evaluate("wattloomTexts['Something went wrong.']") == "Etwas ist schiefgegangen."


@pytest.mark.parametrize("page", WORDY, ids=str)
def test_long_words_fit_on_a_phone(visiting: Visiting, page: ListedPage) -> None:
    with visiting(Window.PHONE_LIGHT, page.login, locale="de-DE") as visit:
        visit.go(page.path_on(visit.demo))

        visit.check_layout()


def test_errors_are_told_in_the_language(visiting: Visiting) -> None:
    with visiting(locale="de-DE") as visit:
        visit.expect_status(404)

        visit.go("/nothing-here")

        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Nicht gefunden")
