"""Chart data over the whole HTTP stack: rows, compressed, for assets and for sensors."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.api_client import ApiClient, make_services
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.assets.tables import asset as asset_table
from wattloom.db import Database

START = "2026-05-04T10:00:00+02:00"
START_MS = 1_777_881_600_000
QUARTER_MS, HOUR_MS = 900_000, 3_600_000
WINDOW = {"start": START, "end": "2026-05-04T12:00:00+02:00"}
BELIEVED = "2026-05-01T00:00:00+02:00"
BELIEVED_MS = 1_777_586_400_000

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the database has no part in."""


class Site:
    """A battery at a site, its sensors by name, and who looks at them."""

    def __init__(self, api: ApiClient, database: Database) -> None:
        self.api, self.database = api, database
        with database.write() as connection:
            self.account = make_account(connection)
            self.parent = make_asset(connection, account_id=self.account, name="site")
            self.asset = make_asset(connection, account_id=self.account, name="battery", parent_asset_id=self.parent)
            self.sensors = {
                name: make_sensor(connection, generic_asset_id=self.asset, name=name, **columns)
                for name, columns in {
                    "power": {},
                    "price": {"unit": "EUR/MWh", "event_resolution": "PT1H"},
                    "energy": {"unit": "kWh", "event_resolution": "PT1H"},
                    "soc": {"unit": "kWh", "event_resolution": "P0D"},
                    "arrival": {"unit": "s", "event_resolution": "P0D"},
                    "megapower": {"unit": "MW"},
                }.items()
            }
            self.user = make_user(connection, account_id=self.account, username="ada")

    def show(self, *names: str) -> None:
        self.store(sensors_to_show=[self.sensors[name] for name in names])

    def store(self, **columns: Any) -> None:
        with self.database.write() as connection:
            connection.execute(update(asset_table).where(asset_table.c.id == self.asset).values(**columns))

    def post(self, name: str, values: Sequence[float], *, unit: str = "kW", **fields: Any) -> None:
        body = {"values": values, "unit": unit, "start": START, "prior": BELIEVED, "duration": "PT1H"} | fields
        answer = self.api.post(f"/sensors/{self.sensors[name]}/data", user=self.user, json=body)
        assert answer.status_code == 200, answer.text

    def rows(self, **params: Any) -> Any:
        return self._get(f"/assets/{self.asset}/chart_data", params)

    def compressed(self, **params: Any) -> Any:
        return self._get(f"/assets/{self.asset}/chart_data", params | {"compress-json": "true"})

    def sensor_rows(self, name: str, **params: Any) -> Any:
        return self._get(f"/sensors/{self.sensors[name]}/chart_data", params)

    def refusal(self, **params: Any) -> Any:
        answer = self.api.get(f"/assets/{self.asset}/chart_data", user=self.user, params=params)
        assert answer.status_code == 422, answer.text
        return answer.json()["message"]["query"]

    def _get(self, path: str, params: dict[str, Any]) -> Any:
        answer = self.api.get(path, user=self.user, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def site(api: ApiClient, database: Database) -> Site:
    return Site(api, database)


@pytest.fixture
def api_of_few_values(database: Database) -> Iterator[ApiClient]:
    client = ApiClient(make_services(database, max_read_values=110))
    yield client
    client.close()


@on_sqlite
def test_a_row_says_everything_of_one_belief(site: Site) -> None:
    site.show("power")
    site.post("power", [1.5], duration="PT15M")

    [row] = site.rows(**WINDOW)

    source = row["source"].pop("id")
    assert source > 0
    assert row == {
        "index": 0,
        "event_start": START_MS,
        "event_value": 1.5,
        "belief_horizon": START_MS + QUARTER_MS - BELIEVED_MS,
        "source": {
            "name": "ada",
            "model": "",
            "version": "",
            "type": "other",
            "raw_type": "user",
            "display_type": "user",
            "description": "ada",
        },
        "sensor": {
            "id": site.sensors["power"],
            "asset_id": site.asset,
            "name": "power",
            "sensor_unit": "kW",
            "event_resolution": 900.0,
            "description": "power (battery)",
            "asset_description": "battery (site)",
        },
        "sensor_unit": "kW",
        "scale_factor": 1.0,
    }
    assert isinstance(row["sensor"]["event_resolution"], float)


@on_sqlite
def test_the_compressed_form_tells_sensors_and_sources_once(site: Site) -> None:
    site.show("power", "soc")
    site.post("power", [1.5, 2.5], duration="PT30M")

    found = site.compressed(**WINDOW)

    [source] = found["sources"]
    power = site.sensors["power"]
    bh = START_MS + QUARTER_MS - BELIEVED_MS
    record = {"ts": START_MS, "sid": power, "val": 1.5, "sf": 1.0, "src": int(source), "bh": bh}
    assert found["data"] == [record, record | {"ts": START_MS + QUARTER_MS, "val": 2.5, "bh": bh + QUARTER_MS}]
    assert found["sensors"] == {
        str(power): {
            "name": "power",
            "unit": "kW",
            "event_resolution": 900.0,
            "description": "power (battery)",
            "asset_id": site.asset,
            "asset_description": "battery (site)",
        }
    }
    assert "id" not in found["sources"][source]


def test_both_forms_carry_the_same(site: Site) -> None:
    site.show("power", "price", "soc")
    site.post("power", [1, 2, 3, 4])
    site.post("power", [5, 6, 7, 8], prior="2026-05-02T00:00:00+02:00")
    site.post("price", [30, 40], unit="EUR/MWh", duration="PT2H")
    site.post("soc", [9], unit="kWh", duration="PT0H")
    asked = WINDOW | {"most-recent-beliefs-only": "false"}

    found = site.compressed(**asked)

    def row(index: int, record: dict[str, Any]) -> dict[str, Any]:
        sensor = found["sensors"][str(record["sid"])]
        facts = {key: value for key, value in sensor.items() if key != "unit"}
        return {
            "index": index,
            "event_start": record["ts"],
            "event_value": record["val"],
            "belief_horizon": record["bh"],
            "belief_time": record["bt"],
            "source": found["sources"][str(record["src"])] | {"id": record["src"]},
            "sensor": facts | {"id": record["sid"], "sensor_unit": sensor["unit"]},
            "sensor_unit": sensor["unit"],
            "scale_factor": record["sf"],
        }

    assert [row(n, record) for n, record in enumerate(found["data"])] == site.rows(**asked)
    assert len(found["data"]) == 17


def test_sensors_are_brought_to_the_finest_resolution_and_samples_stay(site: Site) -> None:
    site.show("price", "energy", "power", "soc")
    site.post("price", [30, 40, 50], unit="EUR/MWh", duration="PT3H")
    site.post("energy", [4], unit="kWh")
    site.post("soc", [9], unit="kWh", start="2026-05-04T10:07:00+02:00", duration="PT0H")

    rows = site.rows(**WINDOW)

    values = {
        name: [row["event_value"] for row in rows if row["sensor"]["name"] == name] for name in ("price", "energy")
    }
    assert values == {"price": [30] * 4 + [40] * 4, "energy": [1] * 4}
    assert [row["event_start"] for row in rows[:8]] == [START_MS + k * QUARTER_MS for k in range(8)]
    assert [row["belief_horizon"] for row in rows[:2]] == [
        START_MS + (k + 1) * QUARTER_MS - BELIEVED_MS for k in range(2)
    ]
    assert rows[0]["sensor"]["event_resolution"] == 3600
    assert [(row["event_start"], row["event_value"]) for row in rows if row["sensor"]["name"] == "soc"] == [
        (START_MS + 420_000, 9)
    ]


@on_sqlite
def test_moments_are_milliseconds_in_rows_and_seconds_in_compressed_form(site: Site) -> None:
    site.show("arrival")
    site.post("arrival", [START_MS / 1000 + 60], unit="s", duration="PT0H")

    assert [row["event_value"] for row in site.rows(**WINDOW)] == [START_MS + 60_000]
    assert [record["val"] for record in site.compressed(**WINDOW)["data"]] == [START_MS / 1000 + 60]


@on_sqlite
def test_values_say_how_they_scale_to_the_smallest_unit_shown(site: Site) -> None:
    site.show("power", "megapower")
    site.post("power", [1], duration="PT15M")
    site.post("megapower", [1], unit="MW", duration="PT15M")

    assert [row["scale_factor"] for row in site.rows(**WINDOW)] == [1, 1000]


@on_sqlite
def test_units_of_different_kinds_do_not_scale(site: Site) -> None:
    site.show("power", "megapower", "price")
    site.post("megapower", [1], unit="MW", duration="PT15M")

    assert [record["sf"] for record in site.compressed(**WINDOW)["data"]] == [1]


@on_sqlite
@pytest.mark.parametrize(
    "window",
    [
        {"event_starts_after": WINDOW["start"], "event_ends_before": WINDOW["end"]},
        {"start": WINDOW["start"], "duration": "PT2H"},
        {"end": WINDOW["end"], "duration": "PT2H"},
        WINDOW | {"duration": "PT5M"},
        WINDOW | {"event_starts_after": "2020-01-01T00:00:00+00:00", "include_sensor_annotations": "true"},
        {"start": "2026-05-04T08:00Z", "end": "2026-05-04T12:00:00 02:00"},
    ],
    ids=["old names", "from start", "from end", "too much", "canonical wins", "blank for plus"],
)
def test_a_window_can_be_said_in_several_ways(site: Site, window: dict[str, str]) -> None:
    site.show("power")
    site.post("power", list(range(24)), start="2026-05-04T07:00:00+02:00", duration="PT6H")

    assert site.rows(**window) == site.rows(**WINDOW)
    assert len(site.rows(**window)) == 8


@on_sqlite
def test_months_are_counted_on_the_calendar_of_the_bound_that_is_given(site: Site) -> None:
    site.show("energy")
    site.post("energy", [1] * 31 * 24, unit="kWh", start="2026-03-01T00:00:00+00:00", duration="PT744H")

    assert len(site.rows(start="2026-02-01T00:00:00+00:00", duration="P1M")) == 0
    assert len(site.rows(end="2026-04-01T00:00:00+00:00", duration="P1M")) == 744


def test_without_bounds_everything_is_shown(site: Site) -> None:
    site.show("power")
    site.post("power", [1, 2, 3, 4])

    assert len(site.rows()) == 4
    assert len(site.rows(start="2026-05-04T10:30:00+02:00")) == 2
    assert len(site.rows(end="2026-05-04T10:30:00+02:00")) == 2


def test_windows_may_reach_beyond_what_can_be_recorded(site: Site) -> None:
    site.post("power", [1, 2, 3, 4])

    early, late = "1900-01-02T00:00:00+00:00", "2199-12-31T00:00:00+00:00"
    for bounds in ({"end": early}, {"start": late}):
        for all_beliefs in ("true", "false"):
            asked = {**bounds, "duration": "P100Y", "prior": late, "most-recent-beliefs-only": all_beliefs}
            assert site.sensor_rows("power", **asked, resolution="P100Y") == []
            assert site.rows(**asked) == []
    assert [row["event_value"] for row in site.sensor_rows("power", resolution="P100Y")] == [2.5]


def test_more_than_the_limit_is_refused(api_of_few_values: ApiClient, site: Site) -> None:
    site.show("power", "price")
    site.post("power", [1, 2, 3, 4])
    site.post("price", [1, 2], unit="EUR/MWh", duration="PT2H")
    site.api = api_of_few_values

    assert "end" in site.refusal(**WINDOW)
    assert "start" in site.refusal(end=WINDOW["end"])
    assert len(site.rows(start=START, duration="PT1H")) == 8
    assert len(site.compressed(**WINDOW)["data"]) == 12


@on_sqlite
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"duration": "PT2H"}, "duration"),
        ({"start": START, "duration": "-PT2H"}, "duration"),
        ({"start": START, "duration": "soon"}, "duration"),
        ({"event_starts_after": "yesterday"}, "start"),
        ({"start": "2026-05-04T10:00:00"}, "start"),
        ({"start": WINDOW["end"], "end": START}, "end"),
        ({"beliefs_before": "then"}, "prior"),
        ({"compress_json": "maybe"}, "compress-json"),
    ],
)
def test_what_makes_no_sense_is_refused_under_its_canonical_name(
    site: Site, params: dict[str, str], field: str
) -> None:
    assert list(site.refusal(**params)) == [field]


@on_sqlite
def test_booleans_are_spelled_in_many_ways(site: Site) -> None:
    def is_compressed(text: str) -> bool:
        params = {"compress_json": text}
        return isinstance(site.api.get(f"/assets/{site.asset}/chart_data/", user=site.user, params=params).json(), dict)

    yes = ["1", "t", "T", "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON"]
    no = ["0", "f", "F", "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF"]

    assert [is_compressed(text) for text in yes] == [True] * len(yes)
    assert [is_compressed(text) for text in no] == [False] * len(no)


def test_all_beliefs_come_in_the_order_in_which_they_were_formed(site: Site) -> None:
    site.show("power", "price")
    second, third = "2026-05-02T00:00:00+02:00", "2026-05-03T00:00:00+02:00"
    site.post("power", [1, 2], duration="PT30M")
    site.post("power", [5], duration="PT15M", prior=third)
    site.post("price", [30], unit="EUR/MWh", prior=second)

    rows = site.rows(**WINDOW, most_recent_beliefs_only="false")

    assert [row["event_value"] for row in rows] == [1, 2, 30, 30, 30, 30, 5]
    assert [row["index"] for row in rows] == list(range(7))
    days = [(row["belief_time"] - BELIEVED_MS) / (24 * HOUR_MS) for row in rows]
    assert days == [0, 0, 1, 1, 1, 1, 2]


def test_prior_and_beliefs_after_are_inclusive(site: Site) -> None:
    site.show("power")
    for day, value in ((1, 10), (2, 20), (3, 30)):
        site.post("power", [value], duration="PT15M", prior=f"2026-05-0{day}T00:00:00+02:00")

    def values(**params: str) -> list[float]:
        return [row["event_value"] for row in site.rows(**WINDOW, **params)]

    assert values(prior="2026-05-02T00:00:00+02:00") == [20]
    assert values(beliefs_before="2026-05-01T23:59:59+02:00") == [10]
    assert values(beliefs_after="2026-05-02T00:00:00+02:00", most_recent_beliefs_only="no") == [20, 30]
    assert values(**{"beliefs-after": "2026-05-03T00:00:01+02:00"}) == []


@on_sqlite
def test_no_sensors_give_no_data(site: Site) -> None:
    with site.database.write() as connection:
        site.asset = make_asset(connection, account_id=site.account)

    assert site.rows(**WINDOW) == []
    assert site.compressed(**WINDOW) == {"data": [], "sensors": {}, "sources": {}}


@on_sqlite
def test_an_asset_without_graphs_shows_its_first_two_sensors(site: Site) -> None:
    for name, unit in (("power", "kW"), ("price", "EUR/MWh"), ("energy", "kWh")):
        site.post(name, [1], unit=unit, duration="PT1H" if unit != "kW" else "PT15M")

    assert {row["sensor"]["name"] for row in site.rows(**WINDOW)} == {"power", "price"}


def test_a_sensor_has_a_chart_of_its_own(site: Site) -> None:
    site.post("power", [1.5], duration="PT15M")

    [row] = site.sensor_rows("power", **WINDOW)
    compressed = site.sensor_rows("power", **WINDOW, **{"compress-json": "true"})
    by_dev_path = site.api.get(
        f"/api/dev/sensor/{site.sensors['power']}/chart_data", user=site.user, params=WINDOW
    ).json()

    assert by_dev_path == [row]
    assert {key: row[key] for key in ("event_start", "belief_time", "cumulative_probability", "event_value")} == {
        "event_start": START_MS,
        "belief_time": BELIEVED_MS,
        "cumulative_probability": 0.5,
        "event_value": 1.5,
    }
    [record] = compressed["data"]
    assert record == {
        "ts": START_MS,
        "sid": site.sensors["power"],
        "val": 1.5,
        "src": row["source"]["id"],
        "bh": (START_MS + QUARTER_MS - BELIEVED_MS) / 1000,
        "bt": BELIEVED_MS,
        "cp": 0.5,
    }


@on_sqlite
@pytest.mark.parametrize(("resolution", "values"), [("PT1H", [2.5, 6.5]), ("PT5M", [1, 1, 1, 2, 2, 2]), ("P1D", [])])
def test_a_sensors_chart_can_have_another_resolution(site: Site, resolution: str, values: list[float]) -> None:
    site.post("power", [1, 2, 3, 4, 5, 6, 7, 8], duration="PT2H")

    rows = site.sensor_rows("power", **WINDOW, resolution=resolution)

    assert [row["event_value"] for row in rows][: len(values) or None] == values


@on_sqlite
def test_unknown_things_are_named(site: Site) -> None:
    assert site.api.get("/assets/999999/chart_data", user=site.user).status_code == 404
    assert site.api.get("/api/dev/sensor/999999/chart_data", user=site.user).status_code == 422


def test_the_time_of_data_is_known_without_reading_them(site: Site) -> None:
    site.show("power", "price")
    site.post("power", [1, 2], duration="PT30M")
    site.post("price", [1, 2], unit="EUR/MWh", duration="PT2H")

    sensor = site.api.get(f"/api/dev/sensor/{site.sensors['power']}/", user=site.user).json()
    asset = site.api.get(f"/api/dev/asset/{site.asset}", user=site.user).json()

    half_past = (datetime.fromisoformat(START) + timedelta(minutes=30)).isoformat()
    assert sensor == {
        "name": "power",
        "timezone": "Europe/Amsterdam",
        "timerange": {"start": START, "end": half_past},
    }
    assert asset == {
        "name": "battery",
        "timezone": "Europe/Amsterdam",
        "timerange_of_sensors_to_show": {"start": START, "end": WINDOW["end"]},
    }


def test_nothing_recorded_has_no_time(site: Site) -> None:
    answer = site.api.get(f"/api/dev/asset/{site.asset}", user=site.user).json()

    assert answer["timerange_of_sensors_to_show"] == {"start": None, "end": None}
