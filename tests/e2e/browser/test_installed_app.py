"""The pages as an installed app: described, and with the last known site when the server cannot be reached."""

from playwright.sync_api import expect

from tests.browsing.visit import Visiting
from tests.browsing.window import Window

INSTALLED = "async () => { await navigator.serviceWorker.ready; }"
"""From then on the worker stands between the server and every page that is opened."""


def test_app_can_be_installed(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, None, service_workers="allow") as visit:
        visit.go("/login")

        manifest = visit.page.evaluate(
            "async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()"
        )

        assert (manifest["start_url"], manifest["display"]) == ("/", "standalone")
        for icon in manifest["icons"]:
            assert visit.page.request.get(f"{visit.demo.url}{icon['src']}").headers["content-type"] == icon["type"]


def test_last_known_site_is_shown_without_the_server(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, service_workers="allow") as visit:
        overview = f"/assets/{visit.demo.places.site}/overview"
        visit.go(overview)
        visit.page.evaluate(INSTALLED)
        visit.go(overview)
        visit.page.context.set_offline(True)

        visit.page.reload()

        expect(visit.page.get_by_role("heading", level=1)).to_have_text("Demo Home")
        visit.page.context.set_offline(False)
        visit.complaints.clear()  # what could not be asked for without the server


def test_who_logs_out_leaves_nothing_behind(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, None, service_workers="allow") as visit:
        visit.log_in()
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        visit.page.evaluate(INSTALLED)
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        kept = "async () => (await caches.keys()).filter((name) => name.startsWith('last-seen')).length"
        assert visit.page.evaluate(kept) == 1

        visit.page.locator(".user-menu summary").click()
        visit.page.get_by_role("button", name="Log out").click()
        expect(visit.page).to_have_url(f"{visit.demo.url}/login")

        assert visit.page.evaluate(kept) == 0


def test_who_logs_in_finds_nothing_of_others(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, None, service_workers="allow") as visit:
        visit.log_in()
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        visit.page.evaluate(INSTALLED)
        visit.page.evaluate("async () => (await caches.open('last-seen-1')).put('/seen', new Response(''))")
        visit.page.context.clear_cookies()  # as sessions end: without logging out

        visit.log_in()

        expect(visit.page).not_to_have_url(f"{visit.demo.url}/login")
        assert visit.page.evaluate("async () => (await caches.match('/seen')) === undefined")


def test_what_may_not_be_read_any_more_is_forgotten(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, service_workers="allow") as visit:
        visit.go(f"/assets/{visit.demo.places.site}/overview")
        visit.page.evaluate(INSTALLED)
        gone = "/assets/987654/overview"
        visit.page.evaluate("async (path) => (await caches.open('last-seen-1')).put(path, new Response(''))", gone)
        visit.expect_status(404)

        visit.go(gone)

        assert visit.page.evaluate("async (path) => (await caches.match(path)) === undefined", gone)
