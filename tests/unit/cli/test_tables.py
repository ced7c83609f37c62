"""Tables in the terminal."""

from io import StringIO

from rich.console import Console

from wattloom.cli.show.output import Row, table_of


def printed(row: Row, width: int) -> list[str]:
    page = StringIO()
    Console(width=width, no_color=True, file=page).print(table_of([row]))
    return page.getvalue().splitlines()


def test_numbers_stay_on_one_line_where_texts_fold() -> None:
    lines = printed({"source": "a scheduler with a long name", "mean": -0.00919905}, 24)

    assert len(lines) > 2
    assert lines[1].split()[-1] == "−0.00919905"


def test_headings_that_are_longer_than_their_numbers_fold() -> None:
    lines = printed({"from": "Sun 2026-03-29 00:00", "state of charge of the battery [kWh]": 4.2}, 36)

    assert len(lines) > 2
    assert lines[-1].split() == ["Sun", "2026-03-29", "00:00", "4.2"]
