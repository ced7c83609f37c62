"""Rows with valid defaults, for tests that are about something else.

Each function inserts one row, and what it cannot exist without, and returns
its id; further columns are given by name. A test states only what matters to it.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Connection, Table, insert, select

from wattloom.accounts import Action, NewApiKey, create_api_key, get_user
from wattloom.accounts.tables import account, account_role, app_user, role, roles_accounts, roles_users
from wattloom.annotations.tables import annotation
from wattloom.assets.tables import asset, asset_type
from wattloom.db import metadata
from wattloom.timeseries.tables import data_source, sensor

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
"""A moment for tests that need one and do not care which."""

PASSWORD = "correct horse battery staple"
"""The password of all users made here."""

_numbers = count(1)
# The cheapest hash there is: the cost of a real one is not what these tests are about.
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def make_account(connection: Connection, *, roles: tuple[str, ...] = (), **columns: Any) -> int:
    account_id = _insert(connection, account, {"name": f"Account {next(_numbers)}"} | columns)
    for name in roles:
        role_id = _get_or_insert(connection, account_role, name)
        connection.execute(insert(roles_accounts).values(account_id=account_id, role_id=role_id))
    return account_id


def make_user(connection: Connection, *, roles: tuple[str, ...] = (), **columns: Any) -> int:
    number = next(_numbers)
    defaults = {
        "email": f"user{number}@example.com",
        "username": f"user{number}",
        "password_hash": _PASSWORD_HASH,
        "token_stamp": f"stamp-{number}",
    }
    if "account_id" not in columns:
        columns["account_id"] = make_account(connection)
    user_id = _insert(connection, app_user, defaults | columns)
    for name in roles:
        role_id = _get_or_insert(connection, role, name)
        connection.execute(insert(roles_users).values(user_id=user_id, role_id=role_id))
    return user_id


def make_api_key(
    connection: Connection, user_id: int, *scopes: Action, expires_at: datetime | None = None, name: str = ""
) -> str:
    """Make a key, good for everything unless scopes are given, and return its text."""
    new = NewApiKey(name or f"key {next(_numbers)}", frozenset(scopes or Action), expires_at)
    return create_api_key(connection, get_user(connection, user_id), new, by=None, now=NOW).text


def make_asset_type(connection: Connection, name: str = "battery") -> int:
    return _get_or_insert(connection, asset_type, name)


def make_asset(connection: Connection, *, kind: str = "battery", **columns: Any) -> int:
    """Insert an asset of the given type; with ``account_id=None`` a public one."""
    defaults = {"name": f"asset {next(_numbers)}", "asset_type_id": make_asset_type(connection, kind)}
    if "account_id" not in columns:
        columns["account_id"] = make_account(connection)
    return _insert(connection, asset, defaults | columns)


def make_sensor(connection: Connection, **columns: Any) -> int:
    """Insert a sensor; power in kW per quarter of an hour unless told otherwise."""
    defaults = {
        "name": f"sensor {next(_numbers)}",
        "unit": "kW",
        "timezone": "Europe/Amsterdam",
        "event_resolution": "PT15M",
        "knowledge_horizon_par": {},
    }
    if "generic_asset_id" not in columns:
        columns["generic_asset_id"] = make_asset(connection)
    return _insert(connection, sensor, defaults | columns)


def make_annotation(connection: Connection, *, source_id: int | None = None, **attached: int) -> int:
    """Insert a remark of an hour, attached to what is named: ``asset=1``, ``sensor=2``, ``account=3``."""
    values = {"content": "Maintenance", "start": NOW, "end": NOW + timedelta(hours=1), "type": "label"}
    author = make_source(connection) if source_id is None else source_id
    annotation_id = _insert(connection, annotation, values | {"source_id": author})
    for kind, subject_id in attached.items():
        link = {"annotation_id": annotation_id, f"{kind}_id": subject_id}
        connection.execute(insert(metadata.tables[f"annotations_{kind}s"]).values(link))
    return annotation_id


def make_source(connection: Connection, **columns: Any) -> int:
    return _insert(connection, data_source, {"name": f"source {next(_numbers)}", "type": "user"} | columns)


def _insert(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    return connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one()


def _get_or_insert(connection: Connection, table: Table, name: str) -> int:
    known = connection.execute(select(table.c.id).where(table.c.name == name)).scalar_one_or_none()
    return known if known is not None else _insert(connection, table, {"name": name})
