"""Devices whose power sensor says, in the words of earlier versions, that they only consume or only produce."""

from typing import Any

import numpy as np
import pytest

from tests.problems import make_device
from wattloom.scheduling.flexmodel import Reach
from wattloom.scheduling.inputs.device import DeviceArrays, attached, one_way


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({}, (-2, 2)),
        ({"is_consumer": True}, (0, 2)),
        ({"is_consumer": True, "is_producer": False}, (0, 2)),
        ({"is_producer": True}, (-2, 0)),
        ({"is_consumer": True, "is_producer": True}, (-2, 2)),
    ],
)
def test_attributes_of_the_sensor_rule_a_direction_out(attributes: dict[str, Any], expected: tuple[int, int]) -> None:
    device = make_device(3, power=2.0)
    reach = Reach(device.consumption_max_mw, device.consumption_max_mw)

    limited = one_way(DeviceArrays(device, reach, ()), attributes).device

    assert (limited.consumption_min_mw[0], limited.consumption_max_mw[0]) == expected


def test_what_is_lost_within_a_step_cannot_be_produced() -> None:
    device = make_device(3, power=2.0, discharging=[1.0, 0.0, 1.0])

    feeder = attached(device, 0, np.array([1.0, 1.0, 0.0]))

    assert feeder.consumption_min_mw.tolist() == [-2.0, 0.0, 0.0]
