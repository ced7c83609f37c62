"""Colours stand in tokens.css; what cannot read it says the same."""

import re
from pathlib import Path

import pytest

import wattloom.web
from wattloom.web.branding import SURFACES
from wattloom.web.installable import ACCENT, BACKGROUND

WEB = Path(wattloom.web.__file__).parent
CSS = WEB / "static" / "css"
STYLES = sorted(path for path in CSS.glob("*.css") if path.name != "tokens.css")


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_style_sheets_name_colours_by_tokens(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()

    written = [line for line in lines if re.search(r"#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(", line, re.IGNORECASE)]

    assert [line for line in written if "backdrop" not in line] == []


def test_what_browsers_paint_around_pages_fits_them() -> None:
    base = (WEB / "templates" / "base.html").read_text(encoding="utf-8")
    painted = re.findall(r'name="theme-color" content="(#\w+)"', base)

    assert tuple(painted) == token("surface")
    assert (token("bg")[0], token("accent")[0]) == (BACKGROUND, ACCENT)


def test_brands_are_made_readable_on_the_lightest_and_the_least_dark_surface() -> None:
    assert tuple("#" + bytes(colour).hex() for colour in SURFACES) == (token("surface")[0], token("raised")[1])


def token(name: str) -> tuple[str, str]:
    """Return a colour in the light and in the dark."""
    found = re.search(rf"--{name}: light-dark\((#\w+), (#\w+)\)", (CSS / "tokens.css").read_text(encoding="utf-8"))
    assert found is not None
    return found[1], found[2]
