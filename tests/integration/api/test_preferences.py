"""How users want pages to look, kept with the user."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.api_client import ApiClient
from tests.factories import make_user
from wattloom.accounts import Preferences, get_user, read_preferences
from wattloom.accounts.tables import audit_log
from wattloom.db import Database

VIEW, LEGENDS = "/assets/default_asset_view", "/assets/keep_legends_below_graphs"
PREFERENCES = "/api/v4/me/preferences"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection)


def stored(database: Database, user: int) -> Preferences:
    with database.read() as connection:
        return read_preferences(connection, get_user(connection, user))


@on_sqlite
@pytest.mark.parametrize("view", ["Audit Log", "Context", "Graphs", "Properties", "Status"])
def test_every_page_can_open_first(api: ApiClient, database: Database, ada: int, view: str) -> None:
    response = api.post(VIEW, user=ada, json={"default_asset_view": view, "use_as_default": True})

    assert response.status_code == 200
    assert response.json() == {"message": "Default asset view updated successfully.", "status": 200}
    assert stored(database, ada) == Preferences(view)  # type: ignore[arg-type] # one of the views


@pytest.mark.parametrize(
    "reset", [{"use_as_default": False}, {"default_asset_view": "Status", "use_as_default": False}]
)
def test_the_default_of_the_system_returns(api: ApiClient, database: Database, ada: int, reset: dict[str, Any]) -> None:
    api.post(VIEW, user=ada, json={"default_asset_view": "Graphs"})

    response = api.post(VIEW, user=ada, json=reset)

    assert (response.status_code, stored(database, ada)) == (200, Preferences())


@on_sqlite
@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            {"default_asset_view": "Nonsense"},
            "Must be one of: 'Audit Log', 'Context', 'Graphs', 'Properties' or 'Status'.",
        ),
        ({"default_asset_view": "Nonsense", "use_as_default": False}, "Must be one of: "),
        ({}, "Missing data for required field."),
        ({"use_as_default": True}, "Missing data for required field."),
        ({"default_asset_view": None}, "Missing data for required field."),
    ],
)
def test_a_wrong_page_is_refused(
    api: ApiClient, database: Database, ada: int, body: dict[str, Any], problem: str
) -> None:
    response = api.post(VIEW, user=ada, json=body)

    assert response.status_code == 422
    (text,) = response.json()["message"]["json"]["default_asset_view"]
    assert text.startswith(problem)
    assert stored(database, ada) == Preferences()


@pytest.mark.parametrize(
    ("body", "below"),
    [
        ({"keep_legends_below_graphs": True}, True),
        ({"keep_legends_below_graphs": False}, False),
        ({}, True),
    ],
)
def test_legends_stand_where_the_user_wants_them(
    api: ApiClient, database: Database, ada: int, body: dict[str, bool], *, below: bool
) -> None:
    api.post(LEGENDS, user=ada, json={"keep_legends_below_graphs": not below})

    response = api.post(LEGENDS, user=ada, json=body)

    assert response.status_code == 200
    assert response.json() == {"message": "Legend position preference updated successfully.", "status": 200}
    assert stored(database, ada).keep_legends_below_graphs is below


@on_sqlite
@pytest.mark.parametrize("value", ["often", None, 3, []])
def test_legends_are_below_or_not(api: ApiClient, ada: int, value: object) -> None:
    response = api.post(LEGENDS, user=ada, json={"keep_legends_below_graphs": value})

    assert response.status_code == 422
    assert response.json()["message"] == {"json": {"keep_legends_below_graphs": ["Not a valid boolean."]}}


def test_all_preferences_are_read_and_replaced_at_once(api: ApiClient, ada: int) -> None:
    chosen = {"default_asset_view": "Status", "keep_legends_below_graphs": True}
    nothing = {"default_asset_view": None, "keep_legends_below_graphs": False}

    answers = [api.get(PREFERENCES, user=ada).json()]
    answers.append(api.request("PUT", PREFERENCES, user=ada, json=chosen).json())
    answers.append(api.get(PREFERENCES, user=ada).json())
    answers.append(api.request("PUT", PREFERENCES, user=ada, json=nothing).json())

    assert answers == [nothing, chosen, chosen, nothing]


@on_sqlite
@pytest.mark.parametrize("body", [{"default_asset_view": "Status"}, {"keep_legends_below_graphs": True}, {}])
def test_replacing_preferences_needs_all_of_them(api: ApiClient, ada: int, body: dict[str, Any]) -> None:
    assert api.request("PUT", PREFERENCES, user=ada, json=body).status_code == 422


def test_each_change_is_recorded_on_the_user(api: ApiClient, database: Database, ada: int) -> None:
    api.post(VIEW, user=ada, json={"default_asset_view": "Graphs"})
    api.post(VIEW, user=ada, json={"default_asset_view": "Graphs"})
    api.post(VIEW, user=ada, json={"use_as_default": False})
    api.post(LEGENDS, user=ada, json={})

    with database.read() as connection:
        log = audit_log.c
        records = connection.execute(select(log.event, log.action, log.details, log.affected_user_id).order_by(log.id))
        shown = [tuple(row) for row in records]
    assert shown == [
        (text, "user.updated", {"user": ada, "changes": [{"field": field, "from": before, "to": after}]}, ada)
        for text, field, before, after in (
            ("Default asset view set to 'Graphs'.", "default_asset_view", None, "Graphs"),
            ("Default asset view reset.", "default_asset_view", "Graphs", None),
            ("Legends kept below graphs set to 'True'.", "keep_legends_below_graphs", False, True),
        )
    ]
