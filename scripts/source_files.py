"""Where the Python files of this project are."""

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


def source_of(path: Path) -> str:
    """Return the text of one of them."""
    return (ROOT / path).read_text(encoding="utf-8")
