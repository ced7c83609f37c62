"""Scaling reaches every number that has a unit: a field that it forgets would change the problem."""

from dataclasses import fields

import numpy as np
import pytest

from wattloom.scheduling.problem import Commitment, Device, NetFlow, Network, Problem, Stock
from wattloom.scheduling.problem.scaling import Scale, scaled

ONE = np.ones(1)
WITHOUT_UNIT = {"charging_efficiency", "discharging_efficiency", "retention"}
NOT_NUMBERS = {"name", "stock", "commodity", "devices", "quantity", "grouping", "is_custom"}


@pytest.mark.parametrize("part", [Device, Stock, Network, Commitment])
def test_every_number_with_a_unit_is_scaled(part: type[Device | Stock | Network | Commitment]) -> None:
    numbers = {field.name for field in fields(part)} - NOT_NUMBERS
    device = Device("d", ONE, ONE, ONE, ONE)
    stock = Stock("s", 1.0, ONE, ONE, ONE, ONE, 1.0, 1.0)
    network = Network("electricity", (0,), ONE, ONE, ONE, ONE, ONE)
    commitment = Commitment("c", NetFlow(0), ONE, ONE, ONE)
    problem = Problem(1, 1.0, (device,), (stock,), (network,), (commitment,))

    small = scaled(problem, Scale(power_mw=2.0, price=4.0))

    parts = (*small.devices, *small.stocks, *small.networks, *small.commitments)
    found = next(each for each in parts if isinstance(each, part))
    unchanged = {name for name in numbers if np.all(getattr(found, name) == 1)}
    assert unchanged == numbers & WITHOUT_UNIT
