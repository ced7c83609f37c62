"""What would be said of a change of an asset: as PATCH and a trigger say it, with nothing changed."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_sensor, make_user
from wattloom.db import Database


@pytest.fixture
def site(database: Database) -> dict[str, int]:
    """A site with prices, and a battery that could be planned."""
    with database.write() as connection:
        account = make_account(connection)
        site = make_asset(connection, kind="building", name="Site", account_id=account)
        price = make_sensor(connection, name="price", unit="EUR/MWh", generic_asset_id=site)
        battery = make_asset(
            connection,
            name="Battery",
            account_id=account,
            parent_asset_id=site,
            flex_context={"consumption-price": {"sensor": price}},
        )
        power = make_sensor(connection, name="power", unit="kW", generic_asset_id=battery)
        foreign = make_asset(connection, account_id=make_account(connection))
        return {
            "site": site,
            "battery": battery,
            "price": price,
            "power": power,
            "foreign": make_sensor(connection, name="foreign", unit="kW", generic_asset_id=foreign),
            "user": make_user(connection, account_id=account),
        }


def said(api: ApiClient, site: Mapping[str, int], asset: str, body: Any) -> Any:
    answer = api.post(f"/api/v4/assets/{site[asset]}/check", user=site["user"], json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_nothing_is_said_of_what_is_right(api: ApiClient, site: dict[str, int]) -> None:
    body = {"flex_model": {"power-capacity": "5 kW", "soc-max": "10 kWh", "consumption": {"sensor": site["power"]}}}

    assert said(api, site, "battery", body) == {"problems": {}, "warnings": {}}


def test_problems_are_those_of_patch_by_field(api: ApiClient, site: dict[str, int]) -> None:
    body = {"flex_model": {"power-capacity": "5 m", "soc-mx": "10 kWh"}}

    answer = said(api, site, "battery", body)

    refused = api.patch(f"/assets/{site['battery']}", user=site["user"], json=body)
    assert answer == {"problems": refused.json()["message"]["json"], "warnings": {}}


def test_nested_problems_have_dotted_paths(api: ApiClient, site: dict[str, int]) -> None:
    answer = said(api, site, "battery", {"flex_context": {"commitments": [{"name": "day-ahead", "up-price": "x"}]}})

    assert set(answer["problems"]) == {"commitments.0.up-price", "commitments.0.baseline"}


def test_sensors_of_others_are_a_problem_of_their_field(api: ApiClient, site: dict[str, int]) -> None:
    answer = said(api, site, "battery", {"flex_model": {"consumption": {"sensor": site["foreign"]}}})

    assert answer["problems"] == {"consumption.sensor": ["You have no permission to read this sensor."]}


def test_trigger_misses_a_price(api: ApiClient, site: dict[str, int]) -> None:
    model = {"power-capacity": "5 kW", "consumption": {"sensor": site["power"]}}
    api.patch(f"/assets/{site['battery']}", user=site["user"], json={"flex_model": model})

    answer = said(api, site, "battery", {"flex_context": {}})

    assert answer["problems"] == {}
    assert "Missing consumption price" in answer["warnings"]["consumption-price"][0]


def test_graphs_and_names_are_judged_too(api: ApiClient, site: dict[str, int]) -> None:
    answer = said(api, site, "battery", {"sensors_to_show": [{"title": "Power", "sensor": 987654}]})

    assert answer["problems"] == {"sensors_to_show.0.sensor": ["No sensor found with ID 987654."]}


def test_nothing_changes(api: ApiClient, site: dict[str, int]) -> None:
    before = api.get(f"/assets/{site['battery']}", user=site["user"]).json()

    assert said(api, site, "battery", {"name": "Other", "flex_model": {"soc-max": "1 kWh"}})["problems"] == {}

    assert api.get(f"/assets/{site['battery']}", user=site["user"]).json() == before
    assert api.get(f"/assets/{site['battery']}/auditlog", user=site["user"]).json()["data"] == []


def test_fields_come_with_labels_units_and_examples(api: ApiClient) -> None:
    answer = api.get("/api/v4/flex-fields")

    fields = {field["name"]: field for field in answer.json()["places"]["flex-model"]}
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert fields["soc-max"] | {"description": ""} == {
        "name": "soc-max",
        "label": "Most charge",
        "group": "storage",
        "kind": "quantity",
        "forms": ["fixed"],
        "units": ["kWh", "MWh"],
        "minimum": 0,
        "stored": "yes",
        "default": "none: the storage is unlimited",
        "description": "",
        "example": "10 kWh",
    }


def test_every_group_of_fields_has_a_title(api: ApiClient) -> None:
    answer = api.get("/api/v4/flex-fields").json()

    groups = [group["name"] for group in answer["groups"]]
    assert {field["group"] for place in answer["places"].values() for field in place} == set(groups)
