"""The operator helps a user who has lost the authenticator app."""

import pyotp
from sqlalchemy import select

from tests.command_line import Run
from tests.factories import NOW, PASSWORD, make_user
from wattloom.accounts import find_login, get_user, secret_of, set_up_authenticator, verified
from wattloom.accounts.tables import audit_log
from wattloom.db import Database

EMAIL = "ada@example.com"
SWITCH_OFF = ("edit", "user", "--email", EMAIL, "--second-factor-off")


def make_ada(database: Database) -> int:
    """Insert a user with an app."""
    secret = secret_of("0123456789abcdef" * 4)
    with database.write() as connection:
        user = get_user(connection, make_user(connection, email=EMAIL, username="ada"))
        set_up_authenticator(connection, user, secret=secret, code=pyotp.TOTP(secret).at(NOW), now=NOW)
        return user.id


def test_second_factor_is_switched_off_and_the_password_stays(run: Run, database: Database) -> None:
    user_id = make_ada(database)

    code, output = run(*SWITCH_OFF)

    assert (code, "User 'ada' logs in without an authenticator app" in output) == (0, True)
    with database.read() as connection:
        assert not get_user(connection, user_id).has_authenticator
        assert verified(find_login(connection, EMAIL), PASSWORD).id == user_id
        newest = select(audit_log.c.event, audit_log.c.active_user_id).order_by(audit_log.c.id.desc()).limit(1)
        assert connection.execute(newest).one() == ("Two-factor login switched off for user ada", None)


def test_password_and_second_factor_can_be_changed_together(run: Run, database: Database) -> None:
    user_id = make_ada(database)

    code, _ = run(*SWITCH_OFF, "--password", "a brand new password")

    assert code == 0
    with database.read() as connection:
        assert verified(find_login(connection, EMAIL), "a brand new password").id == user_id


def test_user_without_an_app_has_nothing_to_switch_off(run: Run, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email=EMAIL, username="ada")

    code, output = run(*SWITCH_OFF)

    assert code != 0
    assert "No authenticator app is set up for user ada." in output
