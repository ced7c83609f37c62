"""Our own rules that no other linter knows.

- Transactions begin and end in ``db`` only: handlers and jobs never commit.
- A package is used through what it exports: ``from wattloom.units import convert``,
  never from a module inside it. Tables are the exception, since queries join them,
  and so are the modules of :data:`LOADED_BY_NAME`.
- No module is named after nothing: helpers, utils, common, service, manager.
- A ``compat:`` comment ends with the test that shows why, in parentheses.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.source_files import ROOT, python_files, source_of

PACKAGE = Path("src/wattloom")
TRANSACTION_CALLS = frozenset({"commit", "begin"})
VAGUE_NAMES = frozenset({"helpers", "helper", "utils", "util", "common", "service", "manager", "misc"})

TEST_FILE = re.compile(r"\((tests/[\w/]+\.py)\)\.?$")

LOADED_BY_NAME = {
    "server": "its package loads nothing, so that worker processes stay free of the web stack",
    "scheduling.planning.plan": "it loads the solver, which belongs into worker processes only",
    "scheduling.run": "it loads the solver, which belongs into worker processes only",
    "api.app": "the package's own modules are imported by the app",
    "web.app": "the package's own modules are imported by the app",
}
"""What is imported from inside its package, and why."""


def complaints() -> Iterator[str]:
    """Yield one line for each broken rule in the package."""
    for path in python_files():
        if path.is_relative_to(PACKAGE):
            inside, source = path.relative_to(PACKAGE), source_of(path)
            yield from complaints_about(inside, ast.parse(source))
            yield from complaints_about_comments(inside, source)


def complaints_about(inside: Path, tree: ast.Module) -> Iterator[str]:
    """Yield one line for each rule that a module breaks; its path is that inside the package."""
    if inside.stem in VAGUE_NAMES:
        yield f"{inside}: name the module after what it does"
    for node in ast.walk(tree):
        if inside.parts[0] != "db" and _is_transaction_call(node):
            yield f"{inside}:{node.lineno}: transactions belong to db; take Database.read() or write() at the edge"
        if isinstance(node, ast.ImportFrom) and _reaches_inside(node.module or "", inside.parts[0]):
            yield f"{inside}:{node.lineno}: import from the package of {node.module}, which should export it"


def complaints_about_comments(inside: Path, source: str) -> Iterator[str]:
    """Yield one line for each compatibility comment of a module that names no test."""
    for number, line in enumerate(source.splitlines(), start=1):
        if "# compat:" in line:
            named = TEST_FILE.search(line)
            if named is None or not (ROOT / named[1]).exists():
                yield f"{inside}:{number}: end the comment with the test that shows it, (tests/….py)"


def _is_transaction_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TRANSACTION_CALLS


def _reaches_inside(module: str, own_package: str) -> bool:
    root, *names = module.split(".")
    if root != "wattloom" or len(names) < 2 or names[0] == own_package or names[1:] == ["tables"]:  # noqa: PLR2004
        return False
    if not LOADED_BY_NAME.keys().isdisjoint({names[0], ".".join(names)}):
        return False
    return not (ROOT / PACKAGE).joinpath(*names, "__init__.py").exists()


if __name__ == "__main__":
    found = list(complaints())
    print("\n".join(found))
    sys.exit(bool(found))
