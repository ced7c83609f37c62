"""docs/cli.md against the commands."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from wattloom.cli import app
from wattloom.cli.exit_codes import EXIT_CODES

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")


def commands(group: Any, *path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_every_command_is_documented() -> None:
    documented = re.sub(r" +", " ", PAGE).replace("db upgrade | current", "db upgrade\ndb current")

    assert [name for name in COMMANDS if name not in documented] == []


def test_every_option_is_documented() -> None:
    options = {option for command in COMMANDS.values() for each in command.params for option in each.opts}

    assert sorted(option for option in options if option not in PAGE) == []


def test_every_command_takes_the_place_of_the_data() -> None:
    places = {"--data-dir", "--database-url"}

    without = [
        name
        for name, command in COMMANDS.items()
        if not places <= {option for each in command.params for option in each.opts}
    ]

    assert without == []


def test_every_command_says_what_it_does_and_gives_an_example() -> None:
    assert [name for name, command in COMMANDS.items() if not command.help] == []
    assert [name for name, command in COMMANDS.items() if "Example: wattloom" not in (command.epilog or "")] == []


def test_every_exit_code_is_documented() -> None:
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)}

    assert documented == {0, *EXIT_CODES.values()}
