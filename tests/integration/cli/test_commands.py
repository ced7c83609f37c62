"""Commands that change the database, in this process."""

import pytest
from sqlalchemy import select

from tests.command_line import Run
from wattloom.accounts import find_account, find_login, verified
from wattloom.accounts.tables import audit_log
from wattloom.assets import list_asset_types
from wattloom.db import Database

ADA = ("add", "user", "--username", "ada", "--email", "Ada@example.com")
PASSWORD = "a long password"


def test_upgrade_says_when_there_is_nothing_to_do(run: Run) -> None:
    code, output = run("db", "upgrade")

    assert code == 0
    assert "was already at revision" in output


def test_current_prints_the_revision_alone(run: Run) -> None:
    code, output = run("db", "current")

    assert (code, output.strip().isalnum()) == (0, True)


def test_the_initial_structure_can_be_added_twice(run: Run, database: Database) -> None:
    run("add", "initial-structure")
    with database.read() as connection:
        first = list_asset_types(connection)

    code, _ = run("add", "initial-structure")

    assert code == 0
    with database.read() as connection:
        assert list_asset_types(connection) == first
    assert "battery" in [each.name for each in first]


def test_an_account_is_added(run: Run, database: Database) -> None:
    code, output = run("add", "account", "--name", "Our house")

    with database.read() as connection:
        account = find_account(connection, "Our house")
    assert (code, output) == (0, f"Added account 'Our house' with id {account.id}.\n")


def test_a_second_account_of_the_same_name_is_refused(run: Run) -> None:
    run("add", "account", "--name", "Our house")

    code, output = run("add", "account", "--name", "Our house")

    assert code == 2
    assert "An account with the name 'Our house' already exists." in output


@pytest.mark.parametrize("account", ["Our house", "1"])
def test_a_user_is_added_to_an_account_by_name_or_id(run: Run, database: Database, account: str) -> None:
    run("add", "account", "--name", "Our house")

    code, output = run(*ADA, "--account", account, "--roles", "account-admin, consultant", "--password", PASSWORD)

    assert code == 0, output
    with database.read() as connection:
        user = verified(find_login(connection, "ada@example.com"), PASSWORD)
    assert (user.username, user.roles) == ("ada", {"account-admin", "consultant"})


def test_a_name_of_digits_wins_over_an_id(run: Run, database: Database) -> None:
    run("add", "account", "--name", "Our house")
    run("add", "account", "--name", "1")

    with database.read() as connection:
        assert find_account(connection, "1").name == "1"


def test_a_password_that_is_not_given_is_asked_for_twice_and_not_shown(run: Run, database: Database) -> None:
    run("add", "account", "--name", "Our house")

    code, output = run(*ADA, "--account", "1", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert code == 0, output
    assert PASSWORD not in output
    with database.read() as connection:
        assert verified(find_login(connection, "ada@example.com"), PASSWORD)


def test_a_password_that_is_typed_differently_is_asked_for_again(run: Run) -> None:
    run("add", "account", "--name", "Our house")

    code, output = run(*ADA, "--account", "1", typed=f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")

    assert code == 0
    assert "do not match" in output


def test_a_short_password_is_refused(run: Run) -> None:
    run("add", "account", "--name", "Our house")

    code, output = run(*ADA, "--account", "1", "--password", "short")

    assert (code, "8 to 256 characters" in output) == (2, True)


def test_a_user_of_an_unknown_account_is_refused(run: Run) -> None:
    code, output = run(*ADA, "--account", "Nobody's", "--password", PASSWORD)

    assert (code, "No account found with id or name 'Nobody's'." in output) == (3, True)


def test_a_misspelled_role_is_refused_with_those_there_are(run: Run, database: Database) -> None:
    run("add", "account", "--name", "Our house")

    code, output = run(*ADA, "--account", "1", "--password", PASSWORD, "--roles", "acount-admin")

    assert code == 2
    assert (
        "Did you mean 'account-admin'? The roles are: admin, admin-reader, account-admin, consultant, task-runner."
        in output
    )
    with database.read() as connection:
        assert find_login(connection, "ada@example.com") is None


def test_a_second_user_of_the_same_email_is_refused(run: Run) -> None:
    run("add", "account", "--name", "Our house")
    run(*ADA, "--account", "1", "--password", PASSWORD)

    code, output = run(*ADA, "--account", "1", "--password", PASSWORD)

    assert (code, "already exists" in output) == (2, True)


def test_nothing_is_left_of_a_refused_user(run: Run, database: Database) -> None:
    run("add", "account", "--name", "Our house")

    run(*ADA, "--account", "1", "--roles", "account-admin", "--password", "short")

    with database.read() as connection:
        assert find_login(connection, "ada@example.com") is None


def test_a_forgotten_password_is_replaced_and_logins_end(run: Run, database: Database) -> None:
    run("add", "account", "--name", "Our house")
    run(*ADA, "--account", "1", "--password", "a forgotten one")
    with database.read() as connection:
        before = find_login(connection, "ada@example.com")

    code, output = run("edit", "user", "--email", "Ada@example.com", typed=f"{PASSWORD}\n{PASSWORD}\n")

    assert (code, "'ada' has a new password" in output, PASSWORD in output) == (0, True, False)
    with database.read() as connection:
        after = verified(find_login(connection, "ada@example.com"), PASSWORD)
        events = list(connection.scalars(select(audit_log.c.event)))
    assert before is not None
    assert after.token_stamp != before.user.token_stamp
    assert events[-1] == "Password changed for user ada"


def test_a_password_of_nobody_is_not_changed(run: Run) -> None:
    code, output = run("edit", "user", "--email", "bob@example.com", "--password", PASSWORD)

    assert (code, "No user found with e-mail 'bob@example.com'." in output) == (3, True)


def test_a_password_is_not_called_required(run: Run) -> None:
    _, output = run("add", "user", "--help")

    assert "[required]" in output.partition("--account")[2]
    assert "[required]" not in output.partition("--password")[2].partition("--roles")[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "sensor", "--id", "2147483648"),
        ("show", "asset", "--id", "-1"),
        ("show", "beliefs", "--sensor", "one", "--start", "2026-01-01T00:00Z", "--duration", "P1D"),
        ("delete", "sensor", "--id", "99999999999999999999", "--force"),
        ("delete", "beliefs", "--source", "99999999999", "--force"),
        ("edit", "transfer-parenthood", "--old-parent", "0.5"),
    ],
)
def test_what_cannot_be_an_id_is_refused(run: Run, arguments: tuple[str, ...]) -> None:
    code, output = run(*arguments)

    assert code == 2
    assert "is no id" in output
