"""Take a picture of every page, on a phone and at a desk, light and dark: ``python -m scripts.screenshots``.

Starts a server with a fresh demo on a free port. The pages are those of
``tests/browsing/pages.py``; whole pages are shown, whatever their height. What
went wrong on a page is printed beside the name of its picture.
"""

import argparse
import base64
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from tests.browsing.chromium import running_chromium
from tests.browsing.demo_site import DemoSite, Who, make_demo, serving_demo
from tests.browsing.pages import PAGES, ListedPage
from tests.browsing.visit import Visit, open_visit
from tests.browsing.window import WINDOWS, Window

ROOT = Path(__file__).resolve().parents[1]
README_PICTURE = ROOT / "docs" / "images" / "front-page.webp"
README_MOST_BYTES = 200_000
_TO_WEBP = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext("2d").drawImage(image, 0, 0);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.9 });
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
}"""
ZONE = "Europe/Berlin"
"""Where whoever looks is; the demo home is there, too."""


def main() -> None:
    """Take the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "screenshots", help="folder for the pictures")
    parser.add_argument("--only", default="", help="only pages whose name or window matches this expression")
    parser.add_argument("--language", default="en", help="what the browser asks for: en, nl or de")
    parser.add_argument("--readme", action="store_true", help="only the picture of the front page for README.md")
    options = parser.parse_args()
    with _demo() as demo, running_chromium() as browser:
        if options.readme:
            take_for_readme(browser, demo)
            return
        options.out.mkdir(parents=True, exist_ok=True)
        for page in PAGES:
            for window in WINDOWS:
                name = f"{page.name}-{window}"
                if re.search(options.only, name):
                    target = options.out / f"{name}.png"
                    print(
                        target, *take(browser, demo, page, window, target, options.language), sep="\n    ", flush=True
                    )


def take(browser: Browser, demo: DemoSite, page: ListedPage, window: Window, target: Path, language: str) -> list[str]:
    """Write the picture of a page, and return what went wrong on it."""
    with open_visit(browser, demo, window, page.login, timezone_id=ZONE, locale=language) as visit:
        visit.go(page.path_on(demo))
        target.write_bytes(photograph(visit))
        problems, visit.complaints = visit.complaints, []
    return [problem for problem in problems if not problem.startswith(str(page.status))]


def photograph(visit: Visit) -> bytes:
    """Return a picture of the whole page, as a window that is tall enough shows it."""
    for _time in range(2):  # what comes into view may make the page taller
        height = int(visit.page.evaluate("document.documentElement.scrollHeight"))
        visit.page.set_viewport_size({"width": visit.window.width, "height": height})
        visit.settle()
    return visit.page.screenshot(full_page=True, animations="disabled")


def take_for_readme(browser: Browser, demo: DemoSite) -> None:
    """Write the picture of the front page that README.md shows: kept small, since every clone carries it."""
    with open_visit(browser, demo, Window.DESKTOP_LIGHT, Who.OWNER, timezone_id=ZONE, locale="en-GB") as visit:
        visit.go("/")
        png = base64.b64encode(photograph(visit)).decode()
    with browser.new_context() as context:  # without a policy that forbids the picture
        README_PICTURE.write_bytes(bytes(context.new_page().evaluate(_TO_WEBP, png)))
    size = README_PICTURE.stat().st_size
    print(f"{README_PICTURE}: {size:,} bytes")
    assert size <= README_MOST_BYTES


@contextmanager
def _demo() -> Iterator[DemoSite]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving_demo(make_demo(Path(folder) / "made"), Path(folder) / "served") as demo,
    ):
        yield demo


if __name__ == "__main__":
    main()
