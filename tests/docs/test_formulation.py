"""The formulation and the modules of the problem keep the same headings."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "src" / "wattloom" / "scheduling").rglob("*.py"))
HEADINGS = re.findall(r"^## (.+)$", (ROOT / "docs" / "formulation.md").read_text(encoding="utf-8"), flags=re.MULTILINE)


def named_headings() -> list[tuple[str, str]]:
    """Return the headings that modules name, with the module."""
    pattern = re.compile(r'(?:Formulation: |docs/formulation\.md, )"([^"]+)"')
    return [(path.stem, name) for path in MODULES for name in pattern.findall(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("module", "heading"), named_headings())
def test_headings_that_modules_name_exist(module: str, heading: str) -> None:
    assert heading in HEADINGS, module


@pytest.mark.parametrize("heading", [h for h in HEADINGS if h not in {"Symbols", "Solving"}])
def test_every_heading_has_its_module(heading: str) -> None:
    assert heading in {name for _, name in named_headings()}
