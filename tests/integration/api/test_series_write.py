"""Recording several series at once, over the whole HTTP stack."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from wattloom.db import Database
from wattloom.periods import to_us

URL = "/api/v4/series"
START = "2026-03-01T00:00:00+00:00"
START_MS = 1_772_323_200_000
QUARTER_MS = 900_000
NOW_MS = to_us(NOW) // 1000
WINDOW = {"start": START, "end": "2026-03-03T00:00:00+00:00"}

# What does not depend on the database is tried on one of them.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "power": make_sensor(connection, generic_asset_id=asset),
            "energy": make_sensor(connection, generic_asset_id=asset, unit="kWh"),
            "stock": make_sensor(connection, generic_asset_id=asset, unit="kWh", event_resolution="P0D"),
            "daily": make_sensor(connection, generic_asset_id=asset, unit="kWh", event_resolution="P1D"),
            "unfloored": make_sensor(
                connection, generic_asset_id=asset, attributes={"floor_datetimes_to_resolution": False}
            ),
            "foreign": make_sensor(connection),
            "public": make_sensor(connection, generic_asset_id=make_asset(connection, account_id=None)),
            "ada": make_user(connection, account_id=account),
        }


class Writer:
    """Records and reads as Ada; sensors are called by their names."""

    def __init__(self, api: ApiClient, site: dict[str, int]) -> None:
        self.api, self.site = api, site

    def post(self, *series: dict[str, Any], query: str = "") -> tuple[int, Any]:
        body = {"series": [one | {"sensor": self.site.get(one["sensor"], one["sensor"])} for one in series]}
        response = self.api.post(URL + query, user=self.site["ada"], json=body)
        return response.status_code, response.json()

    def raw(self, body: bytes) -> tuple[int, Any]:
        response = self.api.post(URL, user=self.site["ada"], content=body)
        return response.status_code, response.json()

    def read(self, *sensors: str, **fields: Any) -> list[Any]:
        params = WINDOW | fields | {"sensor": [self.site[name] for name in sensors]}
        return self.api.get(URL, user=self.site["ada"], params=params).json()["series"]

    def values(self, sensor: str) -> dict[int, float]:
        """Return the values by the number of quarters from the start."""
        [found] = self.read(sensor)
        numbers = [(at - START_MS) // QUARTER_MS for at in found["event_start_ms"]]
        return dict(zip(numbers, found["event_value"], strict=True))


@pytest.fixture
def writer(api: ApiClient, site: dict[str, int]) -> Writer:
    return Writer(api, site)


def regular(sensor: str = "power", **fields: Any) -> dict[str, Any]:
    """Return equally long events; what is ``...`` is left out."""
    series = {"sensor": sensor, "start": START, "resolution": "PT15M", "event_value": [1, None, 3]} | fields
    return {name: value for name, value in series.items() if value is not ...}


def irregular(sensor: str = "power", quarters: tuple[float, ...] = (0, 5), **fields: Any) -> dict[str, Any]:
    """Return events at some numbers of quarters from the start."""
    starts_ms = [START_MS + int(number * QUARTER_MS) for number in quarters]
    return {"sensor": sensor, "event_start_ms": starts_ms, "event_value": [1] * len(quarters)} | fields


def counted(sensor: int, new: int = 0, changed: int = 0, unchanged: int = 0) -> dict[str, int]:
    return {"sensor": sensor, "new": new, "changed": changed, "unchanged": unchanged}


def test_several_sensors_are_recorded_in_one_request(writer: Writer, site: dict[str, int]) -> None:
    answer = writer.post(regular(), irregular("energy"))

    assert answer == (
        200,
        {"series": [counted(site["power"], new=2), counted(site["energy"], new=2)], "dry_run": False},
    )
    assert writer.values("power") == {0: 1, 2: 3}
    assert writer.values("energy") == {0: 1, 5: 1}


def test_what_is_known_and_what_changes_is_counted(writer: Writer, site: dict[str, int]) -> None:
    writer.post(regular(event_value=[1, 2]))
    writer.api.services.clock.advance(hours=1)

    answer = writer.post(regular(event_value=[1, 5, 6]))[1]

    assert answer["series"] == [counted(site["power"], new=1, changed=1, unchanged=1)]


@ON_SQLITE
def test_values_are_converted_and_resampled(writer: Writer) -> None:
    writer.post(
        regular("power", unit="kWh", resolution="PT1H", event_value=[10]),
        regular("energy", unit="Wh", resolution="PT5M", event_value=[1000, 2000, 3000]),
        regular("daily", resolution="PT12H", start="2026-02-28T23:00:00Z", event_value=[1, 2, 3, 4]),
    )

    assert writer.values("power") == {0: 10, 1: 10, 2: 10, 3: 10}
    assert writer.values("energy") == {0: 6}
    assert [series["event_value"] for series in writer.read("daily", start="2026-02-28T00:00:00Z")] == [[3, 7]]


@ON_SQLITE
def test_events_far_apart_keep_their_length(writer: Writer) -> None:
    writer.post(irregular(quarters=(0, 24, 48)))

    assert writer.values("power") == {0: 1, 24: 1, 48: 1}


@ON_SQLITE
def test_starts_off_the_clock_are_floored(writer: Writer) -> None:
    writer.post(irregular(quarters=(0.3, 2.9)), irregular("unfloored", quarters=(0.5,)))

    assert writer.values("power") == {0: 1, 2: 1}
    assert writer.read("unfloored")[0]["event_start_ms"] == [START_MS + QUARTER_MS // 2]


def test_instants_finer_than_milliseconds_come_back(writer: Writer) -> None:
    series = {"sensor": "stock", "event_start_ms": [START_MS + 0.001, START_MS + 0.25], "event_value": [1, 2]}

    writer.post(series)

    assert writer.read("stock")[0]["event_start_ms"] == series["event_start_ms"]


@pytest.mark.parametrize(
    ("fields", "believed_ms"),
    [
        ({}, [NOW_MS] * 2),
        ({"belief_time": START}, [START_MS] * 2),
        ({"horizon": "PT1H"}, [START_MS + QUARTER_MS - 3_600_000, START_MS + 3 * QUARTER_MS - 3_600_000]),
        ({"belief_time_ms": [START_MS, START_MS, START_MS + 0.5]}, [START_MS, START_MS + 0.5]),
    ],
)
def test_belief_times_are_stated_once_or_for_each_value(
    writer: Writer, fields: dict[str, Any], believed_ms: list[float]
) -> None:
    assert writer.post(regular(**fields))[0] == 200

    assert writer.read("power", beliefs="all")[0]["belief_time_ms"] == believed_ms


def test_distributions_are_kept_and_their_median_is_read(writer: Writer, site: dict[str, int]) -> None:
    quantiles = {"cumulative_probability": [0.1, 0.5, 0.9], "event_value": [3, 5, 9]}

    answer = writer.post(irregular(quarters=(4, 4, 4)) | quantiles)

    [found] = writer.read("power", beliefs="all")
    assert answer[1]["series"] == [counted(site["power"], new=3)]
    assert {name: found[name] for name in quantiles} == quantiles
    assert writer.values("power") == {4: 5}


def test_whole_history_goes_in_at_once(writer: Writer) -> None:
    history = {
        "sensor": "power",
        "event_start_ms": [START_MS] * 3,
        "belief_time_ms": [START_MS - 3_600_000, START_MS - 1_800_000, START_MS + 1_800_000],
        "event_value": [1, 2, 3],
    }

    writer.post(history)

    [found] = writer.read("power", beliefs="all")
    assert (found["event_value"], found["belief_time_ms"]) == ([1, 2, 3], history["belief_time_ms"])


def test_dry_run_counts_and_stores_nothing(writer: Writer, site: dict[str, int]) -> None:
    answer = writer.post(regular(), query="?dry-run=true")

    assert answer == (200, {"series": [counted(site["power"], new=2)], "dry_run": True})
    assert writer.values("power") == {}
    assert writer.api.get("/sensors/{power}/stats".format(**site), user=site["ada"]).json() == {"status": 200}


@ON_SQLITE
@pytest.mark.parametrize("refused", ["foreign", "public"])
def test_one_forbidden_sensor_stops_all(writer: Writer, refused: str) -> None:
    status, answer = writer.post(regular(), regular(refused, unit="EUR"))

    assert (status, answer["status"]) == (403, "INVALID_SENDER")
    assert answer["message"].endswith("{'json': {'series': {1: 'sensor'}}}")
    assert writer.values("power") == {}


@ON_SQLITE
def test_anonymous_records_nothing(api: ApiClient, site: dict[str, int]) -> None:
    assert api.post(URL, json={"series": [regular(site["public"])]}).status_code == 401


def test_other_value_at_the_same_belief_time_is_refused_as_a_whole(writer: Writer, site: dict[str, int]) -> None:
    writer.post(regular("energy", event_value=[1], belief_time=START))

    status, answer = writer.post(regular(belief_time=START), regular("energy", event_value=[2], belief_time=START))

    assert (status, answer["status"]) == (403, "INVALID_REPLACEMENT")
    assert answer["message"].startswith(f"Sensor {site['energy']} (series.1.sensor): ")
    assert writer.values("power") == {}
    assert writer.values("energy") == {0: 1}


def test_overwriting_can_be_allowed(database: Database, site: dict[str, int]) -> None:
    api = ApiClient(make_services(database, allow_data_overwrite=True))
    writer = Writer(api, site)
    writer.post(regular(event_value=[1], belief_time=START))

    status, _ = writer.post(regular(event_value=[2], belief_time=START))

    found = writer.values("power")
    api.close()
    assert (status, found) == (200, {0: 2})


WRONG = {
    "too few instants": (irregular(event_value=[1, 2, 3]), ("event_start_ms",)),
    "too many probabilities": (regular(cumulative_probability=[0.5] * 4), ("cumulative_probability",)),
    "no time": (regular(start=..., resolution=...), ("event_start_ms",)),
    "two kinds of time": (regular(event_start_ms=[START_MS] * 3), ("event_start_ms",)),
    "start alone": (regular(resolution=...), ("resolution",)),
    "two belief times": (regular(belief_time=START, horizon="PT1H"), ("belief_time",)),
    "naive start": (regular(start="2026-03-01T00:00:00"), ("start",)),
    "naive belief time": (regular(belief_time="2026-03-01T00:00:00"), ("belief_time",)),
    "horizon of months": (regular(horizon="P1M"), ("horizon",)),
    "horizon beyond all time": (regular(start="1950-01-01T00:00:00Z", horizon="P20000D"), ("horizon",)),
    "no length": (regular(resolution="PT0M"), ("resolution",)),
    "other length": (regular(resolution="PT7M"), ("resolution",)),
    "unknown unit": (regular(unit="nonsense"), ("unit",)),
    "other unit": (regular(unit="EUR"), ("unit",)),
    "text as unit": (regular(unit=3), ("unit",)),
    "no values": (regular(event_value=[]), ("event_value",)),
    "missing values": (regular(event_value=...), ("event_value",)),
    "text as value": (regular(event_value=[1, "2"]), ("event_value", "1")),
    "number as column": (regular(event_value=1), ("event_value",)),
    "null as instant": (irregular(event_start_ms=[START_MS, None]), ("event_start_ms", "1")),
    "instant too late": (irregular(event_start_ms=[START_MS, 9e15]), ("event_start_ms", "1")),
    "instant beyond all bounds": (irregular(event_start_ms=[START_MS, 1e307]), ("event_start_ms", "1")),
    "belief too early": (regular(belief_time_ms=[0, -9e15, 0]), ("belief_time_ms", "1")),
    "series too long": (regular(resolution="P5000D", event_value=[1] * 100), ("resolution",)),
    "series of centuries": (regular("daily", resolution="P100Y", event_value=[1] * 9999), ("resolution",)),
    "series just too long": (regular("daily", resolution="P1Y", event_value=[1] * 175), ("resolution",)),
    "impossible probability": (irregular(cumulative_probability=[0.5, 1]), ("cumulative_probability", "1")),
    "resampled distribution": (regular(resolution="PT1H", cumulative_probability=[0.1] * 3), ("resolution",)),
    "same event twice": (irregular(quarters=(3, 3)), ("event_start_ms",)),
    "same event by flooring": (irregular(quarters=(3, 3.5)), ("event_start_ms",)),
    "too large for the unit": (regular(unit="GW", event_value=[1, 1e305]), ("event_value",)),
    "unknown field": (regular(values=[1]), ("values",)),
    "unknown sensor": (regular(sensor=2_000_000_000), ("sensor",)),
    "negative sensor": (regular(sensor=-1), ("sensor",)),
    "too many events": (regular(resolution="P3650D", event_value=[1]), ("event_start_ms",)),
}


@ON_SQLITE
@pytest.mark.parametrize(("series", "path"), WRONG.values(), ids=WRONG)
def test_wrong_field_is_named_and_nothing_stored(writer: Writer, series: dict[str, Any], path: tuple[str, ...]) -> None:
    status, answer = writer.post(regular("energy"), series)

    assert status == 422
    problem = answer["message"]["json"]["series"]["1"]
    for part in path:
        assert list(problem) == [part]
        problem = problem[part]
    assert isinstance(problem[0], str)
    assert writer.values("energy") == {}


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"series": [{"sensor": 1, "event_value": [NaN]}]}', 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"series": []}', 422),
        (b'{"series": {}}', 422),
        (b'{"series": [1]}', 422),
        (b'{"series": [{"sensor": 1, "start": "2026-01-01T00:00Z", "event_value": [1e999]}]}', 422),
        (b'{"series": [], "dry_run": true}', 422),
        (b'{"series": ' + b"[" * 5000, 422),
        (b"\xff\xfe", 400),
    ],
)
def test_malformed_body_is_refused(writer: Writer, body: bytes, status: int) -> None:
    assert writer.raw(body)[0] == status


@ON_SQLITE
def test_other_formats_are_refused(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.post(URL, user=site["ada"], content=b"1,2", headers={"Content-Type": "text/csv"})

    assert (answer.status_code, answer.json()["message"]) == (
        415,
        "Send application/json or application/vnd.apache.arrow.stream, not text/csv.",
    )


@ON_SQLITE
def test_sensor_occurs_once(writer: Writer) -> None:
    status, answer = writer.post(regular(), regular())

    assert (status, list(answer["message"]["json"]["series"]["1"])) == (422, ["sensor"])


@ON_SQLITE
def test_unknown_query_is_refused(writer: Writer) -> None:
    status, answer = writer.post(regular(), query="?dryrun=true")

    assert (status, answer["message"]["query"]) == (422, {"dryrun": ["Unknown field. Did you mean 'dry-run'?"]})


@pytest.mark.parametrize("name", ["dry-run", "dry_run"])
def test_dry_run_is_written_either_way(writer: Writer, name: str) -> None:
    status, answer = writer.post(regular(), query=f"?{name}=true")

    assert (status, answer["dry_run"]) == (200, True)
    assert writer.values("power") == {}


@ON_SQLITE
def test_large_bodies_are_refused(database: Database, site: dict[str, int]) -> None:
    api = ApiClient(make_services(database, max_body_bytes=10_000))

    status, answer = Writer(api, site).raw(orjson.dumps({"series": [regular(site["power"], event_value=[1] * 9000)]}))

    api.close()
    assert (status, answer["status"]) == (413, "PAYLOAD_TOO_LARGE")


@ON_SQLITE
def test_documented_example_is_recorded(api: ApiClient, database: Database) -> None:
    page = (Path(__file__).parents[3] / "docs" / "series.md").read_text(encoding="utf-8")
    body, answer = re.findall(r"-d '(.*?)'\n```\n\n```json\n(.*?)\n```", page, re.DOTALL)[0]
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        make_sensor(connection, id=1, generic_asset_id=asset)
        make_sensor(connection, id=2, generic_asset_id=asset, unit="kWh")
        ada = make_user(connection, account_id=account)

    recorded = api.post(URL, user=ada, content=body)

    assert recorded.json() == orjson.loads(answer)


def test_a_year_of_quarters_of_two_sensors_goes_in_and_out(writer: Writer) -> None:
    values = [float(n % 97) for n in range(35_040)]

    writer.post(regular(event_value=values), regular("energy", event_value=values))

    found = writer.read("power", "energy", end="2027-03-01T00:00:00Z")
    assert [series["event_value"] for series in found] == [values, values]
