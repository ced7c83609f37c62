"""Fail when a file or function is too long to be read in one go.

Exemptions stand below, each with its reason; one that is no longer needed fails too.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.source_files import python_files, source_of

MAX_FILE_LINES = 400
MAX_TEST_FILE_LINES = 600
MAX_CONFTEST_LINES = 150
MAX_FUNCTION_LINES = 70

EXEMPT = {
    "src/wattloom/db/migrations/versions/0001_first_schema.py": "a list of columns, written once and never changed",
}


def complaints() -> Iterator[str]:
    """Yield one line for each thing that is too long, and for each exemption without need."""
    too_long = {str(path): list(complaints_about(path, source_of(path))) for path in python_files()}
    for path, lines in too_long.items():
        if path not in EXEMPT:
            yield from lines
    for path in EXEMPT:
        if not too_long.get(path):
            yield f"{path}: needs no exemption"


def complaints_about(path: Path, source: str) -> Iterator[str]:
    """Yield one line for each thing in a file that is too long."""
    n_lines = len(source.splitlines())
    if n_lines > _max_lines(path):
        yield f"{path}: {n_lines} lines, at most {_max_lines(path)}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, at most {MAX_FUNCTION_LINES}"


def _max_lines(path: Path) -> int:
    if path.name == "conftest.py":
        return MAX_CONFTEST_LINES
    return MAX_TEST_FILE_LINES if path.parts[0] == "tests" else MAX_FILE_LINES


if __name__ == "__main__":
    found = list(complaints())
    print("\n".join(found))
    sys.exit(bool(found))
