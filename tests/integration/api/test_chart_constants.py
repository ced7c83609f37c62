"""Fixed quantities of flex-configs in charts, and what charts must not tell of what the caller may not read."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.assets.tables import asset as asset_table
from wattloom.db import Database

START = "2026-05-04T10:00:00+02:00"
START_MS = 1_777_881_600_000
QUARTER_MS = 900_000
WINDOW = {"start": START, "end": "2026-05-04T11:00:00+02:00"}


on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the database has no part in."""


class Site:
    """A site that shows fields of flex-configs: its own, its battery's, and those of a stranger."""

    def __init__(self, api: ApiClient, database: Database) -> None:
        self.api, self.database = api, database
        with database.write() as connection:
            account, elsewhere = make_account(connection), make_account(connection)
            self.asset = make_asset(connection, account_id=account, name="site")
            self.battery = make_asset(connection, account_id=account, name="battery", parent_asset_id=self.asset)
            self.foreign = make_asset(connection, account_id=elsewhere, name="secret place")
            self.user = make_user(connection, account_id=account)
            self.stranger = make_user(connection, account_id=elsewhere)
            self.power = make_sensor(connection, generic_asset_id=self.asset)
            self.secret = make_sensor(connection, generic_asset_id=self.foreign, name="secret power", unit="MW")

    def store(self, asset_id: int, **columns: Any) -> None:
        with self.database.write() as connection:
            connection.execute(update(asset_table).where(asset_table.c.id == asset_id).values(**columns))

    def show(self, *plots: Any) -> None:
        self.store(self.asset, sensors_to_show=[{"title": "Shown", "plots": list(plots)}])

    def post(self, sensor_id: int, values: list[float], *, user: int, unit: str) -> None:
        body = {"values": values, "unit": unit, "start": START, "duration": "PT1H"}
        answer = self.api.post(f"/sensors/{sensor_id}/data", user=user, json=body)
        assert answer.status_code == 200, answer.text

    def rows(self, **params: Any) -> Any:
        answer = self.api.get(f"/assets/{self.asset}/chart_data", user=self.user, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def compressed(self, **params: Any) -> Any:
        return self.rows(**params, compress_json="true")


@pytest.fixture
def site(api: ApiClient, database: Database) -> Site:
    return Site(api, database)


def test_fixed_quantities_are_level_lines_with_negative_ids(site: Site) -> None:
    site.store(site.asset, flex_context={"site-power-capacity": "100 kVA"})
    site.store(site.battery, flex_model={"soc-max": "10 kWh"})
    site.show(
        {"sensor": site.power},
        {"asset": site.battery, "flex-model": "soc-max"},
        {"asset": site.asset, "flex-context": "site-power-capacity"},
    )

    found = site.compressed(**WINDOW, most_recent_beliefs_only="false")

    line = {"sid": -1, "val": 10.0, "sf": 1.0, "src": -1, "bh": 0, "bt": START_MS}
    points = [START_MS + k * QUARTER_MS for k in range(5)]
    assert found["data"][:5] == [line | {"ts": ts} for ts in points]
    assert [(one["sid"], one["src"], one["val"], one["ts"]) for one in found["data"][5:]] == [
        (-2, -2, 100.0, ts) for ts in points
    ]
    assert found["sensors"] == {
        "-1": {
            "name": "soc-max",
            "unit": "kWh",
            "event_resolution": 0.0,
            "description": "soc-max (battery)",
            "asset_id": site.battery,
            "asset_description": "battery (site)",
        },
        "-2": {
            "name": "site-power-capacity",
            "unit": "kVA",
            "event_resolution": 0.0,
            "description": "site-power-capacity (site)",
            "asset_id": site.asset,
            "asset_description": "site",
        },
    }
    assert {key: (source["id"], source["name"]) for key, source in found["sources"].items()} == {
        "-1": (-1, "flex-model"),
        "-2": (-2, "flex-context"),
    }


@on_sqlite
def test_constants_alone_have_the_two_ends_of_the_window(site: Site) -> None:
    site.store(site.asset, flex_context={"site-power-capacity": "100 kW"})
    site.show({"asset": site.asset, "flex-context": "site-power-capacity"})

    rows = site.rows(**WINDOW)

    assert [(row["event_start"], row["event_value"]) for row in rows] == [
        (START_MS, 100),
        (START_MS + 4 * QUARTER_MS, 100),
    ]
    assert [(row["index"], row["sensor"]["id"], row["source"]["id"]) for row in rows] == [(0, -1, -2), (1, -1, -2)]


@on_sqlite
def test_constants_need_both_bounds(site: Site) -> None:
    site.store(site.asset, flex_context={"site-power-capacity": "100 kW"})
    site.show({"asset": site.asset, "flex-context": "site-power-capacity"})

    assert site.rows(start=START) == []
    assert site.rows(end=START) == []


@on_sqlite
@pytest.mark.parametrize(
    ("model", "field", "unit"),
    [
        ({"soc-max": 2.5}, "soc-max", "MWh"),
        ({"soc-max": 2.5, "soc-unit": "kWh"}, "soc-max", "kWh"),
        ({"roundtrip-efficiency": 2.5}, "roundtrip-efficiency", ""),
        ({"roundtrip-efficiency": "2.5 %"}, "roundtrip-efficiency", "%"),
    ],
)
def test_numbers_without_a_unit_have_that_of_their_field(
    site: Site, model: dict[str, Any], field: str, unit: str
) -> None:
    site.store(site.asset, flex_model=model)
    site.show({"asset": site.asset, "flex-model": field})

    assert {(row["sensor_unit"], row["event_value"]) for row in site.rows(**WINDOW)} == {(unit, 2.5)}


@on_sqlite
def test_what_is_no_quantity_is_not_drawn(site: Site) -> None:
    segments = [{"value": "1 kWh", "start": START, "duration": "PT1H"}]
    site.store(site.asset, flex_model={"soc-minima": segments, "prefer-charging-sooner": True, "soc-unit": "kWh"})
    site.show(
        *({"asset": site.asset, "flex-model": field} for field in ("soc-minima", "prefer-charging-sooner", "soc-unit"))
    )

    assert site.rows(**WINDOW) == []


@on_sqlite
@pytest.mark.parametrize(
    ("field", "reference_to"),
    [
        ("consumption-price", lambda sensor: {"sensor": sensor}),
        ("inflexible-device-sensors", lambda sensor: [sensor]),
        ("consumption-price-sensor", lambda sensor: sensor),
    ],
)
def test_a_field_that_refers_to_a_sensor_shows_it(site: Site, field: str, reference_to: Callable[[int], Any]) -> None:
    site.store(site.asset, flex_context={field: reference_to(site.power)})
    site.show({"asset": site.asset, "flex-context": field})
    site.post(site.power, [1, 2, 3, 4], user=site.user, unit="kW")

    assert {row["sensor"]["id"] for row in site.rows(**WINDOW)} == {site.power}


def test_sensors_of_others_leave_no_trace(site: Site) -> None:
    site.post(site.power, [1, 2, 3, 4], user=site.user, unit="kW")
    site.post(site.secret, [1, 2, 3, 4], user=site.stranger, unit="MW")
    site.store(site.asset, flex_context={"consumption-price": {"sensor": site.secret}})
    site.store(site.foreign, flex_model={"soc-max": "17 GWh"})
    site.show({"sensor": site.power})
    alone = site.rows(**WINDOW), site.compressed(**WINDOW)
    site.show(
        {"sensors": [site.secret, site.power]},
        {"asset": site.asset, "flex-context": "consumption-price"},
        {"asset": site.foreign, "flex-model": "soc-max"},
    )

    assert (site.rows(**WINDOW), site.compressed(**WINDOW)) == alone


def test_a_time_range_says_nothing_of_others_data(site: Site) -> None:
    site.post(site.secret, [1, 2, 3, 4], user=site.stranger, unit="MW")
    site.show({"sensor": site.secret})

    found = site.api.get(f"/api/dev/asset/{site.asset}", user=site.user).json()

    assert found["timerange_of_sensors_to_show"] == {"start": None, "end": None}


def test_the_name_of_a_parent_that_the_caller_may_not_read_is_left_out(site: Site) -> None:
    site.store(site.asset, parent_asset_id=site.foreign)
    site.show({"sensor": site.power})
    site.post(site.power, [1, 2, 3, 4], user=site.user, unit="kW")

    assert {row["sensor"]["asset_description"] for row in site.rows(**WINDOW)} == {"site"}
