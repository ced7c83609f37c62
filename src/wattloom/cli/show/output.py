"""How ``show`` prints: tables for people, JSON for programs."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import load_settings

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text
    from sqlalchemy import Connection

    from wattloom.server.backend import Backend

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

Row = Mapping[str, Any]
"""One line of a table: cells by heading, a heading being the name in JSON with blanks for underscores.

A cell with a colour is a ``Text``; one that is a number with its unit stands to the right.
"""

# Longer than any table, so that nothing is cut where nobody looks at the width.
_PIPE_WIDTH = 10_000


@contextmanager
def looking_at(data_dir: "Path | None", database_url: str | None) -> "Iterator[tuple[Connection, Backend]]":
    """Open a transaction that changes nothing."""
    from wattloom.server.backend import open_backend

    backend = open_backend(load_settings(data_dir=data_dir, database_url=database_url))
    try:
        with backend.database.read() as connection:
            yield connection, backend
    finally:
        backend.close()


def show_rows(rows: Sequence[Row], *, as_json: bool, of: str, title: str = "") -> None:
    """Print rows as a table, or as a list of JSON objects.

    Args:
        rows: All with the same names.
        as_json: Whether programs read it.
        of: What the rows are, for "There are no …".
        title: What stands above the table.
    """
    if as_json:
        show_json(rows)
    elif rows:
        console = plain_console()
        if title:
            console.print(title, style="bold", markup=False)
        console.print(table_of(rows))
    else:
        typer.echo(f"There are no {of}.")


def show_json(value: Any) -> None:
    """Print a value as JSON, times in ISO 8601."""
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=_plain).decode())


def plain_console() -> "Console":
    """Return a console as wide as the terminal; without one as wide as the text."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


def table_of(rows: Sequence[Row], *, whole: Collection[str] = ()) -> "Table":
    """Return a table whose texts fold where the terminal is narrow; numbers, ids, and columns named ``whole`` do not."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    lines = [[text_of(value) for value in row.values()] for row in rows]
    for k, name in enumerate(rows[0]):
        heading = name.replace("_", " ")
        is_numeric = all(_is_number(row[name]) for row in rows)
        # A number on two lines reads as two numbers. Where the heading is the longer of both, it is what folds.
        is_whole = heading in {"id", "from"} or heading.endswith(" id") or name in whole
        is_whole |= is_numeric and len(heading) <= max(len(line[k]) for line in lines)
        table.add_column(
            Text(heading),
            justify="right" if is_numeric else "left",
            no_wrap=is_whole,
            overflow="ellipsis" if is_whole else "fold",
        )
    for line in lines:
        table.add_row(*line)
    return table


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, (int, float)) or getattr(value, "justify", None) == "right"


def show_facts(facts: Row) -> None:
    """Print what is known about one thing, one line per fact; empty ones are left out."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value not in (None, "", [], {}):
            table.add_row(name.replace("_", " "), text_of(value))
    plain_console().print(table)


def text_of(value: Any) -> "Text":
    """Return a value as a table shows it, in its colour if it has one."""
    from rich.text import Text

    return value if isinstance(value, Text) else Text(cell(value))


def cell(value: Any) -> str:
    """Return a value as a table shows it: times in UTC to the minute, lists with commas, nothing for None."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    if isinstance(value, float):
        return number(value)
    if isinstance(value, (str, int)):
        return f"{value}"
    if isinstance(value, Mapping):
        import orjson

        return orjson.dumps(value, default=_plain).decode()
    return "" if value is None else ", ".join(cell(item) for item in value)


def number(value: float) -> str:
    """Return a value with six digits at most."""
    return f"{value:.6g}".replace("-", "−")


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, (frozenset, set)) else list(value)


def names_of(items: Mapping[int, str]) -> list[str]:
    """Return names with their ids."""
    return [f"{name} ({item_id})" for item_id, name in items.items()]
