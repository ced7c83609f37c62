"""Series as Apache Arrow streams, over the whole HTTP stack."""

import sys
from typing import Any

import httpx
import numpy as np
import orjson
import pyarrow as pa
import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database

URL = "/api/v4/series"
STREAM = "application/vnd.apache.arrow.stream"
START_US = 1_772_323_200_000_000
QUARTER_US = 900_000_000
WINDOW = {"start": "2026-03-01T00:00:00+00:00", "end": "2026-03-02T00:00:00+00:00"}
INSTANT = pa.timestamp("us", "UTC")

# What does not depend on the database is tried on one of them.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "power": make_sensor(connection, name="power", generic_asset_id=asset),
            "energy": make_sensor(connection, name="energy", generic_asset_id=asset, unit="kWh"),
            "foreign": make_sensor(connection),
            "ada": make_user(connection, account_id=account),
        }


class Arrow:
    """Records and reads streams as Ada."""

    def __init__(self, api: ApiClient, site: dict[str, int]) -> None:
        self.api, self.site = api, site

    def post(self, table: pa.Table | bytes, options: pa.ipc.IpcWriteOptions | None = None) -> httpx.Response:
        body = table if isinstance(table, bytes) else stream_of(table, options)
        return self.api.post(URL, user=self.site["ada"], content=body, headers={"Content-Type": STREAM})

    def read(self, path: str = "", **fields: Any) -> pa.Table:
        answer = self.get(path, accept=STREAM, **fields)
        assert answer.headers["content-type"] == STREAM, answer.text
        return pa.ipc.open_stream(answer.content).read_all()

    def get(self, path: str = "", *, accept: str = "application/json", **fields: Any) -> httpx.Response:
        params = fields | {"sensor": [self.site["power"], self.site["energy"]]}
        return self.api.get(URL + path, user=self.site["ada"], params=params, headers={"Accept": accept})


@pytest.fixture
def arrow(api: ApiClient, site: dict[str, int]) -> Arrow:
    return Arrow(api, site)


def stream_of(table: pa.Table, options: pa.ipc.IpcWriteOptions | None = None) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def rows(site: dict[str, int], facts: Any = None, **replaced: Any) -> pa.Table:
    """Return three rows of two sensors; a column that is ``...`` is left out."""
    columns = {
        "sensor": [site["energy"], site["power"], site["power"]],
        "event_start": pa.array([START_US, START_US + QUARTER_US, START_US], INSTANT),
        "event_value": [7.0, 2.0, 1.0],
    } | replaced
    table = pa.table({name: column for name, column in columns.items() if column is not ...})
    return table if facts is None else table.replace_schema_metadata({"wattloom": orjson.dumps(facts)})


def test_rows_of_several_sensors_are_recorded(arrow: Arrow, site: dict[str, int]) -> None:
    answer = arrow.post(rows(site))

    found = arrow.read(**WINDOW)
    assert answer.json()["series"] == [
        {"sensor": site["power"], "new": 2, "changed": 0, "unchanged": 0},
        {"sensor": site["energy"], "new": 1, "changed": 0, "unchanged": 0},
    ]
    assert found.schema.types == [pa.int32(), INSTANT, pa.float64()]
    assert found["sensor"].to_pylist() == [site["power"], site["power"], site["energy"]]
    assert found["event_start"].cast(pa.int64()).to_pylist() == [START_US, START_US + QUARTER_US, START_US]
    assert found["event_value"].to_pylist() == [1.0, 2.0, 7.0]


@ON_SQLITE
def test_metadata_describe_the_series(arrow: Arrow, site: dict[str, int]) -> None:
    facts = orjson.loads(arrow.read(**WINDOW, unit=["W", "Wh"]).schema.metadata[b"wattloom"])

    assert facts == WINDOW | {
        "series": [
            {
                "sensor": site[name],
                "name": name,
                "unit": unit,
                "resolution": "PT15M",
                "timezone": "Europe/Amsterdam",
            }
            for name, unit in (("power", "W"), ("energy", "Wh"))
        ]
    }


@pytest.mark.parametrize("fields", [{}, {"resolution": "PT1H"}, {"beliefs": "all"}, {"points": 10}])
def test_both_encodings_hold_the_same(arrow: Arrow, site: dict[str, int], fields: dict[str, Any]) -> None:
    starts_us = START_US + np.array([*range(50), *range(60, 96)]) * QUARTER_US
    values = np.round(np.sin(np.arange(len(starts_us))), 3)
    arrow.post(
        rows(
            site,
            sensor=[site["power"]] * len(values),
            event_start=pa.array(starts_us, INSTANT),
            event_value=values,
            belief_time=pa.array(starts_us + 1, INSTANT),
        )
    )

    stream, answer = arrow.read(**WINDOW, **fields), arrow.get(**WINDOW, **fields).json()

    facts = orjson.loads(stream.schema.metadata[b"wattloom"])
    described = [{name: value for name, value in one.items() if name in facts["series"][0]} for one in answer["series"]]
    assert (facts["series"], facts.get("sources")) == (described, answer.get("sources"))
    for name in set(stream.column_names) - {"sensor", "event_start", "belief_time"}:
        assert stream[name].to_pylist() == [value for one in answer["series"] for value in one[name]]
    for name in set(stream.column_names) & {"event_start", "belief_time"}:
        in_ms = [value for one in answer["series"] for value in one[f"{name}_ms"]]
        assert stream[name].cast(pa.int64()).to_pylist() == [round(value * 1000) for value in in_ms]


def test_what_is_read_can_be_recorded_elsewhere(arrow: Arrow, site: dict[str, int]) -> None:
    arrow.post(rows(site))
    hourly = arrow.read(**WINDOW, unit=["W", "Wh"], resolution="PT1H")
    arrow.api.delete("/sensors/{power}/data".format(**site), user=site["ada"])
    arrow.api.services.clock.advance(hours=1)

    answer = arrow.post(hourly)

    assert answer.status_code == 200, answer.text
    found = arrow.read(**WINDOW)
    assert found["event_value"].to_pylist() == [1.5] * 4 + [1.75] * 4


@ON_SQLITE
def test_current_values_come_as_a_stream(arrow: Arrow, site: dict[str, int]) -> None:
    arrow.post(rows(site))

    found = arrow.read("/latest")

    assert found["sensor"].to_pylist() == [site["power"], site["energy"]]
    assert found["event_value"].to_pylist() == [2.0, 7.0]
    assert found["unit"].to_pylist() == ["kW", "kWh"]


@ON_SQLITE
def test_no_rows_are_a_stream_too(arrow: Arrow) -> None:
    assert arrow.read(**WINDOW).num_rows == 0
    assert arrow.read("/latest").num_rows == 0


@ON_SQLITE
def test_other_types_of_columns_are_understood(arrow: Arrow, site: dict[str, int]) -> None:
    local = pa.array([START_US // 1000], pa.timestamp("ms", "Europe/Amsterdam"))
    sensor, value = pa.array([site["power"]], pa.uint16()), pa.array([3], pa.int8())

    arrow.post(pa.table({"event_value": value, "event_start": local, "sensor": sensor}))

    assert arrow.read(**WINDOW)["event_value"].to_pylist() == [3.0]


@ON_SQLITE
def test_nulls_are_gaps(arrow: Arrow, site: dict[str, int]) -> None:
    arrow.post(rows(site, event_value=[7.0, None, 1.0]))

    assert arrow.read(**WINDOW)["event_value"].to_pylist() == [1.0, 7.0]


def test_distributions_are_recorded(arrow: Arrow, site: dict[str, int]) -> None:
    quantiles = {"event_value": [1.0, 2.0, 4.0], "cumulative_probability": [0.1, 0.5, 0.9]}

    arrow.post(rows(site, sensor=[site["power"]] * 3, event_start=pa.array([START_US] * 3, INSTANT), **quantiles))

    found = arrow.read(**WINDOW, beliefs="all")
    assert {name: found[name].to_pylist() for name in quantiles} == quantiles


FACTS = {"series": [{"sensor": 1, "unit": "nonsense"}]}
WRONG = {
    "unknown column": ({"value": [1, 2, 3]}, ["value"]),
    "missing column": ({"event_value": ...}, ["event_value"]),
    "categories as sensor": ({"sensor": pa.array(["a", "b", "c"]).dictionary_encode()}, ["sensor"]),
    "text as sensor": ({"sensor": ["a", "b", "c"]}, ["sensor"]),
    "no id": ({"sensor": [1, 0, 1]}, ["sensor", "1"]),
    "fraction as sensor": ({"sensor": [1.0, 1.5, 1.0]}, ["sensor"]),
    "null as sensor": ({"sensor": [1, None, 1]}, ["sensor", "1"]),
    "naive instants": ({"event_start": pa.array([1, 2, 3], pa.timestamp("us"))}, ["event_start"]),
    "numbers as instants": ({"event_start": [1, 2, 3]}, ["event_start"]),
    "instants too fine": ({"event_start": pa.array([1, 2, 3], pa.timestamp("ns", "UTC"))}, ["event_start"]),
    "instant too late": ({"event_start": pa.array([1, 9 * 10**15, 2], INSTANT)}, ["event_start", "1"]),
    "null as instant": ({"belief_time": pa.array([1, None, 2], INSTANT)}, ["belief_time", "1"]),
    "text as value": ({"event_value": ["a", "b", None]}, ["event_value"]),
    "not a number": ({"event_value": [1.0, float("nan"), None]}, ["event_value", "1"]),
    "infinite": ({"event_value": [1.0, 2.0, float("-inf")]}, ["event_value", "2"]),
    "impossible probability": ({"cumulative_probability": [0.5, 0.5, 0.0]}, ["cumulative_probability", "2"]),
    "wrong unit": ({"facts": FACTS}, ["metadata", "unit"]),
    "wrong metadata": ({"facts": [1]}, ["metadata"]),
    "metadata without sensors": ({"facts": {"series": [{}]}}, ["metadata"]),
    "metadata of lists": ({"facts": {"series": [{"sensor": [], "unit": "kW"}]}}, ["metadata"]),
    "no text as unit": ({"facts": {"series": [{"sensor": 1, "unit": []}]}}, ["metadata", "unit"]),
    "no text as resolution": ({"facts": {"series": [{"sensor": 1, "resolution": []}]}}, ["metadata", "resolution"]),
}


@ON_SQLITE
@pytest.mark.parametrize(("replaced", "path"), WRONG.values(), ids=WRONG)
def test_wrong_column_is_named_and_nothing_stored(
    arrow: Arrow, site: dict[str, int], replaced: dict[str, Any], path: list[str]
) -> None:
    answer = arrow.post(rows(site, **replaced))

    assert answer.status_code == 422, answer.text
    problem = answer.json()["message"]["json"]
    for part in path:
        assert list(problem) == [part]
        problem = problem[part]
    assert isinstance(problem[0], str)
    assert arrow.read(**WINDOW).num_rows == 0


@ON_SQLITE
@pytest.mark.parametrize("part", [slice(0, 0), slice(0, 3), slice(0, 100), slice(0, -40), slice(1, None)])
def test_broken_stream_is_refused(arrow: Arrow, site: dict[str, int], part: slice) -> None:
    answer = arrow.post(stream_of(rows(site))[part])

    assert answer.status_code == 422, answer.text
    assert arrow.read(**WINDOW).num_rows == 0


@ON_SQLITE
@pytest.mark.parametrize("codec", ["zstd", "lz4"])
def test_compressed_stream_is_refused(arrow: Arrow, site: dict[str, int], codec: str) -> None:
    answer = arrow.post(rows(site), pa.ipc.IpcWriteOptions(compression=codec))

    assert (answer.status_code, "without compression" in answer.text) == (422, True)


@ON_SQLITE
def test_columns_of_nothing_are_refused(arrow: Arrow) -> None:
    endless = pa.table({name: pa.nulls(10**6) for name in ("sensor", "event_start", "event_value")})

    assert arrow.post(endless).status_code == 422


@ON_SQLITE
def test_empty_stream_is_refused(arrow: Arrow, site: dict[str, int]) -> None:
    assert arrow.post(rows(site).slice(0, 0)).status_code == 422


@ON_SQLITE
def test_forbidden_sensor_stops_all(arrow: Arrow, site: dict[str, int]) -> None:
    answer = arrow.post(rows(site, sensor=[site["power"], site["foreign"], site["power"]]))

    assert (answer.status_code, answer.json()["status"]) == (403, "INVALID_SENDER")
    assert arrow.read(**WINDOW).num_rows == 0


@ON_SQLITE
def test_without_pyarrow_the_answer_names_the_extra(
    arrow: Arrow, site: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = stream_of(rows(site))
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    refused = [arrow.get(**WINDOW, accept=STREAM), arrow.post(body)]

    assert [answer.status_code for answer in refused] == [406, 415]
    assert all("wattloom[arrow]" in answer.json()["message"] for answer in refused)
