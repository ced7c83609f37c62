"""A browser window on the demo, and all that must not happen in it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, expect

from tests.browsing.accessibility import violations
from tests.browsing.chromium import TIMEOUT_MS
from tests.browsing.demo_site import DemoSite, Who
from tests.browsing.time_of_day import clock_script
from tests.browsing.window import Window

UNSETTLED = (
    "[aria-busy=true], .htmx-request, site-plan:not([data-state]), "
    "[data-state=loading]:not([data-state=drawn] *)"  # what is drawn leaves parts for when they come into view
)
FARTHEST_MAIN = 40
"""So many times a person presses Tab at most to come to the main content."""
MOST_STOPS = 25
"""So many places in the main content are looked at."""

# Chromium tells of them on its console too; said once more by the page, they are surely noticed.
_TELL_OF_POLICY = """addEventListener("securitypolicyviolation", (event) => {
    console.error(`Content-Security-Policy: ${event.violatedDirective} forbids ${event.blockedURI}`);
});"""
# What is fading in has less contrast than it will have; what goes on for ever is not waited for.
_WAIT_FOR_FADES = """() => Promise.all(
    document.getAnimations()
        .filter((animation) => animation.effect.getTiming().iterations !== Infinity)
        .map((animation) => animation.finished.catch(() => null)),
)"""
_BLOCKED = "Service Worker registration blocked by Playwright"
_HTTP_ERROR = "Failed to load resource: the server responded with a status of"


@dataclass
class Visit:
    """One browser window, and what should not have happened in it.

    Attributes:
        page: Of Playwright.
        demo: What it looks at.
        window: What it looks like.
        complaints: What went wrong; must be empty at the end.
    """

    page: Page
    demo: DemoSite
    window: Window
    complaints: list[str] = field(default_factory=list)
    _expected: set[int] = field(default_factory=set)
    _met: set[int] = field(default_factory=set)

    def go(self, path: str) -> None:
        """Open a page, and wait until everything on it is there."""
        self.page.goto(f"{self.demo.url}{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing on the page is being loaded or drawn."""
        # Not by an expression: the page's policy forbids to evaluate a string once more at each look.
        expect(self.page.locator(UNSETTLED)).to_have_count(0)

    def log_in(self, who: Who = Who.OWNER, password: str = "") -> None:
        """Fill in the login form, and wait for what comes."""
        email, right_password = self.demo.login_of(who)
        self.go("/login")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", password or right_password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Log in").click()

    def expect_status(self, status: int) -> None:
        """Announce that the server will answer like this, at least once."""
        self._expected.add(status)

    def check_accessibility(self) -> None:
        """Fail when the page breaks a rule of WCAG 2.2 AA that a program can judge."""
        self.page.evaluate(_WAIT_FOR_FADES)
        _must_be_empty(violations(self.page))

    def check_layout(self) -> None:
        """Fail when the page scrolls sideways, something is too wide for it, or text is cut off."""
        _must_be_empty(self.page.evaluate(_script("layout.js")))

    def check_keyboard(self) -> None:
        """Fail when Tab does not lead to the main content, or does not show where it is."""
        self.page.evaluate("document.activeElement?.blur()")
        faults, stops_in_main = [], 0
        for n in range(FARTHEST_MAIN + MOST_STOPS):
            focus = self._press("Tab")
            faults += [focus["fault"]] if focus["fault"] else []
            stops_in_main += focus["isInMain"]
            has_left = (stops_in_main or n) and not focus["name"]
            if stops_in_main == MOST_STOPS or has_left:
                break
        _must_be_empty(faults)
        # What has nothing to press in its main content is reached by the link that skips the menu.
        if not stops_in_main:
            self._press("Tab")
            assert self._press("Enter")["isInMain"], "no key leads to the main content"

    def _press(self, key: str) -> dict[str, Any]:
        self.page.keyboard.press(key)
        return dict(self.page.evaluate(_script("focus.js")))

    def check_complaints(self) -> None:
        """Fail when something went wrong since the last time."""
        missing = [f"no answer had the status {status}" for status in self._expected - self._met]
        complaints = self.complaints + missing
        self.complaints.clear()
        self._expected.clear()
        self._met.clear()
        _must_be_empty(complaints)

    def listen(self) -> None:
        """Hear everything that happens in the page from now on."""
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._see_request)
        self.page.on("response", self._see_response)
        self.page.on("requestfailed", self._see_failure)

    def _hear(self, message: ConsoleMessage) -> None:
        if not message.text.startswith((_HTTP_ERROR, _BLOCKED)):  # the first are seen as responses
            self.complaints.append(f"{message.type}: {message.text}")

    def _see_request(self, request: Request) -> None:
        if _host(request.url) != _host(self.demo.url):
            self.complaints.append(f"asked for {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status in self._expected:
            self._met.add(response.status)
        elif not response.status < 400:
            self.complaints.append(f"{response.status} for {response.request.method} {response.url}")

    def _see_failure(self, request: Request) -> None:
        # Leaving a page ends what it still waits for.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure} for {request.method} {request.url}")


Visiting = Callable[..., AbstractContextManager[Visit]]
"""Opens a window: the fixture ``visiting``."""


@contextmanager
def open_visit(browser: Browser, demo: DemoSite, window: Window, login: Who | None, **options: Any) -> Iterator[Visit]:
    """Open a window, in which somebody is logged in already, and look at its complaints when it closes.

    Who has not logged in before does so through the form; later windows take over that browser's state.
    The ``options`` are Playwright's, for example ``timezone_id``. Without ``service_workers="allow"`` there are none:
    answers that a test changes on their way do not pass through Playwright once a service worker is there.
    """
    if login is not None and login not in demo.sessions:
        demo.sessions[login] = _logged_in(browser, demo, login)
    state = None if login is None else demo.sessions[login]
    context = browser.new_context(
        viewport={"width": window.width, "height": window.height},
        color_scheme="dark" if window.scheme == "dark" else "light",
        storage_state=state,
        **{"service_workers": "block"} | options,
    )
    visit = _visit_in(context, demo, window)
    try:
        yield visit
    except BaseException as error:
        for complaint in visit.complaints:
            error.add_note(complaint)
        raise
    finally:
        context.close()
    visit.check_complaints()


def _visit_in(context: BrowserContext, demo: DemoSite, window: Window) -> Visit:
    context.add_init_script(clock_script())
    context.add_init_script(_TELL_OF_POLICY)
    context.set_default_timeout(TIMEOUT_MS)
    visit = Visit(context.new_page(), demo, window)
    visit.listen()
    return visit


def _logged_in(browser: Browser, demo: DemoSite, who: Who) -> object:
    with browser.new_context(locale="en-GB") as context:
        # Nobody listens: where a login leads to is looked at by tests of that page.
        visit = Visit(context.new_page(), demo, Window.DESKTOP_LIGHT)
        visit.log_in(who)
        expect(visit.page).not_to_have_url(f"{demo.url}/login")
        return context.storage_state()


def _must_be_empty(faults: list[str]) -> None:
    assert not faults, "\n".join(faults)


def _host(url: str) -> str:
    return urlsplit(url.removeprefix("blob:")).netloc


@cache
def _script(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
