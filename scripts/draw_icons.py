"""Draw the icons of the installed app from icon.svg: ``python scripts/draw_icons.py``; needs Chromium."""

from pathlib import Path

from tests.browsing.chromium import running_chromium

STATIC = Path(__file__).resolve().parents[1] / "src" / "wattloom" / "web" / "static"
SIZES = (180, 192, 512)


def main() -> None:
    """Write one picture for each size."""
    drawing = (STATIC / "icon.svg").read_text(encoding="utf-8")
    with running_chromium() as browser:
        for size in SIZES:
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(
                f"<style>body {{ margin: 0 }} svg {{ display: block; width: {size}px; height: {size}px }}</style>{drawing}"
            )
            page.screenshot(path=STATIC / f"icon-{size}.png", omit_background=True)


if __name__ == "__main__":
    main()
