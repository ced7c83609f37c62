"""What assets store never lends anybody the sensors of another account."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor
from tests.planning import Planner
from wattloom.assets import remove_sensor, seed_asset_types
from wattloom.db import Database
from wattloom.timeseries import get_sensor

BATTERY = 5


@pytest.fixture
def planner(database: Database) -> Planner:
    with database.write() as connection:
        seed_asset_types(connection)
    return Planner.on(database, job_wait_s=0)


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


@pytest.fixture
def foreign(database: Database) -> dict[str, int]:
    """Sensors of somebody else, by what they measure."""
    with database.write() as connection:
        asset = make_asset(connection, account_id=make_account(connection))
        return {
            "price": make_sensor(connection, generic_asset_id=asset, name="secret", unit="EUR/MWh"),
            "power": make_sensor(connection, generic_asset_id=asset, name="secret power"),
        }


def trigger(api: ApiClient, planner: Planner, **changes: Any) -> Any:
    path = f"/assets/{planner.site_id}/schedules/trigger"
    return api.post(path, user=planner.user_id, json=planner.body(**changes))


def assert_denied(answer: Any, action: str, field: str) -> None:
    assert (answer.status_code, answer.json()["status"]) == (403, "INVALID_SENDER")
    assert answer.json()["message"].startswith(f"You have no permission to {action} this sensor. {{'json': ")
    assert field in answer.json()["message"]
    assert "secret" not in answer.text


def test_foreign_sensors_cannot_be_stored(api: ApiClient, planner: Planner, foreign: dict[str, int]) -> None:
    change = {"flex_context": {"consumption-price": {"sensor": foreign["price"]}}}
    new = {"name": "x", "generic_asset_type_id": BATTERY, "flex_model": {"consumption": {"sensor": foreign["power"]}}}

    patched = api.patch(f"/assets/{planner.site_id}", user=planner.user_id, json=change)
    posted = api.post("/assets", user=planner.user_id, json={**new, "parent_asset_id": planner.site_id})

    assert_denied(patched, "read", "consumption-price")
    assert_denied(posted, "read", "consumption")


def test_sensors_of_ones_own_can_be_stored(api: ApiClient, planner: Planner) -> None:
    changes = {"flex_model": {"soc-max": "100 kWh", "state-of-charge": {"sensor": planner.soc}}}

    assert api.patch(f"/assets/{planner.battery_id}", user=planner.user_id, json=changes).status_code == 200


@pytest.mark.parametrize(
    ("column", "field", "action"),
    [
        ("flex_context", "consumption-price", "read"),
        ("flex_context", "aggregate-consumption", "add to"),
        ("flex_model", "consumption", "add to"),
        ("flex_model", "consumption-capacity", "read"),
    ],
)
def test_foreign_sensors_that_are_stored_already_are_not_used(
    api: ApiClient, planner: Planner, foreign: dict[str, int], column: str, field: str, action: str
) -> None:
    stored = {field: {"sensor": foreign["price" if field.endswith("price") else "power"]}}
    planner.store(planner.site_id if column == "flex_context" else planner.battery_id, **{column: stored})

    answer = trigger(api, planner, flex_context={"site-power-capacity": "500 kVA"})

    assert_denied(answer, action, field)


def test_what_the_request_says_instead_of_a_foreign_sensor_is_used(
    api: ApiClient, planner: Planner, foreign: dict[str, int]
) -> None:
    planner.store(planner.site_id, flex_context={"consumption-price": {"sensor": foreign["price"]}})

    assert trigger(api, planner).status_code == 200


def test_the_device_of_another_account_below_the_site_is_not_recorded_on(
    api: ApiClient, planner: Planner, database: Database
) -> None:
    with database.write() as connection:
        guest = make_asset(connection, account_id=make_account(connection), parent_asset_id=planner.site_id)
        power = make_sensor(connection, generic_asset_id=guest)
    planner.store(guest, flex_model={"consumption": {"sensor": power}, "power-capacity": "5 kW"})

    assert_denied(trigger(api, planner), "add to", "consumption")


def test_one_sensor_is_scheduled_without_foreign_sensors_too(
    api: ApiClient, planner: Planner, foreign: dict[str, int]
) -> None:
    planner.store(planner.battery_id, flex_model={"production": {"sensor": foreign["power"]}})
    body = planner.body(flex_model={"soc-at-start": "20 kWh", "power-capacity": "25 kW"})

    answer = api.post(f"/sensors/{planner.power}/schedules/trigger", user=planner.user_id, json=body)

    assert_denied(answer, "add to", "production")


def test_ids_given_as_text_are_stored_as_numbers_and_pruned(api: ApiClient, planner: Planner) -> None:
    context = {
        "consumption-price": {"sensor": str(planner.price), "sources": ["3"]},
        "inflexible-device-sensors": [str(planner.power)],
    }

    stored = api.patch(f"/assets/{planner.site_id}", user=planner.user_id, json={"flex_context": context}).json()

    assert json.loads(stored["flex_context"]) == {
        "consumption-price": {"sensor": planner.price, "sources": [3]},
        "inflexible-device-sensors": [planner.power],
    }
    with planner.services.database.write() as connection:
        price = get_sensor(connection, planner.price)
        remove_sensor(connection, price, by=None, now=planner.services.clock())
    left = api.get(f"/assets/{planner.site_id}", user=planner.user_id).json()
    assert json.loads(left["flex_context"]) == {"inflexible-device-sensors": [planner.power]}
