"""Codes of authenticator apps and recovery codes: each is good once."""

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import Connection, select

from tests.factories import NOW, make_user
from wattloom.accounts import (
    CodeKind,
    User,
    count_recovery_codes,
    get_user,
    remove_authenticator,
    renew_recovery_codes,
    secret_of,
    set_up_authenticator,
    use_code,
)
from wattloom.accounts.tables import app_user, audit_log, recovery_code
from wattloom.errors import AuthenticationError, ConflictError

SECRET = secret_of("0123456789abcdef" * 4)
STEP = timedelta(seconds=30)


def code_at(steps: int) -> str:
    """Return what the app shows some steps after the set-up."""
    return pyotp.TOTP(SECRET).at(NOW + steps * STEP)


@pytest.fixture
def ada(connection: Connection) -> User:
    """A user with an app, set up a while ago."""
    user = get_user(connection, make_user(connection, username="ada"))
    return set_up_authenticator(connection, user, secret=SECRET, code=code_at(0), now=NOW)[0]


def test_setting_up_ends_other_logins_and_gives_ten_recovery_codes(connection: Connection) -> None:
    before = get_user(connection, make_user(connection))

    after, codes = set_up_authenticator(connection, before, secret=SECRET, code=code_at(0), now=NOW)

    assert after.has_authenticator
    assert after.token_stamp != before.token_stamp
    assert len(set(codes)) == 10 == count_recovery_codes(connection, after)


def test_recovery_codes_are_stored_as_hashes_only(connection: Connection) -> None:
    user = get_user(connection, make_user(connection))
    _, codes = set_up_authenticator(connection, user, secret=SECRET, code=code_at(0), now=NOW)

    stored = set(connection.scalars(select(recovery_code.c.code_hash)))

    assert not stored & {*codes, *(code.replace("-", "") for code in codes)}


def test_setting_up_needs_a_code_of_the_app(connection: Connection) -> None:
    user = get_user(connection, make_user(connection))

    with pytest.raises(AuthenticationError):
        set_up_authenticator(connection, user, secret=SECRET, code="000000", now=NOW)

    assert not get_user(connection, user.id).has_authenticator


def test_second_app_is_refused(connection: Connection, ada: User) -> None:
    with pytest.raises(ConflictError, match="set up already"):
        set_up_authenticator(connection, ada, secret=SECRET, code=code_at(2), now=NOW + 2 * STEP)


@pytest.mark.parametrize("spelling", ["{}", " {} ", "{0[0]}{0[1]}{0[2]} {0[3]}{0[4]}{0[5]}"])
def test_code_is_accepted_however_it_is_spaced(connection: Connection, ada: User, spelling: str) -> None:
    now = NOW + 5 * STEP

    assert use_code(connection, ada, spelling.format(code_at(5)), now=now) is CodeKind.APP


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_clock_of_a_phone_may_differ_by_one_step(connection: Connection, ada: User, shift: int) -> None:
    assert use_code(connection, ada, code_at(5 + shift), now=NOW + 5 * STEP) is CodeKind.APP


@pytest.mark.parametrize("shift", [-2, 2])
def test_code_of_another_time_is_refused(connection: Connection, ada: User, shift: int) -> None:
    with pytest.raises(AuthenticationError):
        use_code(connection, ada, code_at(5 + shift), now=NOW + 5 * STEP)


@pytest.mark.parametrize("older", [5, 4])
def test_code_is_accepted_once_and_none_from_before(connection: Connection, ada: User, older: int) -> None:
    use_code(connection, ada, code_at(5), now=NOW + 5 * STEP)

    with pytest.raises(AuthenticationError):
        use_code(connection, ada, code_at(older), now=NOW + 5 * STEP)


def test_code_of_the_set_up_is_used_up(connection: Connection, ada: User) -> None:
    with pytest.raises(AuthenticationError):
        use_code(connection, ada, code_at(0), now=NOW)


@pytest.mark.parametrize("code", ["", "abc", "12345", "0" * 64, "１２３４５６"])
def test_what_is_no_code_is_refused(connection: Connection, ada: User, code: str) -> None:
    with pytest.raises(AuthenticationError):
        use_code(connection, ada, code, now=NOW + 5 * STEP)


def test_user_without_an_app_has_no_codes(connection: Connection) -> None:
    user = get_user(connection, make_user(connection))

    with pytest.raises(AuthenticationError):
        use_code(connection, user, code_at(0), now=NOW)


def test_recovery_code_stands_in_once_and_is_audited(connection: Connection, ada: User) -> None:
    code = renew_recovery_codes(connection, ada, now=NOW)[3].upper().replace("-", " ")

    kind = use_code(connection, ada, code, now=NOW)

    assert (kind, count_recovery_codes(connection, ada)) == (CodeKind.RECOVERY, 9)
    newest = select(audit_log.c.event, audit_log.c.details).order_by(audit_log.c.id.desc()).limit(1)
    assert connection.execute(newest).one() == ("Recovery code used by user ada", {"user": ada.id, "codes_left": 9})
    with pytest.raises(AuthenticationError):
        use_code(connection, ada, code, now=NOW)


def test_recovery_codes_of_others_are_good_for_nothing(connection: Connection, ada: User) -> None:
    bob = get_user(connection, make_user(connection))
    _, codes = set_up_authenticator(connection, bob, secret=SECRET, code=code_at(0), now=NOW)

    with pytest.raises(AuthenticationError):
        use_code(connection, ada, codes[0], now=NOW)


def test_new_recovery_codes_replace_the_old_ones(connection: Connection, ada: User) -> None:
    old = renew_recovery_codes(connection, ada, now=NOW)
    renew_recovery_codes(connection, ada, now=NOW)

    with pytest.raises(AuthenticationError):
        use_code(connection, ada, old[0], now=NOW)

    assert count_recovery_codes(connection, ada) == 10


def test_removing_forgets_secret_and_recovery_codes(connection: Connection, ada: User) -> None:
    remove_authenticator(connection, ada, by=None, now=NOW)

    assert not get_user(connection, ada.id).has_authenticator
    assert count_recovery_codes(connection, ada) == 0
    row = select(app_user.c.totp_secret, app_user.c.totp_last_step).where(app_user.c.id == ada.id)
    assert connection.execute(row).one() == (None, None)
    with pytest.raises(ConflictError, match="No authenticator app is set up for user ada"):
        remove_authenticator(connection, ada, by=None, now=NOW)


def test_what_is_done_to_the_second_factor_is_audited(connection: Connection, ada: User) -> None:
    renew_recovery_codes(connection, ada, now=NOW)
    remove_authenticator(connection, ada, by=None, now=NOW)

    records = connection.execute(select(audit_log.c.event, audit_log.c.action).order_by(audit_log.c.id)).all()
    assert records == [
        ("Two-factor login switched on for user ada", "user.second-factor-enabled"),
        ("Recovery codes replaced for user ada", "user.recovery-codes-replaced"),
        ("Two-factor login switched off for user ada", "user.second-factor-disabled"),
    ]
    assert SECRET not in str(connection.execute(select(audit_log)).all())
