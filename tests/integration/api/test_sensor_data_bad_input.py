"""Bad input to the data of sensors: a 4xx that names the field, and nothing in the store."""

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from tests.api_client import ApiClient, make_services
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database
from wattloom.timeseries.tables import belief, belief_summary, data_source, superseded_belief

START = "2026-05-04T10:00:00+02:00"
LOCATION = "combined_sensor_data_description"
GOOD = {"values": [1, 2, 3, 4], "start": START, "duration": "PT1H", "unit": "kW"}
NOT_JSON = {"message": "The body is not valid JSON.", "status": 400}
# What is refused is refused before any database is asked, so one kind of database is enough.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "power": make_sensor(connection, generic_asset_id=asset),
            "soc": make_sensor(connection, generic_asset_id=asset, unit="kWh", event_resolution="P0D"),
            "daily": make_sensor(connection, generic_asset_id=asset, unit="kWh", event_resolution="P1D"),
            "percentage": make_sensor(connection, generic_asset_id=asset, unit="%"),
            "ada": make_user(connection, account_id=account, roles=("account-admin",)),
        }


@pytest.fixture
def is_empty(database: Database) -> Any:
    def check() -> bool:
        with database.read() as connection:
            tables = (belief, superseded_belief, belief_summary, data_source)
            return not any(connection.execute(select(func.count()).select_from(table)).scalar() for table in tables)

    return check


def body_with(**replaced: Any) -> bytes:
    return orjson.dumps(GOOD | replaced)


def raw(name: str, value: str) -> bytes:
    """Return a body in which one field holds text that no JSON library writes."""
    return body_with(**{name: "REPLACED"}).replace(b'"REPLACED"', value.encode())


def shown(value: bytes | str) -> str:
    """Return a short name of a case: bodies may be long, and hold anything."""
    return value if isinstance(value, str) else ascii(value[:60])


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        raw("values", "[NaN]"),
        raw("values", "[1, Infinity]"),
        raw("values", "-Infinity"),
        raw("values", "[1,, 2]"),
        raw("values", "[1, 2,]"),
        raw("values", "[01]"),
        raw("values", "[0x10]"),
        raw("values", "[1_000]"),
        raw("start", "'2026-05-04T10:00:00+02:00'"),
        raw("unit", '"\\ud800"'),
        raw("id", "[" * 100_000 + "]" * 100_000),
        body_with() + b"{}",
        body_with()[:-1],
        b"\xff\xfe" + body_with(),
        body_with().decode().encode("utf-16"),
        b"start=2026-05-04T10:00:00+02:00&duration=PT1H",
        b"<values>1</values>",
    ],
    ids=shown,
)
def test_body_that_is_no_json(api: ApiClient, site: dict[str, int], is_empty: Any, body: bytes) -> None:
    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=body)

    assert (response.status_code, response.json()) == (400, NOT_JSON)
    assert is_empty()


@on_sqlite
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (raw("values", "[1e999]"), "values"),
        (raw("values", "[1, -1e400]"), "values"),
        (raw("values", "9" * 400), "values"),
        (body_with(values=[1e308], unit="GW"), "values"),
        (body_with(values=[]), "values"),
        (body_with(values=None), "values"),
        (body_with(values=[1, [2]]), "values"),
        (body_with(values=[[1, 2]]), "values"),
        (body_with(values={"0": 1}), "values"),
        (body_with(values=["1", "2"]), "values"),
        (body_with(values=[1, "", 3]), "values"),
        (body_with(values="1"), "values"),
        (body_with(values=[True, False]), "values"),
        (body_with(values=True), "values"),
        (body_with(values=[None, "null"]), "values"),
        (b'{"values": [1], ' + body_with()[1:], "values"),
        (b'{"start": "2020-01-01T00:00:00Z", ' + body_with()[1:], "start"),
        (b'{"unit": "kW", ' + body_with()[1:], "unit"),
        (b'{"\\u0075nit": "kW", ' + body_with()[1:], "unit"),
        (b'{"id": 1, "id": "a", ' + body_with()[1:], "id"),
        (b'{"id": ' + b"9" * 5000 + b', "id": 1, ' + body_with()[1:], "id"),
        (body_with(start="2026-05-04T10:00:00"), "start"),
        (body_with(start="2026-05-04"), "start"),
        (body_with(start="2026-02-29T10:00:00+01:00"), "start"),
        (body_with(start="2026-05-04T25:00:00+02:00"), "start"),
        (body_with(start="2026-05-04T10:00:00+25:00"), "start"),
        (body_with(start="2026-13-04T10:00:00Z"), "start"),
        (body_with(start="yesterday"), "start"),
        (body_with(start=""), "start"),
        (body_with(start=1777881600), "start"),
        (body_with(start=None), "start"),
        (body_with(start="0001-01-01T00:00:00+14:00"), "start"),
        (body_with(start="9999-12-31T23:59:59-14:00"), "start"),
        (body_with(start="1899-12-31T23:59:59Z"), "start"),
        (body_with(start="2200-01-01T00:00:00Z"), "start"),
        (body_with(start="2199-12-31T23:15:00Z"), "duration"),
        (body_with(duration="PT1H1H"), "duration"),
        (body_with(duration="1 hour"), "duration"),
        (body_with(duration="PT90S"), "duration"),
        (body_with(duration="P1.5M"), "duration"),
        (body_with(duration="P101Y"), "duration"),
        (body_with(duration=60), "duration"),
        (body_with(duration=None), "duration"),
        (body_with(duration="PT0H"), "_schema"),
        (body_with(duration="-PT1H"), "_schema"),
        (body_with(duration="PT50M"), "_schema"),
        (body_with(values=[1, 2, 3], duration="PT1H10M"), "_schema"),
        (body_with(unit="°C"), "_schema"),
        (body_with(unit="EUR"), "_schema"),
        (body_with(unit="%"), "_schema"),
        (body_with(unit=""), "_schema"),
        (body_with(unit="kWp!"), "unit"),
        (body_with(unit="5 kW"), "unit"),
        (body_with(unit="m" * 100_000), "unit"),
        (body_with(unit="kW\x00"), "unit"),
        (body_with(unit=None), "unit"),
        (body_with(unit=["kW"]), "unit"),
        (body_with(prior="2026-05-04T10:00:00"), "prior"),
        (body_with(prior=0), "prior"),
        (body_with(prior="2200-01-01T00:00:00Z"), "prior"),
        (body_with(horizon="PT10S"), "horizon"),
        (body_with(horizon="P1Y"), "horizon"),
        (body_with(horizon="P36500D", start="1990-01-01T00:00:00Z"), "horizon"),
        (body_with(horizon="-P36500D", start="2190-01-01T00:00:00Z"), "horizon"),
        (body_with(type="PostWeather"), "type"),
        (body_with(type=5), "type"),
        (body_with(source=1), "source"),
        (body_with(Values=[1]), "Values"),
        (b"[]", "_schema"),
        (b"null", "_schema"),
        (b'"values"', "_schema"),
    ],
    ids=shown,
)
def test_wrong_field_of_posted_data(
    api: ApiClient, site: dict[str, int], is_empty: Any, body: bytes, field: str
) -> None:
    headers = {"Content-Type": "application/json"}

    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=body, headers=headers)

    answer = response.json()
    assert (response.status_code, answer["status"], answer["result"]) == (422, "UNPROCESSABLE_ENTITY", "Rejected")
    assert list(answer["message"]) == [LOCATION]
    assert list(answer["message"][LOCATION]) == [field]
    assert is_empty()


@on_sqlite
@pytest.mark.parametrize(
    ("sensor", "replaced", "field"),
    [
        ("soc", {"unit": "kWh", "duration": "PT0H"}, "_schema"),
        ("soc", {"unit": "kWh", "duration": "-PT1H"}, "duration"),
        ("soc", {"unit": "°C"}, "_schema"),
        ("soc", {"unit": "kWh", "values": [1, 2], "start": "2199-12-31T23:30:00Z"}, "duration"),
        ("daily", {"unit": "kWh", "values": [1], "start": "1900-01-01T00:00:00Z", "duration": "P1D"}, "start"),
        ("daily", {"unit": "kWh", "values": [1], "start": "2199-12-31T23:30:00Z", "duration": "P1D"}, "duration"),
        ("daily", {"unit": "kWh", "values": [1, 2, 3], "duration": "P2D"}, "_schema"),
        ("power", {"values": [1], "duration": "P50Y"}, "duration"),
        ("percentage", {"unit": "kW"}, "_schema"),
    ],
)
def test_data_that_do_not_fit_the_sensor(
    api: ApiClient, site: dict[str, int], is_empty: Any, sensor: str, replaced: dict[str, Any], field: str
) -> None:
    response = api.post(f"/sensors/{site[sensor]}/data", user=site["ada"], json=GOOD | replaced)

    assert (response.status_code, list(response.json()["message"][LOCATION])) == (422, [field])
    assert is_empty()


@on_sqlite
def test_all_missing_fields_are_named_at_once(api: ApiClient, site: dict[str, int], is_empty: Any) -> None:
    answer = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=b"").json()

    missing = ["Missing data for required field."]
    assert answer["message"] == {LOCATION: dict.fromkeys(["values", "start", "duration", "unit"], missing)}
    assert is_empty()


@on_sqlite
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/csv"]
)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_body_that_is_not_sent_as_json(
    api: ApiClient, site: dict[str, int], is_empty: Any, method: str, content_type: str
) -> None:
    url, headers = f"/sensors/{site['power']}/data", {"Content-Type": content_type}

    response = api.request(method, url, user=site["ada"], content=body_with(), headers=headers)

    [location] = response.json()["message"]
    assert response.status_code == 422
    assert "application/json" in response.json()["message"][location]["_schema"][0]
    assert is_empty()


@on_sqlite
@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"])
def test_json_may_be_called_by_its_other_names(api: ApiClient, site: dict[str, int], content_type: str) -> None:
    url, headers = f"/sensors/{site['power']}/data", {"Content-Type": content_type}

    assert api.post(url, user=site["ada"], content=body_with(), headers=headers).status_code == 200


@on_sqlite
def test_body_over_the_limit(site: dict[str, int], database: Database, is_empty: Any) -> None:
    api = ApiClient(make_services(database, max_body_bytes=2000))

    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], content=body_with(values=[1.5] * 1000))

    assert (response.status_code, response.json()["status"]) == (413, "PAYLOAD_TOO_LARGE")
    assert is_empty()
    api.close()


@pytest.mark.parametrize("values", [[None], [None, None, None, None]])
def test_only_gaps_store_nothing(api: ApiClient, site: dict[str, int], database: Database, values: list[None]) -> None:
    response = api.post(f"/sensors/{site['power']}/data", user=site["ada"], json=GOOD | {"values": values})

    assert (response.status_code, response.json()["results"]) == (200, "PROCESSED")
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(belief)).scalar() == 0


@on_sqlite
@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"start": "2026-02-29T10:00:00+01:00"}, "start"),
        ({"start": "9999-12-31T23:59:59-14:00"}, "start"),
        ({"start": "2200-01-01T00:00:00Z"}, "start"),
        ({"duration": "PT90S"}, "duration"),
        ({"duration": ""}, "duration"),
        ({"unit": "kWp!"}, "unit"),
        ({"unit": "m" * 10_000}, "unit"),
        ({"unit": "%"}, "_schema"),
        ({"resolution": "-PT15M"}, "resolution"),
        ({"resolution": "PT7S"}, "resolution"),
        ({"resolution": "P1M1D"}, "resolution"),
        ({"prior": "2026-05-04"}, "prior"),
        ({"horizon": "PT30S"}, "horizon"),
        ({"source": "1.5"}, "source"),
        ({"source": ""}, "source"),
        ({"source": -1}, "source"),
        ({"source-account": "me"}, "source-account"),
        ({"source_type": ""}, "source-type"),
        ({"source_type": "oracle"}, "source-type"),
        ({"type": "PostSensorDataRequest"}, "type"),
        ({"page": 1}, "page"),
    ],
)
def test_wrong_parameter_of_asked_data(
    api: ApiClient, site: dict[str, int], params: dict[str, Any], field: str
) -> None:
    window = {"start": START, "duration": "PT1H", "unit": "kW"}

    response = api.get(f"/sensors/{site['power']}/data", user=site["ada"], params=window | params)

    assert (response.status_code, list(response.json()["message"][LOCATION])) == (422, [field])


@pytest.mark.parametrize(
    ("start", "duration", "n"), [("2199-12-31T23:00:00Z", "PT2H", 8), ("1900-01-01T00:00:00Z", "PT1H", 4)]
)
def test_windows_at_the_ends_of_time_are_answered(
    api: ApiClient, site: dict[str, int], start: str, duration: str, n: int
) -> None:
    window = {"start": start, "duration": duration, "unit": "kW"}

    response = api.get(f"/sensors/{site['power']}/data", user=site["ada"], params=window)

    assert (response.status_code, response.json()["values"]) == (200, [None] * n)


def test_century_of_years_beyond_the_end_is_answered(api: ApiClient, site: dict[str, int]) -> None:
    window = {"start": "2199-06-01T00:00:00Z", "duration": "P100Y", "unit": "kWh", "resolution": "P1Y"}

    response = api.get(f"/sensors/{site['daily']}/data", user=site["ada"], params=window)

    assert (response.status_code, response.json()["values"]) == (200, [None] * 100)


@pytest.mark.parametrize("start", ["1900-01-01T00:00:00Z", "2199-12-31T23:00:00Z"])
def test_values_at_the_ends_of_time_are_kept(api: ApiClient, site: dict[str, int], start: str) -> None:
    url, window = f"/sensors/{site['power']}/data", {"start": start, "duration": "PT1H", "unit": "kW"}

    assert api.post(url, user=site["ada"], json=GOOD | {"start": start}).status_code == 200

    assert api.get(url, user=site["ada"], params=window).json()["values"] == [1, 2, 3, 4]
    status = api.get(f"/sensors/{site['power']}/status", user=site["ada"])
    assert status.status_code == 200
