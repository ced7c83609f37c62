"""Pictures that templates and scripts both have are the same, and none is there for nothing."""

import re
from pathlib import Path

import wattloom.web

WEB = Path(wattloom.web.__file__).parent


def test_scripts_draw_the_pictures_of_the_templates() -> None:
    of_templates = dict(re.findall(r'^  "([\w-]+)": "([^"]+)"', icons(), re.MULTILINE))
    script = (WEB / "static" / "core" / "icons.js").read_text(encoding="utf-8")
    of_scripts = dict(re.findall(r'^  ([\w-]+): "([^"]+)"', script, re.MULTILINE))

    assert of_scripts
    assert of_scripts.items() <= of_templates.items()


def test_legend_of_the_map_shows_its_markers() -> None:
    legend = (WEB / "templates" / "sites" / "map.html").read_text(encoding="utf-8")
    script = (WEB / "static" / "maps" / "markers.js").read_text(encoding="utf-8")
    shapes, words = (
        dict(re.findall(rf"^  +(\w+): {value},", script, re.MULTILINE)) for value in ('"([^"]+)"', r't\("([^"]+)"\)')
    )

    assert len(shapes) == len(words) == 4
    assert re.findall(r'\("(\w+)", "([^"]+)", _\("([^"]+)"\)\)', legend) == [
        (state, shapes[state], words[state]) for state in shapes
    ]


def test_every_picture_is_shown_somewhere() -> None:
    names = re.findall(r'^  "([\w-]+)": ', icons(), re.MULTILINE)
    templates = (path for path in (WEB / "templates").rglob("*.html") if path.name != "icons.html")
    sources = "".join(path.read_text(encoding="utf-8") for path in [*templates, *WEB.rglob("*.py")])

    assert len(names) > 20
    assert [name for name in names if not re.search(rf"[\"']{name}[\"']", sources)] == []


def icons() -> str:
    return (WEB / "templates" / "icons.html").read_text(encoding="utf-8")
