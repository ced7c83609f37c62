"""The demo's account, its user, and the login that is kept for people."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from wattloom.accounts import (
    Account,
    NewAccount,
    NewUser,
    User,
    create_account,
    create_user,
    find_account,
    find_login,
    random_password,
    seed_roles,
    set_password,
    verified,
)
from wattloom.assets import seed_asset_types
from wattloom.demo.home import TIMEZONE
from wattloom.demo.login import EMAIL, Login, keep_login, read_login
from wattloom.errors import AuthenticationError, NotFoundError

ACCOUNT = "Demo Home"


def ensure_owner(connection: Connection, data_dir: Path, *, now: datetime) -> tuple[User, Login]:
    """Return the demo's user and login; what is missing is made.

    The file in the data folder decides about the password: the printed login
    has to work, so a password that was changed elsewhere is set back.
    """
    login = read_login(data_dir)
    if login is None:
        login = Login(EMAIL, random_password())
        keep_login(data_dir, login)
    known = find_login(connection, EMAIL)
    if known is None:
        return _create_owner(connection, login, now), login
    try:
        verified(known, login.password)
    except AuthenticationError:
        set_password(connection, known.user, login.password, by=None, now=now)
    return known.user, login


def _create_owner(connection: Connection, login: Login, now: datetime) -> User:
    seed_asset_types(connection)
    seed_roles(connection)
    account = _account(connection, now)
    new = NewUser(
        email=login.email,
        account_id=account.id,
        password=login.password,
        username="demo",
        timezone=TIMEZONE,
        roles=("account-admin",),
    )
    return create_user(connection, new, by=None, now=now)


def _account(connection: Connection, now: datetime) -> Account:
    try:
        return find_account(connection, ACCOUNT)
    except NotFoundError:
        return create_account(connection, NewAccount(name=ACCOUNT, roles=("Prosumer",)), by=None, now=now)
