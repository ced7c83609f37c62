"""From a parsed request and what the sensors say to the optimisation problem."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from wattloom.scheduling.flexmodel import DeviceModel, FlexConfig, SensorReference, Sensors, Window, is_floored
from wattloom.scheduling.inputs.device import Place, device_arrays
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.inputs.resolver import Readings, Resolver
from wattloom.scheduling.inputs.site import connection_arrays, site_commitments
from wattloom.scheduling.inputs.soc import SocEvents, stated_events
from wattloom.scheduling.inputs.start import find_start
from wattloom.scheduling.problem import Commitment, Device, Problem, Stock


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule is for, and what it may know.

    Attributes:
        window: The steps to plan.
        requested_start: When soc-at-start holds; the window may start earlier.
        believed_at: Only what was believed then counts.
    """

    window: Window
    requested_start: datetime
    believed_at: datetime


@dataclass(frozen=True, slots=True)
class PlannedDevice:
    """A device of the problem, and what is to be said about it afterwards.

    Attributes:
        model: The parsed entry.
        stock: Index of its stock; None without one.
        events: Bounds on its stock as stated.
    """

    model: DeviceModel
    stock: int | None
    events: SocEvents


@dataclass(frozen=True, slots=True)
class ScheduleInputs:
    """A problem with what its parts mean.

    Attributes:
        window: Its steps.
        problem: What is to be solved; device d is ``devices[d]``.
        devices: In the order of the flex-model.
        notices: What people should know about the inputs.
    """

    window: Window
    problem: Problem
    devices: tuple[PlannedDevice, ...]
    notices: tuple[str, ...]


def references_of(config: FlexConfig) -> list[SensorReference]:
    """Return the sensors whose values a problem needs on its grid, each once."""
    return list(dict.fromkeys(_references([*config.devices, config.site])))


def assemble(
    config: FlexConfig,
    timing: Timing,
    sensors: Sensors,
    readings: Readings,
    measured_soc: Mapping[int, float | None],
) -> ScheduleInputs:
    """Build the problem.

    Args:
        config: The parsed request, settled on the window.
        timing: The steps to plan, and when soc-at-start holds.
        sensors: All sensors that the config refers to.
        readings: Values of :func:`references_of` the config.
        measured_soc: States of charge around the start, by sensor: in MWh, or as fractions for sensors in %.

    Raises:
        MissingDataError: A price, or the state of charge at the start, is unknown.
    """
    notices, window = Notices(), timing.window
    instantaneous = frozenset(key for key, sensor in sensors.items() if sensor.event_resolution.is_instantaneous)
    resolver = Resolver(window, readings, instantaneous, notices)
    devices: list[Device] = []
    stocks: list[Stock] = []
    commitments: list[Commitment] = []
    planned: list[PlannedDevice] = []
    for model in config.devices:
        soc_sensor = model.soc_sensor
        measured = measured_soc.get(soc_sensor.sensor_id) if soc_sensor is not None else None
        start = find_start(model, window, timing.requested_start, measured, notices)
        place = Place(len(devices), len(stocks))
        attributes = [sensors[model.sensor_id].attributes] if model.sensor_id is not None else []
        added = device_arrays(model, place, config.site, resolver, start, projects=is_floored(attributes))
        devices.append(added.device)
        commitments += added.commitments
        planned.append(
            PlannedDevice(model, None if added.stock is None else place.stock, stated_events(model, resolver))
        )
        if added.stock is not None:
            stocks.append(added.stock)
            if model.soc_max is None:
                notices.add(f"{model.name}: no soc-max is given; the storage is taken to be unlimited.")
    problem = Problem(
        n_steps=window.n_steps,
        step_h=resolver.full(window.step_h),
        devices=tuple(devices),
        stocks=tuple(stocks),
        networks=(connection_arrays(config.site, len(devices), resolver, sensors),),
        commitments=(*site_commitments(config.site, resolver), *commitments),
    )
    return ScheduleInputs(window, problem, tuple(planned), notices.all())


def _references(value: Any) -> Iterator[SensorReference]:
    """Yield the references in a parsed structure; the state of charge at the start is read otherwise."""
    if isinstance(value, SensorReference):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from _references(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name != "state_of_charge":
                yield from _references(getattr(value, field.name))
