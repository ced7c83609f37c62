"""Whole sites over the API: converters, shared heat buffers, feeders and promises, judged by hand."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import numpy as np
import pytest

from tests.api_client import ApiClient
from tests.factories import make_asset, make_sensor
from tests.planning import CHEAP, DEAR, START, Planner

HOURS = 24
ELECTRICITY = "electricity net energy"


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


def at(hours: float) -> str:
    return (START + timedelta(hours=hours)).isoformat()


def add_device(planner: Planner, *, kind: str = "building", **columns: Any) -> tuple[int, int]:
    """Add an asset below the site; ids of it and of its power sensor."""
    with planner.services.database.write() as connection:
        asset = make_asset(connection, kind=kind, account_id=planner.account_id, parent_asset_id=planner.site_id)
        return asset, make_sensor(connection, **{"generic_asset_id": asset, "name": "power", **columns})


def add_readings(planner: Planner, values: list[float], **columns: Any) -> int:
    """Add a sensor of the site with hourly values; its id."""
    defaults = {"generic_asset_id": planner.site_id, "name": "readings", "unit": "kW", "event_resolution": "PT1H"}
    with planner.services.database.write() as connection:
        sensor = make_sensor(connection, **defaults | columns)
    planner.record(sensor, values)
    return sensor


def trigger(
    api: ApiClient, planner: Planner, flex_model: Any, context: Any = None, *, path: str | None = None
) -> httpx.Response:
    body = planner.body(flex_model=flex_model, flex_context=planner.context if context is None else context)
    return api.post(path or f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=body)


class Planned:
    """What became of a request."""

    def __init__(self, api: ApiClient, planner: Planner, flex_model: Any, context: Any = None) -> None:
        self._api, self._user = api, planner.user_id
        answer = trigger(api, planner, flex_model, context)
        assert answer.status_code == 200, answer.text
        self.job = answer.json()["schedule"]
        planner.work()

    @property
    def result(self) -> dict[str, Any]:
        """What the job tells."""
        told = self._api.get(f"/jobs/{self.job}", user=self._user).json()
        assert told["status"] == "FINISHED", told
        return dict(told["result"])

    def power(self, sensor_id: int, *, sign: str = "consumption-positive") -> np.ndarray[Any, Any]:
        """Return the values on a sensor."""
        path = f"/sensors/{sensor_id}/schedules/{self.job}?duration=PT24H&sign-convention={sign}"
        answer = self._api.get(path, user=self._user)
        assert answer.status_code == 200, answer.text
        return np.array(answer.json()["values"])

    def costs(self, sensor_id: int) -> dict[str, float]:
        """Return the commitment costs, as they are told with the values of a sensor."""
        answer = self._api.get(f"/sensors/{sensor_id}/schedules/{self.job}", user=self._user).json()
        return dict(answer["scheduler_info"]["commitment_costs"])


def port(sensor: int, coupling: str, commodity: str, way: str, *, share: float = 1.0) -> dict[str, Any]:
    other = {"consumption": "production", "production": "consumption"}[way]
    return {
        "sensor": sensor,
        "commodity": commodity,
        "coupling": coupling,
        "coupling-coefficient": share,
        f"{way}-capacity": "40 kW",
        f"{other}-capacity": "0 kW",
    }


def test_heat_comes_from_gas_when_electricity_is_dear(api: ApiClient, planner: Planner) -> None:
    """10 kW of heat: with gas at 60 per 2 kWh and 0.6 kWh of electricity to sell, or 1 kWh of electricity at 50 or 150.

    Per kWh of heat the converter costs 2 · 0.06 − 0.6 · 0.05 = 0.09 while electricity is cheap, and 0.03 later.
    """
    demand = add_readings(planner, [10.0] * HOURS)
    sensors = [add_device(planner)[1] for _ in range(5)]
    flex_model = [
        port(sensors[0], "chp", "gas", "consumption"),
        port(sensors[1], "chp", "heat", "production", share=0.5),
        port(sensors[2], "chp", "electricity", "production", share=0.3),
        port(sensors[3], "heater", "electricity", "consumption"),
        port(sensors[4], "heater", "heat", "production"),
        {"asset": planner.site_id, "commodity": "heat", "inflexible-consumption": {"sensor": demand}},
    ]
    context = [
        {
            "commodity": "electricity",
            "consumption-price": {"sensor": planner.price},
            "production-price": {"sensor": planner.price},
        },
        {"commodity": "gas", "consumption-price": "60 EUR/MWh"},
    ]

    planned = Planned(api, planner, flex_model, context)

    morning, afternoon = [48 * [each] for each in (0.0, 20.0)]
    assert planned.power(sensors[0]).tolist() == pytest.approx(morning + afternoon, abs=1e-5)
    assert planned.power(sensors[2]) == pytest.approx(-0.3 * planned.power(sensors[0]), abs=1e-5)
    assert planned.power(sensors[3]).tolist() == pytest.approx(48 * [10.0] + 48 * [0.0], abs=1e-5)
    assert planned.power(sensors[1]) + planned.power(sensors[4]) == pytest.approx(np.full(96, -10.0), abs=1e-5)
    costs = planned.costs(sensors[0])
    assert costs[ELECTRICITY] == pytest.approx(12 * (10 * CHEAP - 6 * DEAR) / 1e3)
    assert costs["gas net energy"] == pytest.approx(12 * 20 * 60 / 1e3)


def test_two_feeders_keep_a_heat_buffer(api: ApiClient, planner: Planner) -> None:
    """A heat pump of COP 3 carries 12 kW of 4 kW; the heater of COP 1 gives the rest of 14 kW while it lasts."""
    usage = add_readings(planner, [14.0] * 6 + [9.0] * 18)
    pump, heater = (add_device(planner)[1] for _ in range(2))
    buffer = {
        "asset": planner.battery_id,
        "state-of-charge": {"sensor": planner.soc},
        "soc-at-start": "20 kWh",
        "soc-min": "20 kWh",
        "soc-max": "20 kWh",
        "soc-usage": [{"sensor": usage}],
        "soc-minima": [{"datetime": at(24), "value": "20 kWh"}],
    }
    feeds = {"state-of-charge": {"sensor": planner.soc}, "production-capacity": "0 kW"}
    flex_model = [
        {"sensor": pump, "power-capacity": "4 kW", "charging-efficiency": "300%", **feeds},
        {"sensor": heater, "power-capacity": "15 kW", **feeds},
        buffer,
    ]

    planned = Planned(api, planner, flex_model)

    assert planned.power(pump).tolist() == pytest.approx(24 * [4.0] + 72 * [3.0], abs=1e-5)
    assert planned.power(heater).tolist() == pytest.approx(24 * [2.0] + 72 * [0.0], abs=1e-5)
    assert planned.power(planner.soc).tolist() == pytest.approx([20.0] * 97, abs=1e-5)
    met = {"asset": planner.battery_id, "soc-minima": [{"datetime": "2026-06-02T00:00:00+00:00", "margin": "0.0 kWh"}]}
    assert planned.result["resolved"] == [met]


def test_stored_chargers_share_a_stored_feeder(api: ApiClient, planner: Planner) -> None:
    """Two vehicles want 30 kWh each until 06:00: 60 kWh through a feeder of 12 kW take five hours."""
    first, first_power = add_device(planner, kind="one-way_evse")
    second, second_power = add_device(planner, kind="one-way_evse")
    feeder, feeder_power = add_device(planner)
    charger = {"soc-max": "30 kWh", "power-capacity": "11 kW", "production-capacity": "0 kW"}
    for asset, sensor in ((first, first_power), (second, second_power)):
        model = charger | {"group": {"asset": feeder}, "consumption": {"sensor": sensor}}
        answer = api.patch(f"/assets/{asset}", user=planner.user_id, json={"flex_model": json.dumps(model)})
        assert answer.status_code == 200, answer.text
    planner.store(feeder, flex_model={"power-capacity": "12 kW", "consumption": {"sensor": feeder_power}})
    wants = {"soc-at-start": "0 kWh", "soc-targets": [{"datetime": at(6), "value": "30 kWh"}]}

    planned = Planned(api, planner, [{"asset": asset, **wants} for asset in (first, second)])

    total = planned.power(first_power) + planned.power(second_power)
    assert total.tolist() == pytest.approx(20 * [12.0] + 76 * [0.0], abs=1e-5)
    assert planned.power(feeder_power, sign="wysiwyg").tolist() == pytest.approx(total.tolist(), abs=1e-5)
    assert planned.result["unresolved"] == []


def test_loads_and_batteries_share_a_soft_feeder(api: ApiClient, planner: Planner) -> None:
    """The load takes 8 of 20 kW: the battery charges with 12 of its 25 kW; nested, it could still take 12."""
    load = add_readings(planner, [8.0] * HOURS)
    _, feeder = add_device(planner, unit="MW")
    outer, _ = add_device(planner)
    flex_model = [
        planner.model | {"group": {"sensor": feeder}},
        {"inflexible-consumption": {"sensor": load}, "asset": planner.site_id, "group": {"sensor": feeder}},
        {"sensor": feeder, "consumption-capacity": "20 kW", "group": {"asset": outer}},
        {"asset": outer, "power-capacity": "30 kW"},
    ]

    planned = Planned(api, planner, flex_model)

    assert planned.power(planner.power).max() == pytest.approx(12)
    assert planned.power(feeder) == pytest.approx((planned.power(planner.power) + 8) / 1e3, abs=1e-6)
    assert planned.power(planner.power).min() == pytest.approx(-25)


@pytest.mark.parametrize("stated", [int, str])
def test_a_feeder_that_is_measured_every_minute_does_not_set_the_step(
    api: ApiClient, planner: Planner, stated: Callable[[int], object]
) -> None:
    _, feeder = add_device(planner, event_resolution="PT1M")
    flex_model = [planner.model | {"group": {"sensor": stated(feeder)}}, {"sensor": feeder, "power-capacity": "10 kW"}]

    planned = Planned(api, planner, flex_model)

    assert planned.result["num-beliefs"] == 96 + 97 + 24 * 60
    assert planned.power(feeder).max() == pytest.approx(10)


def test_a_promise_counts_the_devices_that_it_names(api: ApiClient, planner: Planner) -> None:
    """The heater runs at the promised 5 kW though it costs; what the battery does is not counted."""
    _, heater = add_device(planner)
    promise = {"name": "test run", "baseline": "5 kW", "down-price": "-300 EUR/MWh", "sensors": [heater]}

    planned = Planned(
        api,
        planner,
        [planner.model, {"sensor": heater, "consumption-capacity": "10 kW"}],
        planner.context | {"commitments": [promise]},
    )

    assert planned.power(heater).tolist() == pytest.approx([5.0] * 96)
    assert planned.costs(heater)["test run"] == pytest.approx(0, abs=1e-6)
    assert planned.power(planner.power).max() == 25


def test_a_boiler_is_either_off_or_on(api: ApiClient, planner: Planner) -> None:
    """21 kWh until noon in quarters of 0, or 1 to 1.5 kWh."""
    _, boiler = add_device(planner)
    entry = {
        "sensor": boiler,
        "soc-at-start": 0,
        "soc-max": "21 kWh",
        "soc-targets": [{"datetime": at(12), "value": "21 kWh"}],
        "operation-modes": [{"consumption-range": ["0 kW", "0 kW"]}, {"consumption-range": ["4 kW", "6 kW"]}],
    }

    power = Planned(api, planner, [entry]).power(boiler)

    assert power.sum() / 4 == pytest.approx(21)
    assert ((np.abs(power) < 1e-6) | ((power > 4 - 1e-6) & (power < 6 + 1e-6))).all()


def test_a_soft_device_capacity_gives_way_to_a_minimum(api: ApiClient, planner: Planner) -> None:
    """40 kWh in four hours need 10 kW where 5 kW are wanted: 5 kW too much for 4 h at 100 per kW, and once more."""
    entry = planner.model | {"consumption-capacity": "5 kW", "soc-minima": [{"datetime": at(4), "value": "60 kWh"}]}

    planned = Planned(api, planner, [entry], planner.context | {"relax-capacity-constraints": True})

    assert planned.power(planner.power)[:16].tolist() == pytest.approx([10.0] * 16, abs=1e-5)
    costs = planned.costs(planner.power)
    assert costs["any consumption breach device 0"] == pytest.approx(500)
    assert costs["all consumption breaches device 0"] == pytest.approx(2000)


def test_a_percentage_and_energy_per_quarter_are_recorded(api: ApiClient, planner: Planner) -> None:
    percent = planner.add_sensor(name="percent", unit="%", event_resolution="P0D")
    energy = planner.add_sensor(name="energy", unit="kWh")
    planner.record(percent, [40.0])
    entry = {
        "sensor": energy,
        "state-of-charge": {"sensor": percent},
        "soc-min": "10 kWh",
        "soc-max": "100 kWh",
        "power-capacity": "20 kW",
    }

    planned = Planned(api, planner, [entry])

    level = planned.power(percent)
    assert (level[0], level.min(), level.max()) == pytest.approx((40, 10, 100))
    assert planned.power(energy) == pytest.approx(np.diff(level), abs=1e-5)


@pytest.mark.parametrize(
    ("entry", "field"), [({"group": {"asset": 1}}, "group"), ({"inflexible-consumption": "load"}, "flex-model")]
)
def test_a_single_sensor_has_neither_groups_nor_loads(
    api: ApiClient, planner: Planner, entry: dict[str, Any], field: str
) -> None:
    load = {"sensor": add_readings(planner, [8.0] * HOURS)}
    asked = {name: load if value == "load" else value for name, value in entry.items()}

    answer = trigger(api, planner, asked, path=f"/sensors/{planner.power}/schedules/trigger")

    assert answer.status_code == 422
    assert field in answer.json()["message"]["json"]
