"""Who was here is stored beside the requests, never by them."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_user
from wattloom.accounts import get_user
from wattloom.accounts.tables import app_user
from wattloom.db import Database
from wattloom.http import Services


def last_seen_at(database: Database, user_id: int) -> object:
    with database.read() as connection:
        return connection.scalar(select(app_user.c.last_seen_at).where(app_user.c.id == user_id))


def note(services: Services, user_id: int) -> None:
    with services.database.read() as connection:
        user = get_user(connection, user_id)
    services.last_seen.note(user, NOW)


def test_request_notes_its_caller_and_the_flush_stores_it(database: Database) -> None:
    services = make_services(database)
    client = ApiClient(services)
    with database.write() as connection:
        user_id = make_user(connection)

    assert client.get("/assets", user=user_id).status_code == 200
    before = last_seen_at(database, user_id)
    services.last_seen.flush()

    assert (before, last_seen_at(database, user_id)) == (None, NOW)
    client.close()


def test_locked_database_keeps_what_was_noted_for_the_next_time(sqlite_url: str) -> None:
    database, holder = Database(sqlite_url, busy_timeout_ms=10), Database(sqlite_url)
    services = make_services(database)
    with database.write() as connection:
        user_id = make_user(connection)
    note(services, user_id)

    with holder.write():
        services.last_seen.flush()
    before = last_seen_at(database, user_id)
    services.last_seen.flush()

    assert (before, last_seen_at(database, user_id)) == (None, NOW)
    database.close()
    holder.close()


def test_locked_database_keeps_no_more_than_the_newest_10000(sqlite_url: str) -> None:
    database, holder = Database(sqlite_url, busy_timeout_ms=10), Database(sqlite_url)
    services = make_services(database)
    with database.write() as connection:
        first, last = get_user(connection, make_user(connection)), get_user(connection, make_user(connection))
    services.last_seen.note(first, NOW)
    for others in range(9_999):
        services.last_seen.note(replace(last, id=1_000 + others), NOW + timedelta(seconds=1))
    services.last_seen.note(last, NOW + timedelta(seconds=2))

    with holder.write():
        services.last_seen.flush()
    services.last_seen.flush()

    assert last_seen_at(database, first.id) is None
    assert last_seen_at(database, last.id) == NOW + timedelta(seconds=2)
    database.close()
    holder.close()


def test_write_to_a_locked_database_is_answered_with_try_later(sqlite_url: str) -> None:
    database, holder = Database(sqlite_url, busy_timeout_ms=10), Database(sqlite_url)
    client = ApiClient(make_services(database))
    with database.write() as connection:
        user_id = make_user(connection, roles=("admin",))

    with holder.write():
        response = client.post("/assets", user=user_id, json={"name": "roof", "generic_asset_type_id": 1})

    assert (response.status_code, response.headers["retry-after"]) == (503, "1")
    client.close()
    database.close()
    holder.close()
