"""Which limits a stored flex-config states."""

from typing import Any

import numpy as np
import pytest

from tests.unit.sites.test_wanted import make_device
from wattloom.sites.limits import WantedLimit, limit_on_grid, wanted_limits
from wattloom.sites.plan import LimitCode


def limits(context: dict[str, Any] | None = None, **model: Any) -> dict[str, WantedLimit]:
    device = make_device(**model)
    return {limit.code: limit for limit in wanted_limits(device, context or {}, [device])}


def test_grid_connection_is_limited_by_the_smaller_capacity() -> None:
    found = limits({"site-power-capacity": "17 kVA", "site-production-capacity": "5 kW"})

    assert {code: limit.constant for code, limit in found.items()} == {"import-capacity": 17, "export-capacity": 5}


def test_capacities_of_a_device_are_told_by_direction() -> None:
    found = limits(power_capacity="0.005 MW", production_capacity="0 kW")

    assert found[LimitCode.CONSUMPTION_CAPACITY].constant == 5
    assert found[LimitCode.PRODUCTION_CAPACITY].constant == 0


@pytest.mark.parametrize(("value", "kwh"), [("10 kWh", 10), (0.01, 10), ("0.01 MWh", 10)])
def test_stocks_are_limited_in_kwh(value: object, kwh: float) -> None:
    assert limits(soc_max=value)[LimitCode.MAXIMUM].constant == pytest.approx(kwh)


@pytest.mark.parametrize("value", ["much", {"sensor": "7"}, [{"value": "5 kW"}], None, True, "5 °C", 5])
def test_what_cannot_be_read_is_no_limit(value: object) -> None:
    assert limits(power_capacity=value) == {}


def test_sensors_state_limits_over_time() -> None:
    [limit] = limits(soc_targets={"sensor": 3}).values()

    assert (limit.code, limit.constant, [term.sensor_id for term in limit.terms]) == (LimitCode.TARGET, None, [3])


def test_least_of_constant_and_sensor_holds_in_each_step() -> None:
    """A sensor that says nothing leaves what is stated as a constant."""
    limit = limits(power_capacity="5 kW", consumption_capacity={"sensor": 3})[LimitCode.CONSUMPTION_CAPACITY]

    values = limit_on_grid(limit, [np.array([3.0, 8.0, np.nan])]).values

    np.testing.assert_array_equal(values, [3, 5, 5])


def test_constant_stays_one_value() -> None:
    assert limit_on_grid(limits(power_capacity="5 kW")[LimitCode.CONSUMPTION_CAPACITY], []).values == 5
