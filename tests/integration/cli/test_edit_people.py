"""``wattloom edit user`` and ``edit account``."""

import pytest
from sqlalchemy import insert, select

from tests.command_line import Run
from tests.factories import make_account, make_user
from wattloom.accounts import User, find_account, find_login
from wattloom.accounts.tables import audit_log, plan
from wattloom.db import Database

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ADA = ("edit", "user", "--email", "ada@example.com")


@pytest.fixture
def house(database: Database) -> int:
    with database.write() as connection:
        make_account(connection, name="Advice")
        house = make_account(connection, name="House", roles=("Prosumer",))
        make_user(connection, email="ada@example.com", username="ada", account_id=house, roles=("account-admin",))
        return house


def user_now(database: Database, email: str = "ada@example.com") -> User:
    with database.read() as connection:
        login = find_login(connection, email)
    assert login is not None
    return login.user


def last_event(database: Database) -> str | None:
    with database.read() as connection:
        return connection.scalar(select(audit_log.c.event).order_by(audit_log.c.id.desc()).limit(1))


@pytest.mark.usefixtures("house")
def test_roles_are_given_and_taken_without_asking_for_a_password(run: Run, database: Database) -> None:
    code, output = run(*ADA, "--add-roles", "admin,consultant", "--remove-roles", "account-admin")

    assert code == 0, output
    assert output == "User 'ada' <ada@example.com> can log in. Roles: admin, consultant. Time zone: Europe/Amsterdam.\n"
    assert user_now(database).roles == {"admin", "consultant"}
    assert last_event(database) == "Removed role(s): [account-admin]. Added role(s): [admin,consultant]."


@on_sqlite
@pytest.mark.usefixtures("house")
def test_user_is_let_out_and_in(run: Run, database: Database) -> None:
    before = user_now(database)

    _, output = run(*ADA, "--inactive")

    assert "cannot log in; its logins and tokens have ended" in output
    assert (user_now(database).active, user_now(database).token_stamp == before.token_stamp) == (False, False)
    run(*ADA, "--active")
    assert user_now(database).active


@on_sqlite
@pytest.mark.usefixtures("house")
def test_user_is_called_otherwise(run: Run, database: Database) -> None:
    code, _ = run(*ADA, "--new-email", "Countess@example.com", "--username", "countess", "--timezone", "UTC")

    changed = user_now(database, "countess@example.com")
    assert (code, changed.username, changed.timezone) == (0, "countess", "UTC")


@on_sqlite
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--add-roles", "adnim"), "Did you mean 'admin'?"),
        (("--remove-roles", "consultant"), "User 'ada' does not have the role 'consultant'."),
        (("--new-email", "nobody"), "Not a valid email address."),
        (("--timezone", "Mars/Base"), "'Mars/Base' doesn't exist as a time zone."),
    ],
)
def test_wrong_options_of_a_user_are_refused(
    run: Run, database: Database, options: tuple[str, str], problem: str
) -> None:
    code, output = run(*ADA, "--username", "other", *options)

    assert (code, problem in output) == (2, True), output
    assert user_now(database).username == "ada"


@on_sqlite
@pytest.mark.usefixtures("house")
def test_a_taken_name_of_a_user_is_a_conflict(run: Run, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, username="bob")

    code, output = run(*ADA, "--username", "bob")

    assert (code, "A user with the username 'bob' already exists." in output) == (4, True)


def test_account_takes_all_options(run: Run, house: int, database: Database) -> None:
    with database.write() as connection:
        connection.execute(insert(plan).values(name="small"))

    code, output = run(
        *("edit", "account", "--account", "House", "--name", "Home", "--roles", "ESCO,Cooperative", "--plan", "1"),
        *("--primary-color", "#123", "--logo-url", "https://example.com/logo.svg", "--consultancy", "Advice"),
    )

    assert code == 0, output
    with database.read() as connection:
        home = find_account(connection, "Home")
    assert (home.id, [name for _, name in home.roles]) == (house, ["ESCO", "Cooperative"])
    assert (home.primary_color, home.plan_id, home.consultancy_account_id) == ("#123", 1, 1)
    fields = "name, primary_color, logo_url, consultancy_account_id, plan_id, account_roles"
    assert last_event(database) == f"Account Updated, Field: {fields}"


@on_sqlite
def test_none_takes_away_what_an_account_has(run: Run, house: int, database: Database) -> None:
    options = ("--primary-color", "#123", "--consultancy", "Advice")
    run("edit", "account", "--account", str(house), *options)

    run("edit", "account", "--account", str(house), "--primary-color", "none", "--consultancy", "none", "--roles", "")

    with database.read() as connection:
        cleared = find_account(connection, "House")
    assert (cleared.primary_color, cleared.consultancy_account_id, cleared.roles) == (None, None, ())


@on_sqlite
@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        ((), 2, "Say what to change"),
        (("--plan", "7"), 3, "No plan found with id or name '7'."),
        (("--name", "Advice"), 2, "An account with the name 'Advice' already exists."),
    ],
)
def test_wrong_options_of_an_account_are_refused(run: Run, options: tuple[str, ...], code: int, problem: str) -> None:
    found, output = run("edit", "account", "--account", "House", *options)

    assert (found, problem in output) == (code, True), output
