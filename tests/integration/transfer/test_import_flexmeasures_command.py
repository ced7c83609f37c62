"""``wattloom import flexmeasures``: what it prints, and how it ends when it cannot."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from typer.testing import CliRunner

from tests.integration.transfer.flexmeasures_database import PASSWORD, SALT, flexmeasures_database
from tests.postgres import PostgresServer
from wattloom.accounts import find_login, verified
from wattloom.cli import app
from wattloom.db import Database

Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def source_url(postgres_server: PostgresServer) -> Iterator[str]:
    with flexmeasures_database(postgres_server) as url:
        yield url


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the import into a folder of its own; return its exit code and all that it printed."""

    def run_command(*arguments: str, **environment: str) -> tuple[int, str]:
        command = ["import", "flexmeasures", *arguments, "--data-dir", str(tmp_path)]
        result = CliRunner().invoke(app, command, env={"COLUMNS": "200", **environment})
        return result.exit_code, result.output

    return run_command


def test_the_salt_may_come_from_the_environment(run: Run, source_url: str, tmp_path: Path) -> None:
    code, output = run(source_url, SECURITY_PASSWORD_SALT=SALT)

    database = Database(f"sqlite:///{tmp_path / 'wattloom.db'}")
    with database.read() as connection:
        login = find_login(connection, "bea@bakery.example")
    database.close()
    assert code == 0, output
    assert verified(login, PASSWORD).username == "bea"
    assert "timed_belief" in output
    assert "Everything arrived" in output
    assert "connection secrets of assets 21" in output
    assert SALT not in output


def test_a_dry_run_tells_what_would_come_and_writes_nothing(run: Run, source_url: str, tmp_path: Path) -> None:
    code, output = run(source_url, "--dry-run")

    assert code == 0, output
    assert "Nothing was written." in output
    assert "the passwords of users 11, 12, 13" in output
    assert list(tmp_path.iterdir()) == []


def test_a_second_import_is_refused(run: Run, source_url: str) -> None:
    run(source_url, "--password-salt", SALT)

    code, output = run(source_url, "--password-salt", SALT)

    assert code == 4
    assert "needs an empty Wattloom" in output


@pytest.mark.parametrize(
    ("url", "code", "text"),
    [
        ("sqlite:///somewhere.db", 2, "A FlexMeasures database is PostgreSQL"),
        ("not a url", 2, "cannot be read"),
        ("postgresql://nobody@127.0.0.1:1/nothing", 75, "cannot be reached"),
    ],
)
def test_a_wrong_url_ends_with_a_sentence(run: Run, url: str, code: int, text: str, tmp_path: Path) -> None:
    exit_code, output = run(url)

    assert exit_code == code
    assert text in output
    assert list(tmp_path.iterdir()) == []


def test_a_user_who_does_not_exist_is_told_so(run: Run, source_url: str) -> None:
    url = make_url(source_url).set(username="nobody_here", password="guess")

    code, output = run(url.render_as_string(hide_password=False))

    assert code == 75
    assert "nobody_here" in output


def test_a_database_cannot_be_imported_into_itself(run: Run, source_url: str) -> None:
    code, output = run(source_url, "--database-url", source_url)

    assert code == 2
    assert "cannot become that of Wattloom" in output


def test_another_postgres_database_is_named_for_what_it_lacks(run: Run, postgres_url: str) -> None:
    code, output = run(postgres_url)

    assert code == 2
    assert "timed_belief: There is no such table that the user may read." in output
