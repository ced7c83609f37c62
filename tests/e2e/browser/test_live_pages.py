"""Pages hear what changes while they are looked at."""

from typing import Any

import httpx
from playwright.sync_api import Route, expect

from tests.browsing.demo_site import Who
from tests.browsing.visit import Visit, Visiting
from tests.browsing.window import Window

REMEMBER = """kinds => {
    window.heard = [];
    for (const kind of kinds) {
        document.body.addEventListener(`wattloom:${kind}`, ({ detail }) => window.heard.push(detail));
    }
}"""


def connection_of(visit: Visit) -> Any:
    return expect(visit.page.locator("html"))


def test_a_page_hears_of_what_others_change(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT) as visit:
        visit.go("/")
        connection_of(visit).to_have_attribute("data-live", "live")
        visit.page.evaluate(REMEMBER, ["asset"])

        site, headers = visit.demo.places.site, {"Authorization": visit.demo.token_of(Who.OWNER)}
        httpx.patch(f"{visit.demo.url}/api/v3_0/assets/{site}", json={"latitude": 52.1}, headers=headers)

        visit.page.wait_for_function("() => window.heard.length === 1")
        assert visit.page.evaluate("window.heard") == [{"kind": "asset", "asset": site, "done": "updated"}]


def test_what_happens_while_a_page_comes_is_not_missed(visiting: Visiting) -> None:
    with visiting(Window.DESKTOP_LIGHT) as visit:
        site, headers = visit.demo.places.site, {"Authorization": visit.demo.token_of(Who.OWNER)}
        asked: list[str] = []

        def change_first(route: Route) -> None:
            """Let something happen after the page was made, and before its stream is open."""
            if not asked:
                httpx.patch(f"{visit.demo.url}/api/v3_0/assets/{site}", json={"latitude": 52.2}, headers=headers)
            asked.append(route.request.url)
            route.continue_()

        visit.page.add_init_script(
            f"addEventListener('DOMContentLoaded', () => ({REMEMBER})(['asset']), {{ once: true }})"
        )
        visit.page.route("**/api/v4/events*", change_first)
        visit.go("/dashboard")

        visit.page.wait_for_function("() => window.heard.length === 1")
        assert visit.page.evaluate("window.heard")[0]["asset"] == site


def test_a_page_without_a_stream_asks_again_and_again(visiting: Visiting) -> None:
    with visiting(Window.PHONE_DARK) as visit:
        # As when too many streams are open.
        visit.page.route(
            "**/api/v4/events*",
            lambda route: (
                route.fulfill(status=503) if "event-stream" in route.request.headers["accept"] else route.continue_()
            ),
        )
        visit.expect_status(503)
        visit.go("/")

        connection_of(visit).to_have_attribute("data-live", "polling")
