"""``wattloom add account``, ``account-role`` and ``user``."""

import pytest
from sqlalchemy import select

from tests.command_line import Run
from wattloom.accounts import find_account, find_login
from wattloom.accounts.tables import account_role, audit_log
from wattloom.db import Database
from wattloom.timeseries.tables import data_source

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ADA = ("add", "user", "--username", "ada", "--email", "ada@example.com", "--password", "a long password")


def test_an_account_takes_all_options(run: Run, database: Database) -> None:
    run("add", "account", "--name", "Consultants")

    code, output = run(
        *("add", "account", "--name", "ACME", "--roles", "Prosumer, Cooperative", "--primary-color", "#1a3442"),
        *("--secondary-color", "fA5", "--logo-url", "https://example.com/logo.svg", "--consultancy", "Consultants"),
    )

    assert code == 0, output
    with database.read() as connection:
        account = find_account(connection, "ACME")
        events = list(connection.scalars(select(audit_log.c.event).order_by(audit_log.c.id)))
    assert [name for _, name in account.roles] == ["Prosumer", "Cooperative"]
    assert (account.primary_color, account.secondary_color) == ("#1a3442", "fA5")
    assert (account.logo_url, account.consultancy_account_id) == ("https://example.com/logo.svg", 1)
    assert events[-1] == "Created account 'ACME' (2) via CLI"


@on_sqlite
def test_a_role_that_an_account_brings_is_told(run: Run) -> None:
    _, output = run("add", "account", "--name", "ACME", "--roles", "Prosumer,Cooperative")

    assert output == "Added account role 'Cooperative'.\nAdded account 'ACME' with id 1.\n"


@on_sqlite
@pytest.mark.parametrize(
    ("option", "value", "problem"),
    [
        ("--primary-color", "red", "'red' is not a colour; write 3 or 6 hexadecimal digits, for example #1a3442."),
        ("--primary-color", "#12345", "'#12345' is not a colour"),
        ("--secondary-color", "#12345g", "'#12345g' is not a colour"),
        ("--logo-url", "logo.svg", "'logo.svg' is not a URL of at most 255 characters"),
        ("--logo-url", "javascript://example.com", "is not a URL"),
        ("--logo-url", "http://[", "is not a URL"),
        ("--logo-url", "https://example.com/a b", "is not a URL"),
        ("--logo-url", f"https://example.com/{'x' * 240}", "is not a URL"),
        ("--roles", "x" * 81, "A role's name has 1 to 80 characters and no comma."),
    ],
)
def test_a_wrong_option_of_an_account_is_refused(
    run: Run, database: Database, option: str, value: str, problem: str
) -> None:
    code, output = run("add", "account", "--name", "ACME", option, value)

    assert (code, problem in output) == (2, True), output
    with database.read() as connection:
        assert connection.scalar(select(audit_log.c.id)) is None


@on_sqlite
def test_a_misspelt_consultancy_is_refused_with_the_closest_account(run: Run) -> None:
    run("add", "account", "--name", "Consultants")

    code, output = run("add", "account", "--name", "ACME", "--consultancy", "Consultant")

    assert code == 3
    assert "No account found with id or name 'Consultant'. Did you mean 'Consultants'?" in output


@on_sqlite
def test_a_number_too_large_for_an_id_is_no_account(run: Run) -> None:
    assert run(*ADA, "--account", "99999999999999999999")[0] == 3


def test_an_account_role_is_added_once(run: Run, database: Database) -> None:
    added = run("add", "account-role", "--name", "Cooperative", "--description", "owned by its members")
    again = run("add", "account-role", "--name", "Cooperative")

    assert added == (0, "Added account role 'Cooperative' with id 1.\n")
    assert (again[0], "An account role with the name 'Cooperative' already exists." in again[1]) == (2, True)
    with database.read() as connection:
        row = connection.execute(select(account_role)).one()
    assert (row.name, row.description) == ("Cooperative", "owned by its members")


def test_a_user_has_a_time_zone_roles_and_a_data_source(run: Run, database: Database) -> None:
    run("add", "account", "--name", "ACME")

    code, output = run(
        *ADA, "--account", "ACME", "--timezone", "America/New_York", "--roles", "admin,consultant", "--roles", "admin"
    )

    assert code == 0, output
    with database.read() as connection:
        login = find_login(connection, "ada@example.com")
        source = connection.execute(select(data_source)).one()
    assert login is not None
    assert (login.user.timezone, login.user.roles) == ("America/New_York", {"admin", "consultant"})
    assert (source.name, source.type, source.user_id, source.account_id) == ("ada", "user", login.user.id, 1)


@on_sqlite
def test_a_misspelt_time_zone_is_refused_with_the_closest_one(run: Run) -> None:
    run("add", "account", "--name", "ACME")

    code, output = run(*ADA, "--account", "ACME", "--timezone", "Europe/Amsterdm")

    assert (code, "Did you mean 'Europe/Amsterdam'?" in output) == (2, True)


def test_the_initial_structure_has_the_sources_of_the_system(run: Run, database: Database) -> None:
    run("add", "initial-structure")
    run("add", "initial-structure")

    with database.read() as connection:
        sources = connection.execute(select(data_source.c.name, data_source.c.type).order_by(data_source.c.id)).all()
    assert [tuple(source) for source in sources] == [
        ("Wattloom", "demo script"),
        ("Wattloom", "forecaster"),
        ("Wattloom", "scheduler"),
    ]
