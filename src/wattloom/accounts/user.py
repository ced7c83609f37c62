"""A user as handlers and the policy see one."""

from dataclasses import dataclass
from datetime import datetime

from wattloom.accounts.action import Action

ADMIN = "admin"
ADMIN_READER = "admin-reader"
ACCOUNT_ADMIN = "account-admin"
CONSULTANT = "consultant"
TASK_RUNNER = "task-runner"
CONSULTANCY = "Consultancy"
"""The one account role with a meaning of its own; it is not seeded."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who can log in.

    Attributes:
        email: In lower case; what people log in with.
        account_id: The one account that the user belongs to.
        active: Inactive users are never authenticated.
        timezone: IANA name.
        token_stamp: Part of every token and session; a new one revokes them all.
        roles: Names of the user's roles.
        account_roles: Names of the account's roles.
        has_authenticator: Whether a code is needed beside the password: an authenticator app is set up.
        last_seen_at: When a request of the user was last noted.
        scopes: The actions that the API key in use is good for; None without a key: all that the user may do.
        key_id: The API key in use, if one is.
    """

    id: int
    email: str
    username: str
    account_id: int
    active: bool
    timezone: str
    token_stamp: str
    roles: frozenset[str] = frozenset()
    account_roles: frozenset[str] = frozenset()
    last_login_at: datetime | None = None
    last_seen_at: datetime | None = None
    has_authenticator: bool = False
    scopes: frozenset[Action] | None = None
    key_id: int | None = None

    @property
    def is_admin(self) -> bool:
        """Whether the user may do everything."""
        return ADMIN in self.roles

    @property
    def reads_everything(self) -> bool:
        """Whether the user may look at all accounts."""
        return self.is_admin or ADMIN_READER in self.roles

    @property
    def is_consultant(self) -> bool:
        """Whether the user looks after the clients of the own account."""
        return CONSULTANT in self.roles

    @property
    def has_several_accounts(self) -> bool:
        """Whether the user may look at accounts beside the own."""
        return self.reads_everything or self.is_consultant


OPERATOR = User(
    id=0, email="", username="", account_id=0, active=True, timezone="UTC", token_stamp="", roles=frozenset({ADMIN})
)
"""Whoever runs commands on the server: reads what an admin reads. Not stored, and never the author of anything."""
