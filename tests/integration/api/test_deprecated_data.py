"""Data by entity address: /sensors/data, as clients before 0.8 use it."""

from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database

START = "2026-05-04T10:00:00+02:00"
PROCESSED = {"status": "PROCESSED", "message": "Request has been processed."}
WINDOW = {"start": START, "duration": "PT1H", "unit": "kW"}
# What is refused is refused before any database is asked, so one kind of database is enough.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    with database.write() as connection:
        account = make_account(connection)
        asset = make_asset(connection, account_id=account)
        return {
            "power": make_sensor(connection, generic_asset_id=asset),
            "member": make_user(connection, account_id=account),
            "stranger": make_user(connection),
        }


def address(sensor_id: int, *, host: str = "io.flexmeasures", scheme: str = "fm1") -> str:
    return f"ea1.2021-01.{host}:{scheme}.{sensor_id}"


def post(api: ApiClient, site: dict[str, int], *, user: str = "member", **fields: Any) -> Any:
    body = {"sensor": address(site["power"]), "values": [1, None, 3, 4], **WINDOW} | fields
    sent = {name: value for name, value in body.items() if value is not ...}
    return api.post("/sensors/data", user=site[user], json=sent)


def get(api: ApiClient, site: dict[str, int], *, user: str = "member", **fields: Any) -> Any:
    params = {"sensor": address(site["power"]), **WINDOW} | fields
    sent = {name: value for name, value in params.items() if value is not ...}
    return api.get("/sensors/data", user=site[user], params=sent)


def test_data_of_an_address_go_in_and_out(api: ApiClient, site: dict[str, int]) -> None:
    assert post(api, site).json() == PROCESSED

    assert get(api, site).json() == WINDOW | {"values": [1, None, 3, 4], "resolution": "PT15M"} | PROCESSED
    by_id = api.get(f"/sensors/{site['power']}/data", user=site["member"], params=WINDOW)
    assert by_id.json()["values"] == [1, None, 3, 4]


def test_address_that_sensors_show_is_understood(api: ApiClient, site: dict[str, int]) -> None:
    shown = api.get(f"/sensors/{site['power']}", user=site["member"]).json()["entity_address"]

    assert post(api, site, sensor=shown).json() == PROCESSED


@on_sqlite
@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "some.other.host", "io.energy-server"])
def test_authority_may_be_any(api: ApiClient, site: dict[str, int], host: str) -> None:
    assert get(api, site, sensor=address(site["power"], host=host)).status_code == 200


def test_answers_name_what_to_call_instead(api: ApiClient, site: dict[str, int]) -> None:
    link = f'</api/v3_0/sensors/{site["power"]}/data>; rel="successor-version"'

    for answer in (post(api, site), get(api, site)):
        assert answer.headers["link"] == link
        assert answer.headers["deprecation"].startswith("@")


@on_sqlite
@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "42",
        "ea1.2021-01.io.flexmeasures",
        "ea1.2021-01.io.flexmeasures:fm0.1:2:temperature:2021-01-01T00:00:00+00:00",
        "ea1.2021-01.io.flexmeasures:fm0.1",
        "ea1.2021-13.io.flexmeasures:fm1.1",
        "ea1.2021-01.io.flexmeasures:fm1.x",
        "ea1.2021-01.io.flexmeasures:fm1.1.2",
        "ea1.2021-01.io.flexmeasures:fm1.987654321",
        "ea1.2021-01.io.flexmeasures:fm1.9876543210",
        "ea1.2021-01.:fm1.1",
        "ea1.2021-01.io.flexmeasures:fm1.١",
    ],
)
def test_address_of_no_sensor_is_refused(api: ApiClient, site: dict[str, int], wrong: str) -> None:
    for location, response in (("json", post(api, site, sensor=wrong)), ("query", get(api, site, sensor=wrong))):
        answer = response.json()
        assert (response.status_code, answer["status"], answer["result"]) == (422, "INVALID_DOMAIN", "Rejected")
        assert list(answer["message"]) == [location]
        assert list(answer["message"][location]) == ["sensor"]


@on_sqlite
@pytest.mark.parametrize("wrong", [5, None, ["a"], {"id": 1}])
def test_address_that_is_no_text_is_refused(api: ApiClient, site: dict[str, int], wrong: object) -> None:
    answer = post(api, site, sensor=wrong)

    assert (answer.status_code, answer.json()["message"]) == (422, {"json": {"sensor": ["Not a valid string."]}})


@on_sqlite
@pytest.mark.parametrize("field", ["sensor", "start", "duration", "unit"])
def test_missing_field_is_named(api: ApiClient, site: dict[str, int], field: str) -> None:
    missing = {field: ["Missing data for required field."]}

    assert post(api, site, **{field: ...}).json()["message"] == {"json": missing}
    assert get(api, site, **{field: ...}).json()["message"] == {"query": missing}


def test_parameters_of_get_stand_in_the_query_only(api: ApiClient, site: dict[str, int]) -> None:
    body = {"sensor": address(site["power"]), **WINDOW}

    answer = api.request("GET", "/sensors/data", user=site["member"], json=body)

    assert answer.status_code == 422
    assert set(answer.json()["message"]["query"]) == {"sensor", "start", "duration", "unit"}


def test_wrong_values_are_refused_as_they_are_by_id(api: ApiClient, site: dict[str, int]) -> None:
    assert list(post(api, site, unit="°C").json()["message"]["json"]) == ["_schema"]
    assert list(post(api, site, nonsense=1).json()["message"]["json"]) == ["nonsense"]
    assert list(get(api, site, resolution="PT0H").json()["message"]["query"]) == ["resolution"]
    assert get(api, site).json()["values"] == [None] * 4


def test_same_data_again_are_already_received(api: ApiClient, site: dict[str, int]) -> None:
    post(api, site, prior="2026-03-01T00:00:00Z")

    again = post(api, site, prior="2026-03-01T00:00:00Z")

    assert (again.status_code, again.json()["results"]) == (200, "PROCESSED")


def test_strangers_get_403(api: ApiClient, site: dict[str, int]) -> None:
    assert (post(api, site, user="stranger").status_code, get(api, site, user="stranger").status_code) == (403, 403)


def test_sensor_field_is_unknown_where_the_path_names_the_sensor(api: ApiClient, site: dict[str, int]) -> None:
    body = {"sensor": address(site["power"]), "values": [1], **WINDOW}

    answer = api.post(f"/sensors/{site['power']}/data", user=site["member"], json=body).json()

    assert list(answer["message"]["combined_sensor_data_description"]) == ["sensor"]
