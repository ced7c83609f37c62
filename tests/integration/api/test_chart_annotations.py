"""Annotations as charts ask for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.accounts import get_account, get_user
from wattloom.annotations import NewAnnotation, Subject, account_subject, annotate, asset_subject, sensor_subject
from wattloom.assets import get_asset
from wattloom.db import Database
from wattloom.timeseries import get_sensor

DAY = datetime(2026, 2, 11, tzinfo=UTC)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def dockside(database: Database) -> int:
    with database.write() as connection:
        return make_account(connection)


@pytest.fixture
def ada(database: Database, dockside: int) -> int:
    with database.write() as connection:
        return make_user(connection, username="ada", account_id=dockside)


@pytest.fixture
def battery(database: Database, dockside: int) -> int:
    with database.write() as connection:
        return make_asset(connection, account_id=dockside)


@pytest.fixture
def power(database: Database, battery: int) -> int:
    with database.write() as connection:
        return make_sensor(connection, generic_asset_id=battery)


def note(database: Database, subject: Any, author: int, content: str, *hours: int, **more: Any) -> None:
    first, last = hours or (8, 12)
    new = NewAnnotation(content, DAY + timedelta(hours=first), DAY + timedelta(hours=last), **more)
    with database.write() as connection:
        made = subject(connection)
        assert isinstance(made, Subject)
        annotate(connection, made, new, author=get_user(connection, author), by=None, now=DAY)


def of_asset(asset_id: int) -> Any:
    return lambda connection: asset_subject(get_asset(connection, asset_id))


def of_account(account_id: int) -> Any:
    return lambda connection: account_subject(get_account(connection, account_id))


def of_sensor(sensor_id: int) -> Any:
    def subject(connection: Connection) -> Subject:
        sensor = get_sensor(connection, sensor_id)
        return sensor_subject(sensor, get_asset(connection, sensor.asset_id))

    return subject


def at(hour: float) -> str:
    return (DAY + timedelta(hours=hour)).isoformat()


def ms(hour: float) -> int:
    return int((DAY + timedelta(hours=hour)).timestamp()) * 1000


def shown(api: ApiClient, path: str, user: int, **params: Any) -> list[str]:
    response = api.get(path, user=user, params=params)
    assert response.status_code == 200, response.text
    return [line for row in response.json() for line in row["content"]]


def test_an_annotation_is_shown_with_times_in_milliseconds(
    api: ApiClient, database: Database, ada: int, battery: int
) -> None:
    note(database, of_asset(battery), ada, "inverter broken", 8, 12, type="alert", belief_time=DAY)

    rows = api.get(f"/assets/{battery}/chart_annotations", user=ada).json()

    assert rows == [
        {
            "index": 0,
            "start": ms(8),
            "end": ms(12),
            "belief_time": ms(0),
            "source": "ada",
            "type": "alert",
            "content": ["inverter broken"],
        }
    ]


def test_an_asset_shows_its_own_and_those_of_its_account(
    api: ApiClient, database: Database, ada: int, dockside: int, battery: int, power: int
) -> None:
    note(database, of_account(dockside), ada, "holiday", 0, 24)
    note(database, of_asset(battery), ada, "on the asset")
    note(database, of_sensor(power), ada, "on the sensor", 9, 11)

    assert shown(api, f"/assets/{battery}/chart_annotations", ada) == ["holiday", "on the asset"]


@pytest.mark.parametrize("path", ["/api/v3_0/sensors", "/api/dev/sensor"])
def test_a_sensor_shows_its_own_and_those_of_its_asset(  # noqa: PLR0913, PLR0917 - fixtures and cases
    api: ApiClient, database: Database, ada: int, dockside: int, battery: int, power: int, path: str
) -> None:
    note(database, of_account(dockside), ada, "holiday", 0, 24)
    note(database, of_asset(battery), ada, "on the asset")
    note(database, of_sensor(power), ada, "on the sensor", 9, 11)

    assert shown(api, f"{path}/{power}/chart_annotations/", ada) == ["on the asset", "on the sensor"]


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ({}, True),
        ({"start": at(11.9)}, True),
        ({"start": at(12)}, False),
        ({"end": at(8.1)}, True),
        ({"end": at(8)}, False),
        ({"start": at(0), "end": at(24)}, True),
        ({"start": at(7), "duration": "PT2H"}, True),
        ({"end": at(13), "duration": "PT1H"}, False),
        ({"event_starts_after": at(12)}, False),
        ({"event_ends_before": at(8)}, False),
        ({"prior": at(6)}, True),
        ({"prior": at(5.9)}, False),
        ({"beliefs_before": at(5.9)}, False),
        ({"beliefs-after": at(5.9)}, True),
        ({"beliefs-after": at(6)}, False),
        ({"beliefs_after": at(6)}, False),
        ({"include_sensor_annotations": "true"}, True),
    ],
)
def test_annotations_of_a_window_and_a_moment_are_shown(
    api: ApiClient, database: Database, ada: int, battery: int, window: dict[str, str], *, found: bool
) -> None:
    note(database, of_asset(battery), ada, "note", 8, 12, belief_time=DAY + timedelta(hours=6))

    assert shown(api, f"/assets/{battery}/chart_annotations", ada, **window) == ["note"] * found


@pytest.mark.parametrize("moment", ["prior", "beliefs-after"])
def test_annotations_without_belief_time_are_always_shown(
    api: ApiClient, database: Database, ada: int, battery: int, moment: str
) -> None:
    note(database, of_asset(battery), ada, "note")

    assert shown(api, f"/assets/{battery}/chart_annotations", ada, **{moment: "2000-01-01T00:00:00Z"}) == ["note"]


@on_sqlite
@pytest.mark.parametrize(("clip", "hours"), [({}, (9, 11)), ({"clip": "False"}, (8, 12))])
def test_annotations_are_cut_to_the_window_unless_told_otherwise(
    api: ApiClient, database: Database, ada: int, battery: int, clip: dict[str, str], hours: tuple[int, int]
) -> None:
    note(database, of_asset(battery), ada, "note", 8, 12)

    params = {"start": at(9), "end": at(11)} | clip
    (row,) = api.get(f"/assets/{battery}/chart_annotations", user=ada, params=params).json()

    assert (row["start"], row["end"]) == (ms(hours[0]), ms(hours[1]))


@on_sqlite
def test_annotations_that_end_together_come_as_one(api: ApiClient, database: Database, ada: int, battery: int) -> None:
    note(database, of_asset(battery), ada, "later", 9, 12)
    note(database, of_asset(battery), ada, "earlier", 8, 12)

    (row,) = api.get(f"/assets/{battery}/chart_annotations", user=ada).json()

    assert (row["start"], row["content"]) == (ms(8), ["earlier", "later"])


def test_nobody_sees_what_an_account_remarks_beside_a_public_asset(
    api: ApiClient, database: Database, ada: int, dockside: int
) -> None:
    with database.write() as connection:
        market, stranger = make_asset(connection, account_id=None), make_user(connection)
    note(database, of_account(dockside), ada, "our holiday")
    note(database, of_asset(market), ada, "market closed")

    assert shown(api, f"/assets/{market}/chart_annotations", stranger) == ["market closed"]


@on_sqlite
@pytest.mark.parametrize(
    ("params", "field"),
    [({"duration": "PT1H"}, "duration"), ({"start": "2026-02-11"}, "start"), ({"clip": "perhaps"}, "clip")],
)
def test_a_wrong_parameter_is_named(api: ApiClient, ada: int, battery: int, params: dict[str, str], field: str) -> None:
    response = api.get(f"/assets/{battery}/chart_annotations", user=ada, params=params)

    assert response.status_code == 422
    assert list(response.json()["message"]["query"]) == [field]


@on_sqlite
def test_unknown_assets_and_sensors_are_not_found(api: ApiClient, ada: int) -> None:
    statuses = [api.get(path, user=ada).status_code for path in ("/assets/999/chart_annotations",)]
    statuses += [
        api.get(f"{path}/999/chart_annotations", user=ada).status_code
        for path in ("/api/v3_0/sensors", "/api/dev/sensor")
    ]

    assert statuses == [404, 422, 422]
