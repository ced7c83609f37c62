"""Sensors to choose from: found by words, by what they measure and by where they are; foreign ones never."""

from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    """A battery on a building, public prices, and a sensor of somebody else."""
    with database.write() as connection:
        account = make_account(connection)
        building = make_asset(connection, kind="building", name="Building", account_id=account)
        battery = make_asset(connection, name="Battery", account_id=account, parent_asset_id=building)
        market = make_asset(connection, name="Market", account_id=None)
        foreign = make_asset(connection, name="Foreign battery", account_id=make_account(connection))
        sensors: dict[str, dict[str, Any]] = {
            "meter": {"name": "energy", "unit": "kWh", "event_resolution": "PT15M", "generic_asset_id": building},
            "power": {"name": "power", "unit": "MW", "generic_asset_id": battery},
            "soc": {"name": "state of charge", "unit": "%", "generic_asset_id": battery},
            "tariff": {"name": "tariff", "unit": "EUR/kWh", "generic_asset_id": building},
            "market": {"name": "day-ahead", "unit": "NOK/MWh", "generic_asset_id": market},
            "foreign": {"name": "power", "unit": "kW", "generic_asset_id": foreign},
        }
        ids = {name: make_sensor(connection, **columns) for name, columns in sensors.items()}
        return ids | {"building": building, "battery": battery, "user": make_user(connection, account_id=account)}


def found(api: ApiClient, site: dict[str, int], **query: Any) -> list[str]:
    """Return the names of the sensors as in the fixture, in the order of the answer."""
    names = {number: name for name, number in site.items() if name not in {"building", "battery", "user"}}
    answer = api.get("/api/v4/sensors", user=site["user"], params=query)
    assert answer.status_code == 200, answer.text
    return [names[sensor["id"]] for sensor in answer.json()["sensors"]]


def test_sensor_comes_with_the_name_of_its_asset(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.get("/api/v4/sensors", user=site["user"], params={"id": site["power"]}).json()

    assert answer == {
        "sensors": [
            {
                "id": site["power"],
                "name": "power",
                "unit": "MW",
                "event_resolution": "PT15M",
                "asset": site["battery"],
                "asset_name": "Battery",
                "is_public": False,
            }
        ],
        "has_more": False,
    }


def test_own_sensors_come_by_the_names_of_asset_and_sensor(api: ApiClient, site: dict[str, int]) -> None:
    assert found(api, site) == ["power", "soc", "meter", "tariff"]


def test_public_sensors_come_last_when_asked_for(api: ApiClient, site: dict[str, int]) -> None:
    assert found(api, site, public=True) == ["power", "soc", "meter", "tariff", "market"]


@pytest.mark.parametrize(("words", "names"), [("batt power", ["power"]), ("BUILDING", ["meter", "tariff"]), ("x", [])])
def test_all_words_occur(api: ApiClient, site: dict[str, int], words: str, names: list[str]) -> None:
    assert found(api, site, filter=words) == names


@pytest.mark.parametrize(
    ("units", "names"),
    [
        (["kW"], ["power", "meter"]),
        (["kWh"], ["meter"]),
        (["EUR/kWh"], ["tariff", "market"]),
        (["%", "EUR/kWh"], ["soc", "tariff", "market"]),
        (["m/s"], []),
    ],
)
def test_only_what_fits_a_unit(api: ApiClient, site: dict[str, int], units: list[str], names: list[str]) -> None:
    assert found(api, site, fits=units, public=True) == names


def test_search_below_an_asset(api: ApiClient, site: dict[str, int]) -> None:
    assert found(api, site, asset=site["battery"]) == ["power", "soc"]


def test_list_ends_at_its_limit_and_says_so(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.get("/api/v4/sensors", user=site["user"], params={"limit": 3}).json()

    assert (len(answer["sensors"]), answer["has_more"]) == (3, True)


def test_foreign_sensors_are_left_out_by_id_too(api: ApiClient, site: dict[str, int]) -> None:
    assert found(api, site, id=[site["foreign"], site["market"], site["soc"]]) == ["soc", "market"]


def test_unknown_unit_is_refused(api: ApiClient, site: dict[str, int]) -> None:
    answer = api.get("/api/v4/sensors", user=site["user"], params={"fits": "bananas"})

    assert answer.status_code == 422
    assert "fits" in answer.text
