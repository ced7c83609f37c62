"""Graphs of a site: drawn, moved, compared, replayed, annotated and exported."""

import csv
import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Download, Locator, expect

from tests.browsing.time_of_day import ZONE, now_there
from tests.browsing.visit import Visit, Visiting
from tests.browsing.window import WINDOWS, Window

READABLE = "sensor-graphs[data-state=drawn]"


def open_graphs(visit: Visit, query: str = "") -> None:
    visit.go(f"/assets/{visit.demo.places.site}/graphs{query}")
    expect(visit.page.locator(READABLE)).to_be_visible()


def asked(visit: Visit) -> dict[str, str]:
    """Return the parameters in the address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(visit.page.url).query).items()}


def canvas(visit: Visit, n: int = 1) -> Locator:
    return visit.page.locator(".graph-canvas").nth(n)


def choose(visit: Visit, name: str) -> None:
    """Use an entry of the menu."""
    visit.page.get_by_title("Export and more").click()
    visit.page.locator(".graph-menu").get_by_text(name, exact=True).click()


def csv_rows(download: Download, folder: Path) -> list[list[str]]:
    download.save_as(folder / "graphs.csv")
    return list(csv.reader(io.StringIO((folder / "graphs.csv").read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_rows_of_the_asset_are_drawn_with_the_values_at_the_cursor(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        open_graphs(visit)

        expect(visit.page.locator(".graph-row").nth(1)).to_have_attribute("data-state", "drawn")
        canvas(visit).focus()
        visit.page.keyboard.press("ArrowLeft")

        expect(visit.page.locator(".graph-spoken")).to_have_text(re.compile(r"\d\d:\d\d–\d\d:\d\d: .*\skW"))
        expect(visit.page.get_by_role("heading", name="State of charge")).to_be_attached()
        expect(visit.page.locator(".graph-value").filter(has_text="kW").first).to_be_visible()
        visit.check_accessibility()
        visit.check_layout()


@pytest.mark.parametrize("window", [Window.PHONE_DARK, Window.DESKTOP_LIGHT], ids=str)
def test_first_picture_is_of_the_values_that_the_page_asks_for(visiting: Visiting, window: Window) -> None:
    with visiting(window) as visit:
        queries: list[dict[str, list[str]]] = []
        visit.page.on("request", lambda request: queries.append(parse_qs(urlsplit(request.url).query)))

        open_graphs(visit)

        now = now_there()
        spans = [
            [datetime.fromisoformat(one[key][0]) for key in ("start", "end")] for one in queries if "beliefs" in one
        ]
        assert len([start for start, end in spans if start <= now < end and end - start < timedelta(days=7)]) == 1


def test_what_is_shown_stands_in_the_address_and_the_back_button_undoes_it(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit, "?start_time=2026-03-28T00:00:00%2B01:00&end_time=2026-03-29T00:00:00%2B01:00")
        expect(visit.page.get_by_label("From", exact=True)).to_have_value("2026-03-28T00:00")

        # The next day has 23 hours in Berlin.
        visit.page.get_by_role("button", name="Next range").click()
        expect(visit.page.get_by_label("To", exact=True)).to_have_value("2026-03-30T00:00")
        assert (asked(visit)["start"], asked(visit)["end"]) == (
            "2026-03-29T00:00:00+01:00",
            "2026-03-30T00:00:00+02:00",
        )

        visit.page.get_by_label("View", exact=True).select_option("table")
        expect(visit.page.locator(READABLE)).to_be_visible()
        assert asked(visit)["view"] == "table"

        visit.page.go_back()
        expect(visit.page.get_by_label("View", exact=True)).to_have_value("lines")
        visit.page.go_back()
        expect(visit.page.get_by_label("From", exact=True)).to_have_value("2026-03-28T00:00")


def test_zooming_moving_and_choosing_a_part_change_the_window(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)
        end = visit.page.get_by_label("To", exact=True)
        first = end.input_value()

        canvas(visit).focus()
        visit.page.keyboard.press("+")
        expect(end).not_to_have_value(first)

        box = canvas(visit).bounding_box()
        assert box is not None
        before = end.input_value()
        visit.page.mouse.move(box["x"] + 400, box["y"] + 100)
        visit.page.mouse.down()
        visit.page.mouse.move(box["x"] + 600, box["y"] + 100, steps=4)
        visit.page.mouse.up()
        expect(end).not_to_have_value(before)

        visit.page.keyboard.down("Shift")
        visit.page.mouse.move(box["x"] + 400, box["y"] + 100)
        visit.page.mouse.down()
        visit.page.mouse.move(box["x"] + 600, box["y"] + 100, steps=4)
        visit.page.mouse.up()
        visit.page.keyboard.up("Shift")
        visit.settle()

        start, stop = (visit.page.get_by_label(name, exact=True).input_value() for name in ("From", "To"))
        assert start < stop < first


def test_a_line_is_hidden_in_the_legend_and_missing_in_the_file(visiting: Visiting, tmp_path: Path) -> None:
    with visiting() as visit:
        open_graphs(visit)
        key = visit.page.get_by_role("button", name="feed-in price")

        key.click()
        expect(key).to_have_attribute("aria-pressed", "false")
        with visit.page.expect_download() as download:
            choose(visit, "CSV")

        heading, first, *_ = csv_rows(download.value, tmp_path)
        assert heading[:3] == ["Start (UTC)", "Start (Europe/Berlin)", "buying price (Demo Home) [EUR/kWh]"]
        assert not [name for name in heading if "feed-in" in name]
        assert first[0].endswith("Z")
        assert first[1].endswith("+01:00") or first[1].endswith("+02:00")
        assert len(first) == len(heading)


def test_files_have_headings_in_the_language_of_the_page(visiting: Visiting, tmp_path: Path) -> None:
    with visiting(locale="nl-NL") as visit:
        open_graphs(visit)

        visit.page.get_by_title("Exporteren en meer").click()
        with visit.page.expect_download() as download:
            visit.page.locator(".graph-menu").get_by_text("CSV", exact=True).click()

        heading, *_ = csv_rows(download.value, tmp_path)
        assert heading[:2] == ["Begin (UTC)", "Begin (Europe/Berlin)"]


@pytest.mark.parametrize(("entry", "begins"), [("JSON", b"{"), ("Picture (PNG)", b"\x89PNG")])
def test_other_files(visiting: Visiting, tmp_path: Path, entry: str, begins: bytes) -> None:
    with visiting() as visit:
        open_graphs(visit)

        with visit.page.expect_download() as download:
            choose(visit, entry)
        download.value.save_as(tmp_path / "file")

        content = (tmp_path / "file").read_bytes()
        assert content.startswith(begins)
        assert not content.startswith(b"{") or json.loads(content)["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize("view", ["histogram", "day", "week", "table"])
def test_other_views_open_from_a_link(visiting: Visiting, view: str) -> None:
    with visiting(Window.PHONE_DARK) as visit:
        open_graphs(visit, f"?view={view}")

        expect(visit.page.locator(".graph-row").first).to_have_attribute("data-state", re.compile("drawn|loading"))
        expect(visit.page.locator(".graph-canvas" if view != "table" else ".graph-table").first).to_be_visible()
        visit.check_accessibility()
        visit.check_layout()


@pytest.mark.parametrize("window", [Window.PHONE_DARK, Window.DESKTOP_LIGHT], ids=str)
def test_graphs_are_shown_as_known_at_a_moment_and_go_back_to_the_present(
    visiting: Visiting, window: Window, tmp_path: Path
) -> None:
    moment = now_there().astimezone(ZONE).replace(minute=0, second=0, microsecond=0) - timedelta(hours=6)
    with visiting(window) as visit:
        open_graphs(visit)
        page = visit.page
        chip = page.locator(".graph-known")
        page.get_by_title("Export and more").click()

        page.get_by_label("As known at").fill(f"{now_there().astimezone(ZONE) + timedelta(days=1):%Y-%m-%dT%H:%M}")
        assert "asof" not in asked(visit)
        with page.expect_request(lambda request: "prior=" in request.url and "/series" in request.url) as series:
            page.get_by_label("As known at").fill(f"{moment:%Y-%m-%dT%H:%M}")

        expect(chip).to_contain_text(f"As known at {moment.day} {moment:%b}")
        assert asked(visit)["asof"] == moment.isoformat()
        assert datetime.fromisoformat(parse_qs(urlsplit(series.value.url).query)["prior"][0]) == moment
        visit.check_layout()
        page.get_by_role("heading", level=1).click()
        visit.check_accessibility()

        with page.expect_download() as download:
            choose(visit, "JSON")
        download.value.save_as(tmp_path / "file")
        content = json.loads((tmp_path / "file").read_text(encoding="utf-8"))
        assert datetime.fromisoformat(content["known_at"]) == moment

        back = page.get_by_role("button", name="Back to the present")
        back.click()
        expect(back).to_be_hidden()
        assert "asof" not in asked(visit)
        page.go_back()
        expect(chip).to_contain_text("As known at")


def test_a_link_opens_the_replay_at_the_moment_that_was_shown(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)
        page = visit.page
        clock = page.locator(".graph-clock")
        page.get_by_role("button", name="Replay").click()
        expect(clock).to_have_text(re.compile(r"step (\d+) of \1"))
        last = asked(visit)["replay"]
        page.get_by_role("button", name="Step back").click()
        page.get_by_role("button", name="Step back").click()
        shown = clock.text_content()
        expect(page).not_to_have_url(re.compile(f"replay={re.escape(last)}"))

        link = page.url
        page.go_back()
        expect(clock).to_have_count(0)
        assert "replay" not in asked(visit)
        page.go_forward()
        expect(clock).to_have_text(shown or "")

        visit.go(link.removeprefix(visit.demo.url))
        expect(clock).to_have_text(shown or "")
        page.get_by_role("button", name="Replay").click()
        expect(clock).to_have_count(0)
        assert "replay" not in asked(visit)


def test_replay_goes_from_one_batch_of_beliefs_to_the_next(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)

        visit.page.get_by_role("button", name="Replay").click()
        clock = visit.page.locator(".graph-clock")
        expect(clock).to_have_text(re.compile(r"step (\d+) of \1"))
        visit.page.get_by_role("button", name="Step back").click()
        expect(clock).not_to_have_text(re.compile(r"step (\d+) of \1"))
        visit.check_accessibility()

        visit.page.keyboard.press("n")
        expect(clock).to_have_text(re.compile(r"step (\d+) of \1"))


def test_a_key_plays_the_replay_from_its_beginning_in_every_view(visiting: Visiting) -> None:
    today = now_there().astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    window = urlencode({"start": (today - timedelta(days=1)).isoformat(), "end": today.isoformat()})
    with visiting() as visit:
        open_graphs(visit, f"?view=table&{window}")
        rows = visit.page.locator(".graph-table").first.locator("tbody tr")
        hours = rows.count()  # 23 to 25 of them

        visit.page.keyboard.press("p")
        expect(visit.page.locator(".graph-clock")).to_have_text(re.compile(r"step \d of "))
        visit.page.keyboard.press("p")
        expect(visit.page.get_by_role("button", name="Play", exact=True)).to_have_attribute("aria-pressed", "false")

        expect(rows).not_to_have_count(hours)


def test_a_replay_that_cannot_be_read_says_why(visiting: Visiting) -> None:
    with visiting() as visit:
        visit.expect_status(503)
        visit.page.route(
            "**/api/v4/series?*beliefs=all*", lambda route: route.fulfill(status=503, json={"message": "Busy."})
        )

        open_graphs(visit, f"?replay={now_there():%Y-%m-%dT%H:%M:%SZ}")

        expect(visit.page.locator(".graph-clock")).to_have_text("Busy.")
        expect(visit.page.locator(".graph-row").first).to_have_attribute("data-state", "drawn")


def test_forecasts_are_measured_by_what_happened(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)

        visit.page.get_by_role("button", name="Forecasts").click()
        expect(visit.page.locator(".graph-accuracy")).to_have_text(re.compile("Bias|Nothing has happened"))
        expect(visit.page.get_by_role("button", name=re.compile("1 day before")).first).to_be_visible()
        assert asked(visit)["horizon"] == "PT24H"
        canvas(visit).click(position={"x": 300, "y": 100})

        expect(visit.page.get_by_role("heading", name=re.compile("What was believed about"))).to_be_visible()
        visit.check_accessibility()


def test_links_with_a_horizon_that_is_no_choice_show_the_usual_one(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit, "?horizon=P9Y")

        expect(visit.page.locator(".graph-accuracy")).to_have_text(re.compile("Bias|Nothing has happened"))


def test_files_hold_what_happened_also_while_forecasts_are_compared(visiting: Visiting, tmp_path: Path) -> None:
    headings = []
    with visiting() as visit:
        for query in ("", "?horizon=PT24H"):
            open_graphs(visit, query)
            with visit.page.expect_download() as download:
                choose(visit, "CSV")
            headings.append(csv_rows(download.value, tmp_path)[0])

    assert headings[0] == headings[1]


def test_annotations_are_added_changed_and_removed(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)
        page = visit.page
        page.get_by_role("button", name="Notes").click()
        listed = page.locator(".graph-annotations")

        page.get_by_label("Text").fill("Maintenance")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(listed).to_contain_text("Maintenance")
        visit.check_accessibility()

        listed.get_by_role("button", name="Change").click()
        page.get_by_label("Text").fill("Repair")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(listed).to_contain_text("Repair")
        expect(listed).not_to_contain_text("Maintenance")

        listed.get_by_role("button", name="Remove").click()
        expect(listed).to_contain_text("No annotations in this range.")


def remark_on_yesterday(visit: Visit, text: str) -> None:
    """Annotate all of yesterday, and look at it."""
    visit.page.get_by_label("Range", exact=True).select_option("yesterday")
    expect(visit.page.locator(READABLE)).to_be_visible()
    visit.page.get_by_role("button", name="Notes").click()
    visit.page.get_by_label("Text").fill(text)
    visit.page.get_by_role("button", name="Add", exact=True).click()
    expect(visit.page.locator(".graph-annotations")).to_contain_text(text)
    visit.page.get_by_role("button", name="Notes").click()


def test_annotations_are_told_at_the_cursor(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)
        remark_on_yesterday(visit, "The inverter was replaced")
        panel = canvas(visit).locator(".graph-panel")

        canvas(visit).hover(position={"x": 300, "y": 100})
        expect(panel).to_contain_text("The inverter was replaced")
        expect(panel).to_contain_text("Label")
        visit.page.mouse.move(0, 0)
        expect(panel).to_be_hidden()

        canvas(visit).focus()
        visit.page.keyboard.press("Home")
        expect(visit.page.locator(".graph-spoken")).to_contain_text("The inverter was replaced")


def test_annotations_are_told_where_a_finger_taps(visiting: Visiting) -> None:
    with visiting(Window.PHONE_LIGHT, has_touch=True) as visit:
        open_graphs(visit)
        remark_on_yesterday(visit, "The meter was read")
        panel = canvas(visit).locator(".graph-panel")

        canvas(visit).tap(position={"x": 150, "y": 100})
        expect(panel).to_contain_text("The meter was read")
        expect(panel).to_contain_text("kW")
        visit.check_layout()

        visit.page.get_by_role("heading", level=1).tap()
        expect(panel).to_be_hidden()


def test_any_sensor_is_added_below_and_taken_away(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)
        page = visit.page
        rows = page.locator(".graph-row:visible")
        before = rows.count()

        page.get_by_role("button", name="Sensors").click()
        page.get_by_role("combobox", name="Sensors that are shown below").click()
        page.locator("sensor-picker [role=option]").first.click()
        expect(rows).to_have_count(before + 1)
        added = asked(visit)["sensors"]

        open_graphs(visit, f"?sensors={added}")
        expect(rows).to_have_count(before + 1)
        rows.last.get_by_role("button", name="Remove").click()
        expect(rows).to_have_count(before)


def test_keys_are_listed(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)

        visit.page.keyboard.press("?")

        expect(visit.page.get_by_role("dialog", name="Keyboard")).to_be_visible()
        visit.check_accessibility()


def test_a_refusal_is_shown_with_a_way_to_try_again(visiting: Visiting) -> None:
    with visiting() as visit:
        open_graphs(visit)
        visit.expect_status(503)
        visit.page.route("**/api/v4/series?*", lambda route: route.fulfill(status=503, json={"message": "Busy."}))

        visit.page.get_by_label("Range", exact=True).select_option("yesterday")
        visit.page.get_by_label("Resolution", exact=True).select_option("PT1H")
        again = visit.page.get_by_role("button", name="Try again").first
        expect(again).to_be_visible()
        expect(visit.page.locator(".graph-message").first).to_contain_text("Busy.")

        visit.page.unroute("**/api/v4/series?*")
        again.click()
        expect(visit.page.locator(READABLE)).to_be_visible()
