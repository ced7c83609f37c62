"""Find what a password has to match."""

from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from wattloom.accounts.find_user import USERS, normalize_email, to_user
from wattloom.accounts.login.imported_password import PREFIX
from wattloom.accounts.tables import app_user
from wattloom.accounts.user import User


@dataclass(frozen=True, slots=True)
class Login:
    """A user and the hash that its password has to match."""

    user: User
    password_hash: str = field(repr=False)


# Statements are built once: building one costs more than running it.
_BY_EMAIL = USERS.where(app_user.c.email == bindparam("email"))
_IMPORTED_HASH = (
    select(app_user.c.password_hash)
    .where(app_user.c.password_hash.startswith(PREFIX, autoescape=True))
    .order_by(app_user.c.id)
    .limit(1)
)


def find_login(connection: Connection, email: str) -> Login | None:
    """Return the login with this e-mail, in whatever case, or None."""
    row = connection.execute(_BY_EMAIL, {"email": normalize_email(email)}).one_or_none()
    return None if row is None else Login(to_user(row), row.password_hash)


def find_imported_hash(connection: Connection) -> str | None:
    """Return the hash of one of the users who came from FlexMeasures and have not logged in yet, or None."""
    found: str | None = connection.execute(_IMPORTED_HASH).scalar()
    return found
