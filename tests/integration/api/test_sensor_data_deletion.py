"""Deleting what is recorded on a sensor."""

from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_source, make_user
from wattloom.db import Database

START = "2026-05-04T10:00:00+02:00"
LATER = "2026-05-04T10:30:00+02:00"
# What is refused is refused before any database is asked, so one kind of database is enough.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "asset": asset,
            "power": make_sensor(connection, name="power", generic_asset_id=asset),
            "soc": make_sensor(connection, name="soc", generic_asset_id=asset, event_resolution="P0D"),
            "daily": make_sensor(connection, name="daily", generic_asset_id=asset, event_resolution="P1D"),
            "admin": make_user(connection, account_id=account, roles=("account-admin",)),
            "member": make_user(connection, account_id=account),
            "other_source": make_source(connection),
        }


class Data:
    """What is recorded on one sensor."""

    def __init__(self, api: ApiClient, site: dict[str, int], sensor: str = "power") -> None:
        self.api, self.site, self.url = api, site, f"/sensors/{site[sensor]}/data"

    def post(self, *, user: str = "admin", **fields: Any) -> None:
        body = {"values": [1, 2, 3, 4], "start": START, "duration": "PT1H", "unit": "kW"} | fields
        response = self.api.post(self.url, user=self.site[user], json=body)
        assert response.status_code == 200, response.json()

    def values(self, **fields: Any) -> list[float | None]:
        params = {"start": START, "duration": "PT1H", "unit": "kW"} | fields
        response = self.api.get(self.url, user=self.site["admin"], params=params)
        assert response.status_code == 200, response.json()
        answer: list[float | None] = response.json()["values"]
        return answer

    def delete(self, **fields: Any) -> tuple[int, Any]:
        response = self.api.delete(self.url, user=self.site["admin"], json=fields)
        assert response.headers["content-type"] == "application/json"
        return response.status_code, response.json() if response.content else None

    def audit(self) -> list[str]:
        answer = self.api.get(f"/assets/{self.site['asset']}/auditlog", user=self.site["admin"]).json()
        return [record["event"] for record in answer["data"]]

    def source_of(self, database: Database, user: str) -> int:
        with database.read() as connection:
            rows = connection.exec_driver_sql("SELECT user_id, id FROM data_source").all()
        return {row.user_id: row.id for row in rows}[self.site[user]]


@pytest.fixture
def data(api: ApiClient, site: dict[str, int]) -> Data:
    return Data(api, site)


def test_everything_goes_when_nothing_is_said(data: Data, api: ApiClient, site: dict[str, int]) -> None:
    data.post(prior="2026-05-01T00:00:00Z")
    data.post(values=[9, 9, 9, 9], prior="2026-05-02T00:00:00Z")

    response = api.delete(data.url, user=site["admin"])

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["content-type"] == "application/json"
    assert data.values() == [None] * 4
    assert api.get(data.url.replace("data", "stats"), user=site["admin"]).json() == {"status": 200}
    assert data.audit() == [f"Deleted data for sensor 'power': {site['power']}"]


@pytest.mark.parametrize(
    ("fields", "left"),
    [
        ({"start": LATER}, [1, 2, None, None]),
        ({"until": LATER}, [None, None, 3, 4]),
        ({"start": "2026-05-04T10:15:00+02:00", "until": "2026-05-04T10:45:00+02:00"}, [1, None, None, 4]),
        # Only whole events: the first quarter starts before, the third ends after.
        ({"start": "2026-05-04T10:01:00+02:00", "until": "2026-05-04T10:44:00+02:00"}, [1, None, 3, 4]),
        ({"start": "2026-05-05T00:00:00Z"}, [1, 2, 3, 4]),
        ({"until": "2026-05-04T08:30:00Z"}, [None, None, 3, 4]),
        ({"source": None, "start": None, "until": None}, [None] * 4),
    ],
)
def test_events_of_a_window_go(data: Data, fields: dict[str, Any], left: list[float | None]) -> None:
    data.post()

    assert data.delete(**fields) == (204, None)
    assert data.values() == left


def test_only_the_source_that_is_named_loses_data(data: Data, database: Database, site: dict[str, int]) -> None:
    data.post(values=[5, 5, 5, 5], user="member", prior="2026-05-01T00:00:00Z")
    data.post(prior="2026-05-02T00:00:00Z")
    source = data.source_of(database, "admin")

    assert data.delete(source=source) == (204, None)

    assert data.values() == [5, 5, 5, 5]
    assert data.audit() == [f"Deleted data for sensor 'power': {site['power']}, source: {source}"]


def test_audit_record_says_all_that_was_asked_for(data: Data, database: Database, site: dict[str, int]) -> None:
    data.post()
    source = data.source_of(database, "admin")

    data.delete(source=source, start=START, until=LATER)

    [event] = data.audit()
    assert event == (
        f"Deleted data for sensor 'power': {site['power']}, source: {source}, "
        "from: 2026-05-04 10:00:00+02:00, until: 2026-05-04 10:30:00+02:00"
    )


def test_parameters_may_stand_in_the_query(data: Data, api: ApiClient, site: dict[str, int]) -> None:
    data.post()

    response = api.delete(data.url, user=site["admin"], params={"start": LATER})

    assert response.status_code == 204
    assert data.values() == [1, 2, None, None]


def test_sample_goes_at_its_very_moment(api: ApiClient, site: dict[str, int]) -> None:
    soc = Data(api, site, "soc")
    soc.post(values=[1, 2, 3], duration="PT15M")
    moment = "2026-05-04T10:05:00+02:00"

    assert soc.delete(start=moment, until=moment) == (204, None)
    assert soc.values(duration="PT15M") == [1, None, 3]


def test_days_go_by_the_calendar(api: ApiClient, site: dict[str, int]) -> None:
    daily = Data(api, site, "daily")
    start, clocks_change = "2026-03-28T00:00:00+01:00", "2026-03-29T00:00:00+01:00"
    daily.post(values=[1, 2, 3], start=start, duration="P3D")

    # This day has 23 hours.
    assert daily.delete(start=clocks_change, until="2026-03-30T00:00:00+02:00") == (204, None)
    assert daily.values(start=start, duration="P3D") == [1, None, 3]


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"start": LATER, "until": START}, "until"),
        ({"start": START, "until": START}, "until"),
        ({"start": START, "until": "2026-05-04T10:14:00+02:00"}, "until"),
        ({"start": "2026-05-04T10:00:00"}, "start"),
        ({"until": "tomorrow"}, "until"),
        ({"until": 5}, "until"),
        ({"start": "2026-02-30T00:00:00Z"}, "start"),
        ({"source": "me"}, "source"),
        ({"source": [1]}, "source"),
        ({"source": 2**40}, "source"),
        ({"source": 987_654}, "source"),
        ({"from": START}, "from"),
    ],
)
def test_wrong_field_is_named_and_nothing_goes(data: Data, fields: dict[str, Any], field: str) -> None:
    data.post()

    status, answer = data.delete(**fields)

    assert (status, answer["result"], answer["status"]) == (422, "Rejected", "UNPROCESSABLE_ENTITY")
    assert list(answer["message"]) == ["json"]
    assert list(answer["message"]["json"]) == [field]
    assert data.values() == [1, 2, 3, 4]
    assert data.audit() == []


def test_window_shorter_than_an_event_says_what_would_do(data: Data) -> None:
    answer = data.delete(start=START, until="2026-05-04T10:14:00+02:00")[1]

    assert answer["message"]["json"]["until"] == ["Must lie at least one resolution of the sensor (PT15M) after start."]


@on_sqlite
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b"5", 422),
        (b'{"start": "2026-05-04T10:30:00+02:00", "start": "1990-01-01T00:00:00Z"}', 422),
    ],
)
def test_unclear_body_deletes_nothing(
    data: Data, api: ApiClient, site: dict[str, int], body: bytes, status: int
) -> None:
    data.post()

    response = api.request("DELETE", data.url, user=site["admin"], content=body)

    assert response.status_code == status
    assert data.values() == [1, 2, 3, 4]


def test_member_may_not_delete_data(data: Data, api: ApiClient, site: dict[str, int]) -> None:
    data.post()

    response = api.delete(data.url, user=site["member"])

    assert (response.status_code, response.json()["status"]) == (403, "INVALID_SENDER")
    assert data.values() == [1, 2, 3, 4]


def test_unknown_sensor_gets_422(api: ApiClient, site: dict[str, int]) -> None:
    response = api.delete("/sensors/987654321/data", user=site["admin"])

    assert response.status_code == 422
    assert response.json()["message"] == {"path": {"id": ["No sensor found with ID 987654321."]}}
