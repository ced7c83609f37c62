"""What a schedule records: on each sensor its own unit, sign and resolution."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from wattloom.periods import Microseconds
from wattloom.scheduling.flexmodel import ELECTRICITY, FlexConfig, StockModel, Window, is_floored
from wattloom.scheduling.inputs import ScheduleInputs
from wattloom.scheduling.problem import Floats, group_consumption_mw
from wattloom.scheduling.solver import Solution
from wattloom.timeseries import Aggregation, Events, Sensor, consumption_sign, resample
from wattloom.units import convert

DECIMALS = 6
"""Values are rounded to so many decimals of the sensor's unit."""


@dataclass(frozen=True, slots=True)
class RecordedSeries:
    """Values for one sensor, in its unit and with its sign.

    Attributes:
        sensor: Where they are recorded.
        starts_us: Starts of the events [µs], shape (n,).
        values: Shape (n,).
    """

    sensor: Sensor
    starts_us: Microseconds
    values: Floats

    def events(self) -> Events:
        """Return the values with the time that each is about."""
        return Events(self.starts_us, self.sensor.ends_us(self.starts_us), self.values)


def recorded_series(inputs: ScheduleInputs, solution: Solution, sensors: Mapping[int, Sensor]) -> list[RecordedSeries]:
    """Return what a solution records: powers, states of charge, groups and aggregates; each sensor once.

    Devices that share a power sensor are added up; of other flows for one sensor the first counts. They come by
    the ids of their sensors: two jobs that record in one order wait for each other, where in two orders they
    would block each other.
    """
    flows: dict[int, Floats] = {}
    for sensor_id, flow_mw in _output_flows(inputs, solution):
        flows.setdefault(sensor_id, flow_mw)
    for sensor_id, flow_mw in _power_flows(inputs.config, solution).items():
        flows.setdefault(sensor_id, flow_mw)
    for sensor_id, flow_mw in _aggregate_flows(inputs, solution):
        flows.setdefault(sensor_id, flow_mw)
    recorded = [bring_to_sensor(sensors[sensor_id], flow_mw, inputs.window) for sensor_id, flow_mw in flows.items()]
    for planned in inputs.stocks:
        soc = planned.model.soc_sensor
        if soc is not None and planned.index is not None:
            stock_mwh = solution.stock_mwh[planned.index]
            recorded.append(_state_of_charge(sensors[soc.sensor_id], planned.model, stock_mwh, inputs.window))
    return sorted(recorded, key=lambda series: series.sensor.id)


def _output_flows(inputs: ScheduleInputs, solution: Solution) -> Iterator[tuple[int, Floats]]:
    for model, consumption_mw in zip(inputs.config.devices, solution.consumption_mw, strict=True):
        yield from _split(model.consumption_output, model.production_output, consumption_mw)


def _power_flows(config: FlexConfig, solution: Solution) -> dict[int, Floats]:
    flows: dict[int, Floats] = {}
    for model, consumption_mw in zip(config.devices, solution.consumption_mw, strict=True):
        if model.sensor_id is not None:
            flows[model.sensor_id] = flows.get(model.sensor_id, 0.0) + consumption_mw
    return flows


def _aggregate_flows(inputs: ScheduleInputs, solution: Solution) -> Iterator[tuple[int, Floats]]:
    """Yield the flows of groups, then those of networks."""
    config = inputs.config
    # The groups of the config come first; those of commitments record nothing.
    groups_mw = group_consumption_mw(inputs.problem, solution.consumption_mw)
    for model, flow_mw in zip(config.groups, groups_mw, strict=False):
        yield from _split(model.consumption_output, model.production_output, flow_mw)
        if model.sensor_output is not None:
            yield model.sensor_output, flow_mw
    for network, flow_mw in zip(config.networks, solution.net_consumption_mw, strict=True):
        yield from _split(network.aggregate_consumption, network.aggregate_production, flow_mw)
        if network.commodity == ELECTRICITY and config.site.aggregate_power is not None:
            yield config.site.aggregate_power, flow_mw


def _split(
    consumption_id: int | None, production_id: int | None, consumption_mw: Floats
) -> Iterator[tuple[int, Floats]]:
    """Yield the net consumption for one output sensor, or its two directions for two."""
    if consumption_id is not None and production_id is not None:
        yield consumption_id, np.maximum(consumption_mw, 0.0)
        yield production_id, np.minimum(consumption_mw, 0.0)
    elif consumption_id is not None:
        yield consumption_id, consumption_mw
    elif production_id is not None:
        yield production_id, consumption_mw


def bring_to_sensor(sensor: Sensor, values: Floats, window: Window, *, unit: str = "MW") -> RecordedSeries:
    """Bring what was planned to a sensor's events, unit and sign: the mean of several steps, or one step repeated.

    Args:
        sensor: Where it is recorded.
        values: Per step, shape (n_steps,); consumption is positive.
        window: The steps.
        unit: Unit of the values.

    Raises:
        UnitError: The sensor measures something else.
    """
    resolution, zone = sensor.event_resolution, sensor.zone
    is_step = resolution.nominal == window.step and window.later is None and not resolution.is_calendar
    if resolution.is_instantaneous or is_step:
        starts_us, event_h = window.starts_us(), window.step_h
    else:
        first = resolution.floor(window.start, zone) if is_floored([sensor.attributes]) else window.start
        starts_us = resolution.starts_us(first, resolution.count(first, window.end, zone), zone)
        edges_us = np.append(starts_us, resolution.ends_us(starts_us[-1:], zone))
        bounds_us = window.edges_us()
        steps = Events(bounds_us[:-1], bounds_us[1:], values)
        values, event_h = resample(steps, edges_us, Aggregation.MEAN), resolution.hours
    stored = convert(values, unit, sensor.unit, event_h=event_h) * consumption_sign(sensor)
    return RecordedSeries(sensor, starts_us, _rounded(stored))


def _state_of_charge(sensor: Sensor, model: StockModel, stock_mwh: Floats, window: Window) -> RecordedSeries:
    """Give the stock at all boundaries of steps, the start included."""
    ticks_us = window.edges_us()
    if sensor.unit == "%":
        assert model.soc_max is not None
        return RecordedSeries(sensor, ticks_us, _rounded(stock_mwh / model.soc_max * 100))
    return RecordedSeries(sensor, ticks_us, _rounded(convert(stock_mwh, "MWh", sensor.unit)))


def _rounded(values: Floats) -> Floats:
    # Adding 0 turns −0.0 into 0.0.
    return np.round(values, DECIMALS) + 0.0
