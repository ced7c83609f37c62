"""The status of a sensor: how fresh its data are, for each type of source."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_sensor, make_source, make_user
from wattloom.db import Database
from wattloom.periods import to_us
from wattloom.timeseries import Beliefs, BeliefStore, freshness_of_sensors, get_sensor, get_sensors, record_beliefs

# NOW is noon UTC; the sensors are in Amsterdam, one hour ahead.
DAY_AHEAD = {"x": 1, "y": 12, "z": "Europe/Paris"}


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, name="Battery", account_id=account)
        return {
            "asset": asset,
            "power": make_sensor(connection, name="power", generic_asset_id=asset),
            "member": make_user(connection, account_id=account),
            "admin": make_user(connection, account_id=account, roles=("account-admin",)),
        }


class Recorder:
    """Records hourly-known values of sources of any type."""

    def __init__(self, database: Database, store: BeliefStore) -> None:
        self.database, self.store = database, store

    def record(self, sensor_id: int, source_type: str, *starts: timedelta, believed: timedelta) -> None:
        """Record one value per start; starts and belief time count from NOW."""
        with self.database.write() as connection:
            beliefs = Beliefs.points(
                sensor_id=sensor_id,
                source_id=make_source(connection, type=source_type),
                event_start_us=np.array([to_us(NOW + start) for start in starts]),
                belief_time_us=to_us(NOW + believed),
                event_value=np.ones(len(starts)),
            )
            record_beliefs(connection, self.store, get_sensor(connection, sensor_id), beliefs)


@pytest.fixture
def recorder(database: Database, belief_store: BeliefStore) -> Recorder:
    return Recorder(database, belief_store)


def hours(*numbers: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in numbers]


def status_of(api: ApiClient, site: dict[str, int], sensor_id: int | None = None) -> list[dict[str, Any]]:
    response = api.get(f"/sensors/{sensor_id or site['power']}/status", user=site["member"])
    assert (response.status_code, response.json()["status"]) == (200, 200)
    found: list[dict[str, Any]] = response.json()["sensors_data"]
    return found


def test_measurements_are_stale_after_two_resolutions(api: ApiClient, site: dict[str, int]) -> None:
    posted = {"values": [1], "start": (NOW - timedelta(hours=1)).isoformat(), "duration": "PT15M", "unit": "kW"}
    api.post(f"/sensors/{site['power']}/data", user=site["member"], json=posted)

    assert status_of(api, site) == [
        {
            "id": site["power"],
            "name": "power",
            "asset_name": "Battery",
            "resolution": "PT15M",
            "source_type": "user",
            "staleness": "PT45M",
            "stale": True,
            "staleness_since": "2026-03-01T12:15:00+01:00",
            "reason": "most recent data is 45 minutes old, but should not be more than 30 minutes old",
            "relation": "sensor belongs to this asset",
        }
    ]


def test_sensor_without_data(api: ApiClient, site: dict[str, int]) -> None:
    [found] = status_of(api, site)

    assert (found["source_type"], found["staleness"], found["staleness_since"]) == (None, None, None)
    assert (found["stale"], found["reason"]) == (True, "no data recorded")


def test_each_source_type_has_an_entry(api: ApiClient, site: dict[str, int], recorder: Recorder) -> None:
    recorder.record(site["power"], "forecaster", *hours(0, 15), believed=timedelta(hours=-1))
    recorder.record(site["power"], "weather station", *hours(-0.25), believed=timedelta())
    recorder.record(site["power"], "scheduler", *hours(-2, 3), believed=timedelta(hours=-4))
    recorder.record(site["power"], "scheduler", *hours(-2, -1), believed=timedelta(hours=-2))

    found = {row["source_type"]: (row["staleness"], row["stale"]) for row in status_of(api, site)}

    assert list(found.items()) == [
        ("scheduler", ("PT3H", True)),
        ("forecaster", ("PT15H", False)),
        ("weather station", ("P0D", True)),
    ]


def test_past_plans_only_are_stale(api: ApiClient, site: dict[str, int], recorder: Recorder) -> None:
    recorder.record(site["power"], "scheduler", *hours(-2, -1), believed=timedelta(hours=-2))

    [found] = status_of(api, site)

    assert found["reason"] == "Found no future data which this source should have"
    assert (found["stale"], found["staleness"]) == (True, None)
    assert found["staleness_since"] == "2026-03-01T12:00:00+01:00"


def test_day_ahead_prices_that_are_not_yet_known_do_not_hide_those_that_are(
    api: ApiClient, site: dict[str, int], database: Database, recorder: Recorder
) -> None:
    with database.write() as connection:
        price = make_sensor(
            connection,
            generic_asset_id=site["asset"],
            event_resolution="PT1H",
            knowledge_horizon_fnc="x_days_ago_at_y_oclock",
            knowledge_horizon_par=DAY_AHEAD,
        )
    recorder.record(price, "market", *hours(10), believed=timedelta(hours=-24))
    recorder.record(price, "market", *hours(30), believed=timedelta(minutes=3))

    [found] = status_of(api, site, price)

    # The last hour of 1 March was known at noon of 28 February in Paris.
    assert (found["staleness"], found["stale"], found["staleness_since"]) == (
        "P1DT1H",
        True,
        "2026-02-28T12:00:00+01:00",
    )
    assert found["reason"] == "most recent data is 1 day and 1 hour old, but should not be more than 1 day old"


def test_latest_belief_before_now_counts_about_events_that_newer_ones_concern(
    api: ApiClient, site: dict[str, int], recorder: Recorder, database: Database, belief_store: BeliefStore
) -> None:
    recorder.record(site["power"], "gateway", *hours(-0.5), believed=timedelta(hours=-1))
    with database.write() as connection:
        sensor = get_sensor(connection, site["power"])
        [source] = connection.exec_driver_sql("SELECT id FROM data_source").scalars()
        replaced = Beliefs.points(
            sensor_id=sensor.id,
            source_id=source,
            event_start_us=np.array([to_us(NOW - timedelta(minutes=30))]),
            belief_time_us=to_us(NOW + timedelta(hours=1)),
            event_value=np.array([7.0]),
        )
        record_beliefs(connection, belief_store, sensor, replaced)

    [found] = status_of(api, site)

    assert (found["staleness"], found["stale"]) == ("PT15M", False)
    assert found["reason"].endswith(
        "; data with belief times in the future (up to 2026-03-01T14:00:00+01:00) do not count yet"
    )


def test_data_that_nobody_believes_yet_are_pointed_out(
    api: ApiClient, site: dict[str, int], recorder: Recorder
) -> None:
    recorder.record(site["power"], "gateway", *hours(-1), believed=timedelta(hours=2))

    [found] = status_of(api, site)

    assert (found["source_type"], found["stale"], found["staleness"]) == ("gateway", True, None)
    assert found["reason"].startswith("no data recorded so far; data with belief times in the future")


def test_sensor_may_state_its_own_limits(api: ApiClient, site: dict[str, int], recorder: Recorder) -> None:
    recorder.record(site["power"], "gateway", *hours(-5), believed=timedelta(hours=-4))
    specs = {"status_specs": {"max_staleness": "PT5H"}}
    api.patch(f"/sensors/{site['power']}", user=site["admin"], json={"attributes": specs})

    [found] = status_of(api, site)

    assert (found["stale"], found["reason"]) == (
        False,
        "most recent data is 4 hours and 45 minutes old, which is not more than 5 hours old",
    )


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ({"source_types": ["gateway"]}, {"gateway": "PT45M"}),
        ({"exclude_source_types": ["gateway", "market"]}, {"user": "PT15M"}),
        ({"horizons_at_least": "PT1H"}, {"market": "P41DT15H45M"}),
        ({"horizons_at_most": "-PT1H"}, {"gateway": "P1DT23H45M"}),
        ({"beliefs_before": "2026-02-28T12:00:00Z"}, {"gateway": "P1DT23H45M", "market": "P41DT15H45M"}),
        ({"beliefs_after": "2026-02-28T12:00:00Z"}, {"user": "PT15M", "gateway": "PT45M"}),
        ({"source_types": ["reporter"]}, {None: None}),
        ({"event_starts_after": "2027-01-01T00:00:00Z"}, {None: None}),
        ({"event_ends_before": "2026-03-01T11:15:00Z"}, {"gateway": "PT45M", "market": "P41DT15H45M"}),
    ],
)
def test_sensor_may_state_what_to_search_for(
    api: ApiClient, site: dict[str, int], database: Database, recorder: Recorder, search: object, expected: object
) -> None:
    recorder.record(site["power"], "user", *hours(-0.5), believed=timedelta(minutes=-10))
    recorder.record(site["power"], "gateway", *hours(-48), believed=timedelta(hours=-46))
    with database.write() as connection:
        [_, gateway] = connection.exec_driver_sql("SELECT id FROM data_source ORDER BY id").scalars()
        sensor = get_sensor(connection, site["power"])
        newer = Beliefs.points(
            sensor_id=sensor.id,
            source_id=gateway,
            event_start_us=np.array([to_us(NOW - timedelta(hours=1))]),
            belief_time_us=to_us(NOW - timedelta(minutes=30)),
            event_value=np.ones(1),
        )
        record_beliefs(connection, recorder.store, sensor, newer)
    # Forecast more than an hour ahead, further back than a search looks at first.
    recorder.record(site["power"], "market", *hours(-1000), believed=timedelta(hours=-1002))
    specs = {"status_specs": {"staleness_search": search}}
    api.patch(f"/sensors/{site['power']}", user=site["admin"], json={"attributes": specs})

    assert {row["source_type"]: row["staleness"] for row in status_of(api, site)} == expected


def test_wrong_specification_is_told_instead_of_breaking_the_page(
    database: Database, api: ApiClient, site: dict[str, int], recorder: Recorder
) -> None:
    with database.write() as connection:
        specs = {"status_specs": {"max_staleness": "soon"}}
        sensor = make_sensor(connection, generic_asset_id=site["asset"], attributes=specs)
    recorder.record(sensor, "gateway", *hours(-1), believed=timedelta(hours=-1))

    [found] = status_of(api, site, sensor)

    assert found["stale"]
    assert found["reason"].startswith("attribute status_specs.max_staleness: ")


def test_many_sensors_are_read_with_the_same_queries(
    database: Database, belief_store: BeliefStore, site: dict[str, int], recorder: Recorder
) -> None:
    with database.write() as connection:
        ids = [site["power"], *(make_sensor(connection, generic_asset_id=site["asset"]) for _ in range(20))]
    for sensor_id in ids:
        recorder.record(sensor_id, "user", *hours(-1), believed=timedelta())
    statements: list[str] = []

    with database.read() as connection:
        sensors = list(get_sensors(connection, ids).values())
        event.listen(connection, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        found = freshness_of_sensors(connection, belief_store, sensors, now=NOW)

    assert [one.staleness for one in found] == [timedelta(minutes=45)] * 21
    assert len(statements) <= 3
