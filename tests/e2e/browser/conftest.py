"""What tests of pages share: a browser, the served demo, and windows on it that notice what goes wrong.

A test of a page opens a window and looks at it::

    @pytest.mark.parametrize("window", WINDOWS, ids=str)
    def test_status_tells_when_data_came(visiting: Visiting, window: Window) -> None:
        with visiting(window) as visit:
            visit.go(f"/assets/{visit.demo.places.site}/status")

            expect(visit.page.get_by_role("heading", name="Status")).to_be_visible()
            visit.check_accessibility()
            visit.check_layout()

Each module has a demo of its own, so that its tests may change it.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browsing.chromium import running_chromium
from tests.browsing.demo_site import DemoSite, Who, make_demo, serving_demo
from tests.browsing.visit import Visit, Visiting, open_visit
from tests.browsing.window import Window

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a module in one process: they share a browser and a server."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


# Not for the session: while Playwright runs, no other test of the process can run an event loop.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium, without a window; each test opens a context of its own."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment of a demo that modules copy: making it takes longer than starting a server on it."""
    return make_demo(tmp_path_factory.mktemp("made") / "demo")


@pytest.fixture(scope="module")
def demo(made_demo: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo home, served for the tests of a module."""
    with serving_demo(made_demo, tmp_path_factory.mktemp("served") / "demo") as demo:
        yield demo


@pytest.fixture
def visiting(chromium: Browser, demo: DemoSite) -> Visiting:
    """Opens a window; the test fails when something goes wrong in it that was not announced.

    ``visiting(window, login=None)`` logs nobody in; by default the owner of the home looks, from New York.
    """

    def visit(
        window: Window = Window.DESKTOP_LIGHT,
        login: Who | None = Who.OWNER,
        *,
        zone: str = "America/New_York",
        locale: str = "en-GB",
        **options: Any,
    ) -> AbstractContextManager[Visit]:
        return open_visit(chromium, demo, window, login, timezone_id=zone, locale=locale, **options)

    return visit
