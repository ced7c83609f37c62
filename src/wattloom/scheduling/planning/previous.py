"""What an earlier plan had its devices do in the window of a new one."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import MICROSECOND
from wattloom.scheduling.flexmodel import DeviceModel
from wattloom.scheduling.inputs import ScheduleInputs, read_consumption_mw
from wattloom.scheduling.problem import Floats
from wattloom.timeseries import BeliefFilter, BeliefStore, Sensor

_SCHEDULERS = frozenset({"scheduler"})


def previous_consumption_mw(
    connection: Connection,
    store: BeliefStore,
    inputs: ScheduleInputs,
    sensors: Mapping[int, Sensor],
    believed_at: datetime,
) -> Floats | None:
    """Return the net consumption that schedulers last planned for the devices, as it was known before a new plan.

    Args:
        connection: A read transaction.
        store: Keeps the beliefs.
        inputs: The devices and the window.
        sensors: The sensors of the devices.
        believed_at: Belief time of the new plan; what was believed then does not count.

    Returns:
        Shape (n_devices, n_steps), NaN where nothing was planned; None when nothing was planned at all, or when a
        device has no sensor of its own that would tell.
    """
    ids = [_power_sensors(device) for device in inputs.config.devices]
    listed = [sensor_id for found in ids for sensor_id in found]
    if not all(ids) or len(set(listed)) < len(listed):
        return None
    accepted = BeliefFilter(beliefs_before=believed_at - MICROSECOND, source_types=_SCHEDULERS)
    named = [sensors[sensor_id] for sensor_id in listed]
    found_mw = read_consumption_mw(connection, store, named, accepted, inputs.window.edges_us())
    planned = dict(zip(listed, found_mw, strict=True))
    consumption_mw: Floats = np.array([sum(planned[sensor_id] for sensor_id in found) for found in ids])
    return None if np.isnan(consumption_mw).all(axis=1).any() else consumption_mw


def _power_sensors(device: DeviceModel) -> list[int]:
    """Return the sensors whose sum is the net consumption of a device; none where there is no such."""
    if device.sensor_id is not None:
        return [device.sensor_id]
    return [each for each in (device.consumption_output, device.production_output) if each is not None]
