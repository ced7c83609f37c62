"""What axe-core finds wrong with a page, by the rules of WCAG 2.0 to 2.2, levels A and AA."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.npm_packages import installed

LOCKED = Path(__file__).resolve().parents[1] / "e2e" / "browser" / "axe"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Chromium takes them for a table all the same, and so does axe-core; other browsers do not.
_TABLES_NO_MORE = """() => [...document.querySelectorAll("table, thead, tbody, tr, th, td")]
    .filter((part) => !part.role && part.checkVisibility() && !getComputedStyle(part).display.startsWith("table"))
    .map((part) => `a part of a table is not laid out as one, and has no role: ${part.outerHTML.slice(0, 120)}`)"""


def violations(page: Page) -> list[str]:
    """Return one line for each element that breaks a rule: the rule, the element, what is wrong."""
    # Evaluated and not added as a script: the page's Content-Security-Policy stays in force.
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(
        "tags => axe.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false })", TAGS
    )
    broken = [_line(rule, node) for rule in found["violations"] for node in rule["nodes"]]
    return broken + list(page.evaluate(_TABLES_NO_MORE))


@cache
def _source() -> str:
    files = {path.name: path.read_text(encoding="utf-8") for path in LOCKED.glob("package*.json")}
    return (installed("axe", files) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _line(rule: dict[str, Any], node: dict[str, Any]) -> str:
    reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
    place = " ".join(map(str, node["target"]))
    return f"{rule['id']}: {place}: {'; '.join(reasons) or rule['help']}"
