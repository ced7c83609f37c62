"""What may be tried out on a site, as numbers with bounds."""

from dataclasses import replace
from datetime import timedelta
from math import nan
from typing import Any

import numpy as np
import pytest

from tests.factories import NOW
from tests.plans import make_plan, make_power, make_price, make_stock
from wattloom.assets import Asset, AssetType
from wattloom.sites import DeviceKind, LimitCode, PlanLimit, PlanSeries, Role, SitePlan
from wattloom.web.sites.run_dials import Dial, RunDevice, connection_dials, price_dials, round_up, run_devices

SITE, BATTERY, CAR = 1, 3, 4
HOURS = 24


def make_asset(asset_id: int, kind: str, model: dict[str, Any]) -> Asset:
    asset_type = AssetType(1, kind)
    return Asset(
        asset_id, "Device", None, None, None, asset_type, 1, "Owner", None, SITE, None, {}, {}, model, [], []
    )  # fmt: skip


def make_limit(code: LimitCode, *values: float, asset_id: int = BATTERY) -> PlanLimit:
    stated = float(values[0]) if len(values) == 1 else np.array(values)
    return PlanLimit(code, None, "Device", asset_id, "kW", stated)


def owned(series: PlanSeries, asset_id: int) -> PlanSeries:
    return replace(series, asset_id=asset_id)


def plan_of(*series: PlanSeries, limits: tuple[PlanLimit, ...] = ()) -> SitePlan:
    return replace(make_plan(*series), limits=limits, n_steps=HOURS)


def dials_of(device: RunDevice) -> dict[str, Dial]:
    return {dial.key.partition(".")[2]: dial for dial in device.dials}


def only_device(plan: SitePlan, model: dict[str, Any], kind: str = "battery", asset_id: int = BATTERY) -> RunDevice:
    [device] = run_devices(plan, [make_asset(asset_id, kind, model)], now=NOW)
    return device


@pytest.mark.parametrize(("value", "rounded"), [(0, 0), (-3, 0), (1, 1), (11, 15), (48, 50), (0.22, 0.25), (970, 1000)])
def test_bounds_are_round(value: float, rounded: float) -> None:
    assert round_up(value) == pytest.approx(rounded)


def test_the_connection_shows_what_it_carries() -> None:
    limit = make_limit(LimitCode.IMPORT_CAPACITY, 24, asset_id=SITE)

    bought, sold = connection_dials(plan_of(limits=(limit,)))

    assert (bought.key, bought.value, bought.high, bought.is_known) == ("import", 24, 50, True)
    assert (sold.key, sold.is_known) == ("export", False)


def test_prices_can_be_scaled_and_fixed_at_their_mean() -> None:
    prices = make_price(*[0.2, 0.3] * 12)

    scaled, fixed = price_dials(plan_of(prices))

    assert (scaled.value, scaled.low, scaled.high, scaled.unit) == (0, -100, 100, "%")
    assert (fixed.key, fixed.value, fixed.unit) == ("buying-fixed", 0.25, "EUR/kWh")
    assert fixed.high == pytest.approx(0.6)


def test_negative_prices_have_room() -> None:
    _scaled, fixed = price_dials(plan_of(make_price(*[-0.1] * HOURS)))

    assert fixed.low <= fixed.value == -0.1


def test_unknown_prices_cannot_be_tried_out() -> None:
    assert price_dials(plan_of(make_price(*[nan] * HOURS, role=Role.PRODUCTION_PRICE))) == ()


def test_a_storage_shows_what_it_holds_and_can() -> None:
    stock = owned(make_stock(*[6.0] * HOURS), BATTERY)
    power = owned(make_power(DeviceKind.BATTERY, *[0.0] * HOURS), BATTERY)
    limits = (
        make_limit(LimitCode.MAXIMUM, 10),
        make_limit(LimitCode.MINIMUM, 1),
        make_limit(LimitCode.CONSUMPTION_CAPACITY, 5),
    )

    device = only_device(plan_of(power, stock, limits=limits), {"soc-max": "10 kWh", "power-capacity": "5 kW"})

    assert {name: dial.value for name, dial in dials_of(device).items()} == {
        "charge": 6, "target": 0, "least": 1, "most": 10, "power": 5,
    }  # fmt: skip
    assert not dials_of(device)["charge"].is_asked
    assert (device.by, device.by_label, device.facts["targets"]) == (NOW + timedelta(hours=12), "Charged by", [])


def test_what_no_sensor_tells_is_asked() -> None:
    limits = (make_limit(LimitCode.MAXIMUM, 10),)

    charge = dials_of(only_device(plan_of(limits=limits), {"soc-max": "10 kWh"}))["charge"]

    assert (charge.value, charge.is_asked) == (5, True)


def test_an_old_charge_is_not_that_of_now() -> None:
    stock = owned(make_stock(6.0, *[nan] * (HOURS - 1)), BATTERY)

    [device] = run_devices(
        plan_of(stock), [make_asset(BATTERY, "battery", {"soc-max": 10})], now=NOW + timedelta(hours=3)
    )

    assert dials_of(device)["charge"].is_asked


def test_a_car_has_its_next_departure_and_when_it_is_there() -> None:
    car = owned(make_power(DeviceKind.EV, *[0.0] * HOURS), CAR)
    needed = [nan] * HOURS
    needed[6], needed[20] = 30.0, 35.0
    limits = (
        make_limit(LimitCode.MINIMA, *needed, asset_id=CAR),
        make_limit(LimitCode.CONSUMPTION_CAPACITY, *[11.0] * 6, *[0.0] * 10, *[11.0] * 8, asset_id=CAR),
    )

    device = only_device(
        plan_of(car, limits=limits), {"soc-minima": {"sensor": 1}, "soc-max": "50 kWh"}, "one-way_evse", CAR
    )

    assert (device.by, device.by_label) == (NOW + timedelta(hours=6), "Departure")
    assert dials_of(device)["target"].value == 30
    assert [kwh for _at, kwh in device.facts["targets"]] == [30, 35]
    assert [kw for _start, _end, kw in device.facts["available"]] == [11, 0, 11]


def test_one_way_devices_stay_so() -> None:
    model = {"power-capacity": "11 kW", "consumption-capacity": "7 kW", "production-capacity": "0 kW"}

    device = only_device(plan_of(), model, "process")

    assert device.facts["powerFields"] == ["power-capacity", "consumption-capacity"]
    assert (device.by, list(dials_of(device))) == (None, ["power"])


def test_what_is_not_planned_cannot_be_tried_out() -> None:
    assets = [make_asset(2, "solar", {"inflexible-production": {"sensor": 1}}), make_asset(5, "building", {})]

    assert run_devices(plan_of(), assets, now=NOW) == ()
