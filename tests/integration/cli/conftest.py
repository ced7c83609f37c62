"""Commands on the test's database, once on SQLite and once on PostgreSQL."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.command_line import Run
from wattloom.cli import app
from wattloom.db import Database


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Run a command; its questions are answered with what is ``typed``."""

    def run_command(*arguments: str, typed: str = "") -> tuple[int, str]:
        where = ("--data-dir", str(tmp_path), "--database-url", database.url)
        result = CliRunner().invoke(app, [*arguments, *where], input=typed)
        return result.exit_code, result.output

    return run_command
