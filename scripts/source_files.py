"""The Python files of this project, and what is in them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("src", "tests", "scripts", "bench")


def python_files() -> Iterator[Path]:
    """Yield the paths of all our Python files, relative to the project folder."""
    yield Path("hatch_build.py")
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield path.relative_to(ROOT)


def parse(path: Path) -> ast.Module:
    """Return the syntax tree of one of them."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))
