"""Our own rules that no other linter knows.

- Transactions begin and end in ``db`` only: handlers and jobs never commit.
- A package is used through what it exports: ``from wattloom.units import convert``,
  never from a module inside it. Tables are the exception, since queries join them.
- No module is named after nothing: helpers, utils, common, service, manager.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from source_files import parse, python_files

PACKAGE = Path("src/wattloom")
TRANSACTION_CALLS = frozenset({"commit", "begin"})
VAGUE_NAMES = frozenset({"helpers", "helper", "utils", "util", "common", "service", "manager", "misc"})


def complaints() -> Iterator[str]:
    """Yield one line for each broken rule."""
    for path in python_files():
        if path.is_relative_to(PACKAGE):
            inside = path.relative_to(PACKAGE)
            tree = parse(path)
            yield from _transactions(path, inside, tree)
            yield from _inner_imports(path, inside, tree)
            if path.stem in VAGUE_NAMES:
                yield f"{path}: name the module after what it does"


def _transactions(path: Path, inside: Path, tree: ast.Module) -> Iterator[str]:
    if inside.parts[0] == "db":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in TRANSACTION_CALLS:
            yield f"{path}:{node.lineno}: .{node.func.attr}() belongs to db; take Database.read() or write() at the edge"


def _inner_imports(path: Path, inside: Path, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("wattloom."):
            continue
        _, package, *modules = str(node.module).split(".")
        if modules and modules != ["tables"] and package != inside.parts[0] and not _is_subpackage(package, modules):
            yield f"{path}:{node.lineno}: import from wattloom.{package}, which should export it"


def _is_subpackage(package: str, modules: list[str]) -> bool:
    return (Path(__file__).resolve().parent.parent / PACKAGE / package).joinpath(*modules, "__init__.py").exists()


if __name__ == "__main__":
    found = list(complaints())
    print("\n".join(found))
    sys.exit(bool(found))
