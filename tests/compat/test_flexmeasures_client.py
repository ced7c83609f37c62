"""The unmodified flexmeasures-client, each pinned version in an environment of its own."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.server_process import ServerProcess

SCENARIO = Path(__file__).with_name("client_scenario.py")
QUARTER_H = 0.25
PLANS = ["plan by sensor", "plan with prior", "plan with old names", "plan with a named scheduler"]


@pytest.fixture(scope="session", params=["0.9.0", "0.9.3", "0.9.6"])
def steps(
    request: pytest.FixtureRequest, server: ServerProcess, client_python: Callable[[str], Path]
) -> dict[str, Any]:
    """What each step of the scenario gave."""
    host = server.url.removeprefix("http://")
    done = subprocess.run(
        [client_python(request.param), SCENARIO, host, "bench-user@example.com", "bench-Admin-pw-1"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_finds_the_version_and_types(steps: dict[str, Any]) -> None:
    assert steps["versions"]["server_supports_api_versions"] == ["v3_0"]
    assert steps["versions"]["server_version"] == "1.0.1"
    assert {"building", "battery"} <= {kind["name"] for kind in steps["types"]}


def test_knows_who_is_calling(steps: dict[str, Any]) -> None:
    assert steps["user"]["email"] == "bench-user@example.com"
    assert steps["account"]["name"] == "Bench Account"


def test_builds_a_site_with_a_battery(steps: dict[str, Any]) -> None:
    assert steps["battery"]["parent_asset_id"] == steps["site"]["id"]
    assert steps["power"]["generic_asset_id"] == steps["battery"]["id"]
    assert steps["power"]["timezone"] == "Europe/Amsterdam"


def test_reads_what_it_posted(steps: dict[str, Any]) -> None:
    assert steps["prices"]["values"] == pytest.approx([100.0] * 12 + [400.0] * 12)
    assert steps["measurements"]["values"] == pytest.approx([1.5, 3.5])


@pytest.mark.parametrize("name", PLANS)
def test_plan_charges_while_cheap_and_sells_while_dear(steps: dict[str, Any], name: str) -> None:
    """5 of 10 kWh are stored: 5 kWh are bought in the cheap half, 10 kWh sold in the dear one."""
    plan = steps[name]
    energy_kwh = np.array(plan["values"]) * QUARTER_H

    assert plan["unit"] == "kW"
    assert energy_kwh[:48].sum() == pytest.approx(5.0)
    assert energy_kwh[48:].sum() == pytest.approx(-10.0)


def test_plan_by_asset_is_the_same_plan(steps: dict[str, Any]) -> None:
    by_asset = next(plan for plan in steps["plan by asset"] if plan.get("sensor") == steps["power"]["id"])

    assert by_asset["values"] == pytest.approx(steps["plan by sensor"]["values"])


def test_plan_for_two_devices_is_that_of_one_twice(steps: dict[str, Any]) -> None:
    power = {plan["sensor"]: np.array(plan["values"]) for plan in steps["plan for two"] if "sensor" in plan}
    energy_kwh = QUARTER_H * (power[steps["power"]["id"]] + power[steps["second"]["id"]])

    assert energy_kwh[:48].sum() == pytest.approx(10.0)
    assert energy_kwh[48:].sum() == pytest.approx(-20.0)


def test_reads_what_it_uploaded(steps: dict[str, Any]) -> None:
    assert steps["uploaded"]["values"] == [1.0, 2.0, None, None]


def test_goes_on_when_its_token_has_expired(steps: dict[str, Any]) -> None:
    assert steps["user again"]["id"] == steps["user"]["id"]


def test_lists_a_tree_with_chosen_fields(steps: dict[str, Any]) -> None:
    built = [{"id": steps[name]["id"], "name": steps[name]["name"]} for name in ("site", "battery")]

    assert steps["tree"] == built


def test_lists_by_account_and_all_that_can_be_read(steps: dict[str, Any]) -> None:
    built = {steps["site"]["id"], steps["battery"]["id"]}
    names = [asset["name"].lower() for asset in steps["accessible"]]

    assert built <= {asset["id"] for asset in steps["of the account"]}
    assert names == sorted(names, reverse=True)


@pytest.mark.parametrize("steps", ["0.9.6"], indirect=True)
def test_follows_a_job_to_its_end(steps: dict[str, Any]) -> None:
    assert steps["job"]["status"] == "FINISHED"
    assert steps["job"]["result"]["num-beliefs"] == 48


@pytest.mark.parametrize("steps", ["0.9.6"], indirect=True)
def test_deletes_data_of_a_sensor(steps: dict[str, Any]) -> None:
    assert steps["after deletion"]["values"] == [None] * 4


def test_plan_comes_in_the_unit_that_is_asked_for(steps: dict[str, Any]) -> None:
    first_hours_kw = steps["plan by sensor"]["values"][:24]

    assert steps["plan in MW"]["unit"] == "MW"
    assert np.array(steps["plan in MW"]["values"]) * 1000 == pytest.approx(first_hours_kw)


def test_changes_are_kept(steps: dict[str, Any]) -> None:
    assert steps["changed site"]["latitude"] == 50.0
    assert steps["changed site"]["flex_context"]["site-power-capacity"] == "20 kVA"
    assert steps["changed sensor"]["name"] == "battery power"
    assert steps["changed sensor"]["attributes"]["note"] == "renamed"


def test_lists_what_it_built(steps: dict[str, Any]) -> None:
    assert {steps["site"]["id"], steps["battery"]["id"]} <= {asset["id"] for asset in steps["assets"]}
    assert {steps[name]["id"] for name in ("price", "power", "second")} == {sensor["id"] for sensor in steps["sensors"]}


def test_deleting_a_site_deletes_what_is_below_it(steps: dict[str, Any]) -> None:
    assert "404" in steps["deleted"]
