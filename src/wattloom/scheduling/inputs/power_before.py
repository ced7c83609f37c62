"""What devices with ramp limits did just before the window: a new plan goes on from there."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection

from wattloom.scheduling.flexmodel import FlexConfig
from wattloom.scheduling.inputs.assemble import ScheduleInputs, Timing
from wattloom.scheduling.inputs.consumption import read_consumption_mw
from wattloom.scheduling.problem import Device, Problem
from wattloom.timeseries import BeliefFilter, BeliefStore, Sensor


def read_power_before(
    connection: Connection,
    store: BeliefStore,
    config: FlexConfig,
    sensors: Mapping[int, Sensor],
    timing: Timing,
) -> dict[int, float]:
    """Return net consumption in the step before the window [MW], by device; those without ramps or values are left out.

    Whatever was believed last counts: what was measured, or what was planned.
    """
    ramped = {
        d: sensors[device.sensor_id]
        for d, device in enumerate(config.devices)
        if device.sensor_id is not None and {device.ramp_up_mw_per_h, device.ramp_down_mw_per_h} != {None}
    }
    if not ramped:
        return {}
    edges_us = timing.window.start_us + timing.window.step_us * np.array([-1, 0])
    known = BeliefFilter(beliefs_before=timing.believed_at)
    before = read_consumption_mw(connection, store, list(ramped.values()), known, edges_us)
    return {d: float(power_mw) for d, [power_mw] in zip(ramped, before, strict=True) if np.isfinite(power_mw)}


def continued(inputs: ScheduleInputs, power_before_mw: Mapping[int, float]) -> ScheduleInputs:
    """Return the inputs whose devices go on from the power before the window.

    A power from which no step leads back into the limits of a device counts as the nearest one from which one does:
    what was measured may not make a plan impossible.
    """
    if not power_before_mw:
        return inputs
    futures = inputs.futures
    if futures is not None:
        scenarios = tuple(_continued(problem, power_before_mw) for problem in futures.scenarios)
        futures = replace(futures, scenarios=scenarios)
    return replace(inputs, problem=_continued(inputs.problem, power_before_mw), futures=futures)


def _continued(problem: Problem, power_before_mw: Mapping[int, float]) -> Problem:
    devices = list(problem.devices)
    for d, power_mw in power_before_mw.items():
        devices[d] = _from(devices[d], power_mw, float(problem.step_h[0]))
    return replace(problem, devices=tuple(devices))


def _from(device: Device, power_mw: float, step_h: float) -> Device:
    ramp = device.ramp
    assert ramp is not None
    lowest = float(device.consumption_min_mw[0]) - ramp.up_mw_per_h * step_h
    highest = float(device.consumption_max_mw[0]) + ramp.down_mw_per_h * step_h
    return replace(device, ramp=replace(ramp, initial_mw=min(max(power_mw, lowest), highest)))
