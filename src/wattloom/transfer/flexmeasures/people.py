"""Plans, accounts, users, and the roles of both."""

from typing import Any

from sqlalchemy import Row, Table

from wattloom.accounts import NO_PASSWORD, imported_hash, new_token_stamp, normalize_email
from wattloom.accounts.tables import account, account_role, app_user, plan, role, roles_accounts, roles_users
from wattloom.errors import PeriodError
from wattloom.periods import parse_zone
from wattloom.transfer.flexmeasures import layout
from wattloom.transfer.flexmeasures.copied import Copied, Values, aware, same_columns, unique_name
from wattloom.transfer.flexmeasures.findings import Findings, listed
from wattloom.transfer.flexmeasures.hashing import Hashing
from wattloom.transfer.flexmeasures.source import FlexMeasures

_DEFAULT_TIMEZONE = "Europe/Amsterdam"
_MAX_NAME = 255


def read_people(flexmeasures: FlexMeasures, hashing: Hashing, findings: Findings) -> list[Copied]:
    """Return plans, accounts, users and their roles, converted."""
    return [
        same_columns(flexmeasures, layout.ACCOUNT_ROLES, account_role),
        _plans(flexmeasures),
        _accounts(flexmeasures, findings),
        _links(flexmeasures, layout.ROLES_ACCOUNTS, roles_accounts, findings),
        same_columns(flexmeasures, layout.ROLES, role),
        _users(flexmeasures, hashing, findings),
        _links(flexmeasures, layout.ROLES_USERS, roles_users, findings),
    ]


def _plans(flexmeasures: FlexMeasures) -> Copied:
    rows = [row._asdict() | {"legacy": bool(row.legacy)} for row in flexmeasures.rows(layout.PLANS)]
    return Copied(layout.PLANS, plan, rows)


def _accounts(flexmeasures: FlexMeasures, findings: Findings) -> Copied:
    rows: list[Values] = []
    with_secrets = []
    for row in flexmeasures.rows(layout.ACCOUNTS):
        values = {name: getattr(row, name) for name in account.c.keys()}  # noqa: SIM118 - a collection, not a dict
        values["attributes"] = row.attributes or {}
        if row.consultancy_account_id == row.id:
            values["consultancy_account_id"] = None
            findings.adjust("account", row.id, "was its own consultancy; has none")
        if row.secrets:
            with_secrets.append(row.id)
        rows.append(values)
    if with_secrets:
        findings.leave_out(
            f"connection secrets of accounts {listed(with_secrets)}: enter them anew where they are used"
        )
    return Copied(layout.ACCOUNTS, account, rows)


def _users(flexmeasures: FlexMeasures, hashing: Hashing, findings: Findings) -> Copied:
    rows: list[Values] = []
    emails: dict[str, int] = {}
    usernames: set[str] = set()
    without_password, with_second_factor = [], 0
    for row in flexmeasures.rows(layout.USERS):
        values = _user(row, usernames, findings)
        usernames.add(values["username"])
        if not values["email"]:
            findings.refuse("user", row.id, "has no e-mail, which is what people log in with")
        elif (other := emails.setdefault(values["email"], row.id)) != row.id:
            findings.refuse("user", row.id, f"has the e-mail of user {other}, but for upper and lower case")
        values["password_hash"] = _password_hash(row.password, hashing) or NO_PASSWORD
        if values["password_hash"] == NO_PASSWORD:
            without_password.append(row.id)
        with_second_factor += row.tf_totp_secret is not None
        rows.append(values)
    if without_password:
        findings.leave_out(
            f"the passwords of users {listed(without_password)} ({hashing.why_not}):"
            " give each a new one with 'wattloom edit user --email …'"
        )
    if with_second_factor:
        findings.leave_out(f"the secrets for one-time codes of {with_second_factor} users: they log in by password")
    return Copied(layout.USERS, app_user, rows)


def _user(row: Row[Any], usernames: set[str], findings: Findings) -> Values:
    email = normalize_email(row.email or "")
    username = row.username or email.partition("@")[0]
    if username in usernames:
        findings.adjust("user", row.id, f"the username '{username}' is taken; the id was added")
        username = unique_name(username, row.id, _MAX_NAME)
    timezone = row.timezone or _DEFAULT_TIMEZONE
    try:
        parse_zone(timezone)
    except PeriodError:
        findings.adjust("user", row.id, f"the time zone '{timezone}' is unknown; {_DEFAULT_TIMEZONE} took its place")
        timezone = _DEFAULT_TIMEZONE
    return {
        "id": row.id,
        "email": email,
        "username": username,
        "active": bool(row.active),
        "timezone": timezone,
        "account_id": row.account_id,
        "token_stamp": new_token_stamp(),
        "last_login_at": aware(row.last_login_at),
        "last_seen_at": aware(row.last_seen_at),
        "login_count": row.login_count or 0,
    }


def _password_hash(password_hash: str | None, hashing: Hashing) -> str | None:
    if not hashing.is_known or not password_hash:
        return None
    return imported_hash(password_hash, hashing.salt)


def _links(flexmeasures: FlexMeasures, source: layout.SourceTable, table: Table, findings: Findings) -> Copied:
    """Copy links; those that old releases kept twice once."""
    rows = [row._asdict() for row in flexmeasures.rows(source)]
    unique = list({tuple(row.values()): row for row in rows}.values())
    if len(unique) < len(rows):
        findings.adjust("table", source.name, f"{len(rows) - len(unique)} rows repeated others; once is enough")
    return Copied(source, table, unique)
