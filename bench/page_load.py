"""What happens in a browser between asking for a page and seeing it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests.browsing.demo_site import DemoSite, Who
from tests.browsing.visit import Visit, open_visit
from tests.browsing.window import Window

PROBE = Path(__file__).with_name("page_probe.js")
PAN_STEPS = 60
_LOAD = """() => {
    const [navigation] = performance.getEntriesByType("navigation");
    const drawn = probe.drawn.at(-1) ?? 0;
    const answers = performance.getEntriesByType("resource")
        .filter(({ name, responseEnd }) => name.includes("/api/") && responseEnd <= drawn);
    return {
        interactive_ms: navigation.domContentLoadedEventEnd,
        largest_ms: probe.largest,
        drawn_ms: drawn,
        drawing_ms: drawn - Math.max(navigation.responseEnd, ...answers.map(({ responseEnd }) => responseEnd)),
    };
}"""


@dataclass(frozen=True)
class Load:
    """When things happened, since the page was asked for [ms].

    Attributes:
        interactive_ms: All scripts have run; the page answers.
        largest_ms: The largest text or picture is seen.
        drawn_ms: The last chart is seen; 0 on a page without one.
        drawing_ms: From the arrival of the data to the chart.
    """

    interactive_ms: float
    largest_ms: float
    drawn_ms: float
    drawing_ms: float


@contextmanager
def probed_visit(browser: Browser, demo: DemoSite) -> Iterator[Visit]:
    """Open a window at a desk with an empty cache, in which the owner is logged in."""
    with open_visit(
        browser,
        demo,
        Window.DESKTOP_LIGHT,
        Who.OWNER,
        timezone_id="Europe/Berlin",
        locale="en-GB",
        service_workers="allow",
    ) as visit:
        visit.page.add_init_script(path=PROBE)
        yield visit


def load(visit: Visit, path: str) -> Load:
    """Load a page and measure."""
    visit.go(path)
    # Two more frames: the last picture is painted then, and noted.
    visit.page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )
    measured: dict[str, float] = visit.page.evaluate(_LOAD)
    return Load(**measured)


def zoom_ms(visit: Visit, chart: str) -> float:
    """Turn the wheel over a chart, and return how long it takes until the new picture is seen [ms]."""
    visit.page.mouse.move(*_middle(visit, chart))
    visit.page.evaluate("probe.wheel = 0")
    visit.page.keyboard.down("Control")
    visit.page.mouse.wheel(0, -100)
    visit.page.wait_for_function("() => probe.wheel && probe.drawn.at(-1) > probe.wheel")
    visit.page.keyboard.up("Control")
    visit.settle()
    return float(visit.page.evaluate("probe.drawn.find((at) => at > probe.wheel) - probe.wheel"))


def longest_task_ms(visit: Visit, chart: str) -> float:
    """Drag a chart to and fro, and return how long the page did not answer at most [ms]; 0 when below 50 ms."""
    x, y = _middle(visit, chart)
    began = visit.page.evaluate("performance.now()")
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    for step in range(PAN_STEPS):
        visit.page.mouse.move(x + 200 * (-1) ** (step // 10) * (step % 10) / 10, y)
    visit.page.mouse.up()
    visit.settle()
    longest = "since => Math.max(0, ...probe.longTasks.filter((t) => t.startTime >= since).map((t) => t.duration))"
    return float(visit.page.evaluate(longest, began))


def scripts_of(visit: Visit) -> set[str]:
    """Return the names of the script files that the page has loaded."""
    names: list[str] = visit.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    return {name.rpartition("/")[2] for name in names if name.endswith(".js")}


def _middle(visit: Visit, selector: str) -> tuple[float, float]:
    box = visit.page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
