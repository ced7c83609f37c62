"""Assets and sensors created with attributes that have become fields of the flex-model."""

import json
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_asset, make_user
from wattloom.db import Database


@pytest.fixture
def user(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, roles=("account-admin",))


@pytest.fixture
def battery(database: Database, api: ApiClient, user: int) -> int:
    account = api.get(f"/users/{user}", user=user).json()["account_id"]
    with database.write() as connection:
        return make_asset(connection, account_id=account)


def sensor(asset: int, **attributes: Any) -> dict[str, Any]:
    shared = {"name": "power", "unit": "kW", "event_resolution": "PT15M"}
    return {**shared, "generic_asset_id": asset, "attributes": attributes}


def stored(api: ApiClient, user: int, asset: int) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(api.get(f"/assets/{asset}", user=user).json()["flex_model"])
    return model


def test_an_asset_gets_the_fields(api: ApiClient, user: int) -> None:
    body = {
        "name": "battery",
        "generic_asset_type_id": 1,
        "account_id": api.get(f"/users/{user}", user=user).json()["account_id"],
        "attributes": {"capacity_in_mw": 0.5, "colour": "red"},
        "flex_model": {"soc-max": "1 MWh"},
    }

    answer = api.post("/assets", user=user, json=body)

    assert answer.status_code == 201
    assert json.loads(answer.json()["attributes"]) == {"colour": "red"}
    assert json.loads(answer.json()["flex_model"]) == {"soc-max": "1 MWh", "power-capacity": "0.5 MW"}


def test_the_asset_of_a_sensor_gets_the_fields_and_its_history_tells(api: ApiClient, user: int, battery: int) -> None:
    answer = api.post("/sensors", user=user, json=sensor(battery, max_soc_in_mwh=2, colour="red"))

    assert answer.status_code == 201
    assert json.loads(answer.json()["attributes"]) == {"colour": "red"}
    assert stored(api, user, battery) == {"soc-max": "2 MWh"}
    events = [record["event"] for record in api.get(f"/assets/{battery}/auditlog", user=user).json()["data"]]
    assert "Updated flex_model:\n1. Added soc-max: 2 MWh" in events


def test_a_contradiction_is_refused_and_nothing_is_created(api: ApiClient, user: int, battery: int) -> None:
    api.patch(f"/assets/{battery}", user=user, json={"flex_model": {"soc-max": "1 MWh"}})

    answer = api.post("/sensors", user=user, json=sensor(battery, max_soc_in_mwh=2))

    assert answer.status_code == 422
    assert list(answer.json()["message"]["json"]["attributes"]) == ["max_soc_in_mwh"]
    assert stored(api, user, battery) == {"soc-max": "1 MWh"}
    assert api.get(f"/assets/{battery}/sensors", user=user).json()["num-records"] == 0
