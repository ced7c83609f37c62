"""``wattloom db dump``, ``restore`` and ``migrate-to``, in this process."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.factories import make_account, make_user
from wattloom.accounts import find_account
from wattloom.cli import app
from wattloom.cli.row_progress import row_bar
from wattloom.db import Database
from wattloom.jobs import lock_data_dir

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(database: Database, tmp_path: Path) -> Run:
    """Run a command on the test's database; return its exit code and what it printed."""

    def run_command(*arguments: str, url: str = database.url) -> tuple[int, str]:
        where = ("--data-dir", str(tmp_path), "--database-url", url)
        result = CliRunner().invoke(app, [*arguments, *where])
        return result.exit_code, result.output

    return run_command


@pytest.fixture
def house(database: Database) -> str:
    """The name of an account in the test's database."""
    with database.write() as connection:
        make_user(connection, account_id=make_account(connection, name="Our house"))
    return "Our house"


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a database can be made, or an empty one is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'other' / 'wattloom.db'}"
    else:
        with request.getfixturevalue("postgres_server").fresh_database() as url:
            yield url


def holds(url: str, name: str) -> bool:
    database = Database(url)
    with database.read() as connection:
        found = find_account(connection, name).name
    database.close()
    return found == name


def test_a_dump_is_restored_into_another_database(run: Run, house: str, empty_url: str, tmp_path: Path) -> None:
    dump_code, dumped = run("db", "dump", str(tmp_path / "dump.zip"))

    code, restored = run("db", "restore", str(tmp_path / "dump.zip"), url=empty_url)

    assert (dump_code, code) == (0, 0), dumped + restored
    assert "password hashes, secrets of authenticator apps and unsent mails" in dumped
    assert "and verified them" in restored
    assert holds(empty_url, house)


def test_a_database_is_copied_and_the_next_step_named(run: Run, house: str, empty_url: str) -> None:
    code, output = run("db", "migrate-to", empty_url)

    assert code == 0, output
    assert "and verified them" in output
    assert "export WATTLOOM_DATABASE_URL=" in output
    assert holds(empty_url, house)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_key_of_the_old_folder_is_named(run: Run, empty_url: str, tmp_path: Path) -> None:
    _, output = run("db", "migrate-to", empty_url)

    assert f'export WATTLOOM_SECRET_KEY="$(cat {tmp_path / "secret-key"})"' in output


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_password_in_the_url_is_not_shown(run: Run, postgres_url: str) -> None:
    address = postgres_url.partition("@")[2]

    code, output = run("db", "migrate-to", f"postgresql://postgres:hunter2@{address}")

    assert (code, "hunter2" in output, "postgres:***@" in output) == (0, False, True)


@pytest.mark.usefixtures("house")
def test_a_database_that_holds_something_is_not_filled(run: Run, empty_url: str) -> None:
    run("db", "migrate-to", empty_url)

    code, output = run("db", "migrate-to", empty_url)

    assert (code, "not empty; tables with rows: " in output, "account (1)" in output) == (4, True, True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_a_server_uses_is_not_copied(run: Run, empty_url: str, tmp_path: Path) -> None:
    with lock_data_dir(tmp_path):
        code, output = run("db", "migrate-to", empty_url)

    assert (code, "stop it first" in output) == (4, True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_dump_does_not_mind_a_server(run: Run, tmp_path: Path) -> None:
    with lock_data_dir(tmp_path):
        code, output = run("db", "dump", str(tmp_path / "dump.zip"))

    assert code == 0, output


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_database_that_a_server_uses_is_not_filled(run: Run, tmp_path: Path) -> None:
    run("db", "dump", str(tmp_path / "dump.zip"))

    with lock_data_dir(tmp_path):
        code, output = run("db", "restore", str(tmp_path / "dump.zip"), url=f"sqlite:///{tmp_path / 'new.db'}")

    assert (code, "stop it first" in output) == (4, True)


@pytest.mark.parametrize("command", [("dump", "dump.zip"), ("migrate-to", "sqlite:///other.db"), ("current",)])
def test_a_database_that_does_not_exist_is_not_made(command: tuple[str, ...], tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["db", *command, "--data-dir", str(tmp_path / "new")])

    assert (result.exit_code, "There is no database" in result.output) == (3, True)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_something_else_than_a_dump_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")

    code, output = run("db", "restore", str(tmp_path / "notes.txt"), url=f"sqlite:///{tmp_path / 'new.db'}")

    assert (code, "no complete dump" in output) == (2, True)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_a_url_that_names_no_database_is_refused(run: Run, url: str) -> None:
    code, output = run("db", "migrate-to", url)

    assert code == 2, output


def test_a_bar_can_be_moved_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with row_bar() as bar:
        bar.start("copying", 10)
        bar.advance(10)

    assert capsys.readouterr().out == ""
