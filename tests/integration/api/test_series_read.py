"""Reading several series at once, over the whole HTTP stack."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import event

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_asset, make_sensor, make_source, make_user
from wattloom.db import Database
from wattloom.periods import to_us
from wattloom.timeseries import Beliefs, get_sensor, record_beliefs

URL = "/api/v4/series"
START = datetime.fromisoformat("2026-03-01T00:00:00+01:00")
WINDOW = {"start": START.isoformat(), "end": (START + timedelta(days=1)).isoformat()}
START_MS = to_us(START) // 1000
QUARTER_MS = 900_000

# What does not depend on the database is tried on one of them.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "account": account,
            "power": make_sensor(connection, name="power", generic_asset_id=asset),
            "energy": make_sensor(connection, name="energy", generic_asset_id=asset, unit="kWh"),
            "stock": make_sensor(connection, name="stock", generic_asset_id=asset, unit="kWh", event_resolution="P0D"),
            "public": make_sensor(connection, generic_asset_id=make_asset(connection, account_id=None)),
            "meter": make_source(connection, name="meter", type="other"),
            "model": make_source(connection, name="model", type="forecaster", model="ridge", version="1.0"),
            "ada": make_user(connection, account_id=account),
            "stranger": make_user(connection),
        }


class Series:
    """Records as any source, and reads as Ada."""

    def __init__(self, api: ApiClient, site: dict[str, int]) -> None:
        self.api, self.site = api, site

    def record(
        self,
        values: list[float],
        sensor: str = "power",
        source: str = "meter",
        *,
        start: datetime = START,
        step: timedelta = timedelta(minutes=15),
        believed: datetime = START,
    ) -> None:
        starts_us = to_us(start) + np.arange(len(values)) * (step // timedelta(microseconds=1))
        beliefs = Beliefs.points(
            sensor_id=self.site[sensor],
            source_id=self.site[source],
            event_start_us=starts_us,
            belief_time_us=to_us(believed),
            event_value=np.array(values, dtype=np.float64),
        )
        with self.api.services.database.write() as connection:
            found = get_sensor(connection, self.site[sensor])
            record_beliefs(connection, self.api.services.beliefs, found, beliefs)

    def ask(self, *sensors: str, user: str = "ada", path: str = "", **fields: Any) -> tuple[int, Any]:
        named = [self.site[name] for name in sensors]
        params = {name.replace("_", "-"): value for name, value in (WINDOW | fields).items() if value is not ...}
        response = self.api.get(URL + path, user=self.site[user], params=params | {"sensor": named})
        return response.status_code, response.json()

    def read(self, *sensors: str, **fields: Any) -> list[Any]:
        status, answer = self.ask(*sensors, **fields)
        assert status == 200, answer
        return answer["series"]

    def values(self, *sensors: str, **fields: Any) -> list[list[float | None]]:
        return [series["event_value"] for series in self.read(*sensors, **fields)]


@pytest.fixture
def series(api: ApiClient, site: dict[str, int]) -> Series:
    return Series(api, site)


def quarters(*numbers: int) -> list[int]:
    return [START_MS + number * QUARTER_MS for number in numbers]


def test_series_are_columns_in_the_order_asked(series: Series, site: dict[str, int]) -> None:
    series.record([1, 2])
    series.record([5], "energy")

    status, answer = series.ask("energy", "power")

    assert (status, answer) == (
        200,
        WINDOW
        | {
            "series": [
                {
                    "sensor": site["energy"],
                    "name": "energy",
                    "unit": "kWh",
                    "resolution": "PT15M",
                    "timezone": "Europe/Amsterdam",
                    "event_start_ms": quarters(0),
                    "event_value": [5.0],
                },
                {
                    "sensor": site["power"],
                    "name": "power",
                    "unit": "kW",
                    "resolution": "PT15M",
                    "timezone": "Europe/Amsterdam",
                    "event_start_ms": quarters(0, 1),
                    "event_value": [1.0, 2.0],
                },
            ]
        },
    )


def test_events_count_that_start_in_the_window(series: Series) -> None:
    series.record([1, 2, 3, 4])

    [found] = series.read("power", start="2026-03-01T00:05:00+01:00", end="2026-03-01T00:45:00+01:00")

    assert found["event_start_ms"] == quarters(1, 2)


@ON_SQLITE
def test_gaps_are_absent_from_events_and_null_on_a_grid(series: Series) -> None:
    series.record([1, float("nan"), 3])

    assert series.read("power")[0]["event_start_ms"] == quarters(0, 2)
    assert series.values("power", resolution="PT15M", end="2026-03-01T01:00:00+01:00") == [[1, None, 3, None]]


@ON_SQLITE
def test_one_unit_serves_all_sensors_or_each_has_its_own(series: Series) -> None:
    series.record([1])
    series.record([5], "energy")

    assert series.values("power", "energy", unit="MW") == [[0.001], [0.02]]
    assert series.values("power", "energy", unit=["kWh", "Wh"]) == [[0.25], [5000]]


@ON_SQLITE
def test_energy_is_summed_and_power_averaged(series: Series) -> None:
    series.record([1, 2, 3, 4])
    series.record([1, 2, 3, 4], "energy")

    assert series.values("power", "energy", resolution="PT1H", end="2026-03-01T01:00:00+01:00") == [[2.5], [10]]


@ON_SQLITE
def test_slots_stand_on_the_clock(series: Series) -> None:
    series.record([1, 2, 3, 4, 5])

    [found] = series.read(
        "power", resolution="PT1H", start="2026-03-01T00:20:00+01:00", end="2026-03-01T01:10:00+01:00"
    )

    assert (found["event_start_ms"], found["event_value"]) == (quarters(0, 4), [2.5, 5])


def test_days_follow_the_clock_of_the_sensor(series: Series) -> None:
    midnight = datetime.fromisoformat("2026-03-29T00:00:00+01:00")
    series.record([1] * 93, "energy", start=midnight)

    [found] = series.read(
        "energy", resolution="P1D", start="2026-03-29T00:00:00+01:00", end="2026-03-31T00:00:00+02:00"
    )

    assert (found["resolution"], found["event_value"]) == ("P1D", [92, 1])
    assert np.diff(found["event_start_ms"]) == [23 * 3_600_000]


@ON_SQLITE
def test_instantaneous_sensor_gives_samples(series: Series) -> None:
    series.record([1, 2, 3], "stock", step=timedelta(minutes=7))

    [found] = series.read("stock")

    assert (found["resolution"], found["event_value"]) == ("P0D", [1, 2, 3])
    assert series.values("stock", resolution="PT10M", end="2026-03-01T00:20:00+01:00") == [[1, 3]]


@ON_SQLITE
def test_points_are_few_and_real(series: Series) -> None:
    values = [float(v) for v in np.round(np.sin(np.arange(96) / 5), 3)]
    series.record(values)

    [found] = series.read("power", points=20)

    assert len(found["event_value"]) <= 20
    pairs = dict(zip(quarters(*range(96)), values, strict=True))
    assert all(pairs[at] == value for at, value in zip(found["event_start_ms"], found["event_value"], strict=True))
    assert found["event_start_ms"][0] == START_MS
    assert max(found["event_value"]) == max(values)


@ON_SQLITE
def test_points_show_gaps(series: Series) -> None:
    series.record([float(v) for v in range(40)])
    series.record([float(v) for v in range(40)], start=START + timedelta(hours=12))

    [found] = series.read("power", points=20)

    gap = found["event_value"].index(None)
    assert found["event_start_ms"][gap] == quarters(40)[0]


def test_sources_are_chosen_by_id_type_and_account(series: Series, site: dict[str, int]) -> None:
    series.record([1])
    series.record([2], source="model")

    assert series.values("power") == [[2]]
    assert series.values("power", source=site["meter"]) == [[1]]
    assert series.values("power", source_type="other") == [[1]]
    assert series.values("power", exclude_source_type=["forecaster"]) == [[1]]


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"source": 999}, "source"),
        ({"source_type": "oracle"}, "source-type"),
        ({"source_account": 9}, "source-account"),
    ],
)
def test_source_without_data_here_is_named(series: Series, fields: dict[str, Any], name: str) -> None:
    series.record([1])

    status, answer = series.ask("power", **fields)

    assert (status, list(answer["message"]["query"])) == (422, [name])


def test_what_was_believed_before_is_found(series: Series) -> None:
    series.record([1], believed=START - timedelta(days=1))
    series.record([2], believed=START + timedelta(days=1))

    assert series.values("power") == [[2]]
    assert series.values("power", prior=START.isoformat()) == [[1]]
    assert series.values("power", horizon="PT1H") == [[1]]


def test_all_beliefs_come_with_their_history_and_sources(series: Series, site: dict[str, int]) -> None:
    series.record([1], believed=START - timedelta(hours=1))
    series.record([2], believed=START + timedelta(microseconds=1500))
    series.record([3], source="model", believed=START)

    status, answer = series.ask("power", beliefs="all", unit="W")

    [found] = answer["series"]
    assert status == 200
    assert found["event_start_ms"] == quarters(0, 0, 0)
    assert found["event_value"] == [1000, 2000, 3000]
    assert found["source"] == [site["meter"], site["meter"], site["model"]]
    assert found["belief_time_ms"] == [START_MS - 3_600_000, START_MS + 1.5, START_MS]
    assert found["cumulative_probability"] == [0.5, 0.5, 0.5]
    assert answer["sources"][1] == {
        "id": site["model"],
        "name": "model",
        "type": "forecaster",
        "model": "ridge",
        "version": "1.0",
        "description": "model's ridge forecaster v1.0",
    }


def test_each_source_has_a_series_of_its_own(series: Series, site: dict[str, int]) -> None:
    series.record([1], believed=START - timedelta(hours=1))
    series.record([2])
    series.record([3, 4], source="model")
    series.record([5], sensor="energy")

    status, answer = series.ask("power", "energy", "stock", beliefs="by-source", points=10)

    assert status == 200
    assert [(one["sensor"], one["source_id"], one["event_value"]) for one in answer["series"]] == [
        (site["power"], site["meter"], [2]),
        (site["power"], site["model"], [3, 4]),
        (site["energy"], site["meter"], [5]),
    ]
    assert [source["name"] for source in answer["sources"]] == ["meter", "model"]


@ON_SQLITE
def test_sources_stand_on_a_grid_as_they_were_believed(series: Series, site: dict[str, int]) -> None:
    series.record([1, 2, 3, 4], believed=START - timedelta(hours=1))
    series.record([8], source="model", believed=START + timedelta(hours=1))

    _, answer = series.ask("power", beliefs="by-source", resolution="PT1H", prior=START.isoformat())

    [only] = answer["series"]
    assert (only["source_id"], only["event_value"][:2]) == (site["meter"], [2.5, None])


def test_many_sensors_are_asked_in_a_body(series: Series, site: dict[str, int]) -> None:
    series.record([1])
    body = WINDOW | {"sensor": [site["power"], site["energy"]], "unit": ["W", "kWh"], "source-type": ["other"]}

    answer = series.api.post(f"{URL}/query", user=site["ada"], json=body).json()

    assert [found["event_value"] for found in answer["series"]] == [[1000], []]


@ON_SQLITE
def test_stranger_learns_only_which_sensor_it_was(series: Series, site: dict[str, int]) -> None:
    status, answer = series.ask("public", "power", user="stranger")

    assert (status, answer["status"]) == (403, "INVALID_SENDER")
    assert answer["message"] == (
        f"You have no permission to read this sensor. {{'query': {{'sensor': {site['power']}}}}}"
    )


@ON_SQLITE
def test_anonymous_gets_nothing(api: ApiClient, site: dict[str, int]) -> None:
    assert api.get(URL, params=WINDOW | {"sensor": site["public"]}).status_code == 401


@ON_SQLITE
def test_public_sensor_is_for_everybody_who_is_logged_in(series: Series) -> None:
    assert series.ask("public", user="stranger")[0] == 200


@ON_SQLITE
def test_unknown_sensors_are_named(series: Series, site: dict[str, int]) -> None:
    answer = series.api.get(URL, user=site["ada"], params=WINDOW | {"sensor": [site["power"], 998, 999]})

    assert (answer.status_code, answer.json()["message"]["query"]["sensor"]) == (
        422,
        {"998": ["No sensor found with ID 998."], "999": ["No sensor found with ID 999."]},
    )


@ON_SQLITE
@pytest.mark.parametrize("resolution", ["P100Y", "P1M", "P36525D", "PT36H"])
def test_all_time_can_be_asked_for(series: Series, resolution: str) -> None:
    series.record([1])

    [found] = series.read("energy", start="1900-01-01T00:00:00Z", end="2199-12-31T23:59:59Z", resolution=resolution)

    assert found["event_value"].count(None) == len(found["event_value"])


@ON_SQLITE
@pytest.mark.parametrize(("path", "wrong", "right"), [("", "source_type", "source-type"), ("/latest", "att", "at")])
def test_unknown_query_comes_with_what_may_be_meant(series: Series, path: str, wrong: str, right: str) -> None:
    window = {"": WINDOW, "/latest": {}}[path]

    answer = series.api.get(f"{URL}{path}", user=series.site["ada"], params=window | {"sensor": 1, wrong: "x"})

    assert answer.status_code == 422
    assert answer.json()["message"]["query"] == {wrong: [f"Unknown field. Did you mean '{right}'?"]}


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"end": None}, "end"),
        ({"end": WINDOW["start"]}, "end"),
        ({"sensor": 1}, "sensor"),
        ({"sensor": [999]}, "sensor"),
        ({"source": [999]}, "source"),
        ({"unit": ["EUR"]}, "unit"),
        ({"source_type": ["other"]}, "source_type"),
    ],
)
def test_wrong_field_of_a_body_is_named(
    series: Series, site: dict[str, int], fields: dict[str, Any], name: str
) -> None:
    body = WINDOW | {"sensor": [site["power"]]} | fields

    answer = series.api.post(f"{URL}/query", user=site["ada"], json=body)

    assert (answer.status_code, list(answer.json()["message"]["json"])) == (422, [name])


@ON_SQLITE
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"start": "2026-03-01T00:00:00"}, "start"),
        ({"end": ...}, "end"),
        ({"end": WINDOW["start"]}, "end"),
        ({"unit": ["kW", "kW", "kW"]}, "unit"),
        ({"unit": "EUR"}, "unit"),
        ({"unit": "nonsense"}, "unit"),
        ({"resolution": "PT0M"}, "resolution"),
        ({"resolution": "hourly"}, "resolution"),
        ({"points": 3}, "points"),
        ({"points": 1_000_000}, "points"),
        ({"points": 20, "beliefs": "all"}, "points"),
        ({"resolution": "PT1H", "beliefs": "all"}, "resolution"),
        ({"beliefs": "some"}, "beliefs"),
        ({"horizon": "P1M"}, "horizon"),
        ({"prior": "yesterday"}, "prior"),
        ({"duration": "PT1H"}, "duration"),
        ({"source": "me"}, "source"),
    ],
)
def test_wrong_field_is_named(series: Series, fields: dict[str, Any], name: str) -> None:
    status, answer = series.ask("power", "energy", **fields)

    assert (status, list(answer["message"]["query"])) == (422, [name])


@ON_SQLITE
def test_a_sensor_has_to_be_named(series: Series) -> None:
    status, answer = series.ask()

    assert (status, list(answer["message"]["query"])) == (422, ["sensor"])


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "end"),
        ({"beliefs": "all"}, "end"),
        ({"resolution": "PT1M"}, "resolution"),
        ({"resolution": "P1D", "start": "2026-03-01T23:00:00+01:00"}, "end"),
    ],
)
def test_reads_are_bounded(database: Database, site: dict[str, int], fields: dict[str, Any], name: str) -> None:
    api = ApiClient(make_services(database, max_read_values=100))
    series = Series(api, site)
    series.record([float(v) for v in range(60)])
    series.record([float(v) for v in range(60)], believed=START + timedelta(days=1), source="model")

    status, answer = series.ask("power", **fields)

    assert (status, list(answer["message"]["query"])) == (422, [name])
    assert len(series.values("power", end="2026-03-01T06:00:00+01:00")[0]) == 24
    api.close()


def test_current_values_are_the_newest_events(series: Series, site: dict[str, int]) -> None:
    series.record([1, 2, 3])
    series.record([9], "energy", start=NOW + timedelta(hours=1))
    series.record([4], "stock", start=NOW - timedelta(minutes=1))

    status, answer = series.ask("power", "energy", "stock", path="/latest", start=..., end=...)

    assert (status, answer) == (
        200,
        {
            "sensor": [site["power"], site["stock"]],
            "unit": ["kW", "kWh"],
            "event_start_ms": [*quarters(2), to_us(NOW) // 1000 - 60_000],
            "event_value": [3, 4],
            "source": [site["meter"], site["meter"]],
            "belief_time_ms": [START_MS, START_MS],
            "sources": [
                {
                    "id": site["meter"],
                    "name": "meter",
                    "type": "other",
                    "model": None,
                    "version": None,
                    "description": "meter",
                }
            ],
        },
    )


def test_current_values_can_be_those_of_another_moment_and_source(series: Series) -> None:
    series.record([1, 2, 3])
    series.record([7, 8, 9], source="model", believed=START + timedelta(minutes=20))
    at = (START + timedelta(minutes=16)).isoformat()

    assert series.ask("power", path="/latest", start=..., end=...)[1]["event_value"] == [9]
    assert series.ask("power", path="/latest", start=..., end=..., at=at)[1]["event_value"] == [2]
    assert series.ask("power", path="/latest", start=..., end=..., source_type="other")[1]["event_value"] == [3]


def test_nothing_recorded_has_no_current_value(series: Series) -> None:
    answer = series.ask("power", path="/latest", start=..., end=...)[1]

    assert (answer["sensor"], answer["sources"]) == ([], [])


def test_current_values_of_many_sensors_are_asked_in_a_body(series: Series, site: dict[str, int]) -> None:
    series.record([1])

    answer = series.api.post(f"{URL}/latest", user=site["ada"], json={"sensor": [site["power"], site["energy"]]})

    assert answer.json()["event_value"] == [1]


@ON_SQLITE
@pytest.mark.parametrize(("path", "fields"), [("", WINDOW), ("", WINDOW | {"beliefs": "all"}), ("/latest", {})])
def test_many_sensors_take_as_many_queries_as_a_few(
    series: Series, site: dict[str, int], path: str, fields: dict[str, Any]
) -> None:
    database, statements = series.api.services.database, list[str]()
    with database.write() as connection:
        asset = make_asset(connection, account_id=site["account"])
        ids = [make_sensor(connection, generic_asset_id=asset) for _ in range(40)]
    for sensor_id in ids:
        site[f"sensor {sensor_id}"] = sensor_id
        series.record([1, 2], f"sensor {sensor_id}")
    event.listen(database.engine, "checkout", lambda driver, *_: driver.set_trace_callback(statements.append))
    counts = []

    # The first request also reads the limits of its user, which are kept for a minute.
    for few in (10, 10, 40):
        answer = series.api.get(URL + path, user=site["ada"], params=fields | {"sensor": ids[:few]})
        counts.append(len(statements))
        statements.clear()
        assert answer.status_code == 200

    assert counts[1] == counts[2] > 0


def test_many_different_units_are_refused_unread(api: ApiClient, site: dict[str, int]) -> None:
    units = [f"{k} kW" for k in range(51)]

    response = api.post(f"{URL}/query", user=site["ada"], json={"sensor": [site["power"]], "unit": units} | WINDOW)

    assert response.status_code == 422
    assert response.json()["message"]["json"]["unit"] == ["At most 50 different units."]
