"""From a parsed request and what the sensors say to the optimisation problem."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from wattloom.scheduling.flexmodel import (
    ELECTRICITY,
    DeviceModel,
    FlexConfig,
    SensorReference,
    Sensors,
    StockModel,
    Window,
    is_floored,
)
from wattloom.scheduling.inputs.device import DeviceArrays, attached, device_arrays, one_way
from wattloom.scheduling.inputs.groups import group_arrays
from wattloom.scheduling.inputs.network import inflexible_mw, network_arrays, network_commitments
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.inputs.resolver import Readings, Resolver
from wattloom.scheduling.inputs.soc import SocEvents, stated_events
from wattloom.scheduling.inputs.start import find_start
from wattloom.scheduling.inputs.stock import StockPlace, joint_reach, stock_arrays
from wattloom.scheduling.problem import Coupling, Floats, Network, Problem, ScenarioProblem, Stock


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
class PlannedStock:
    """A stock of the config, and what is to be said about it afterwards.

    Attributes:
        model: The parsed stock.
        index: Its place among the stocks of the problem; None when nothing is known of its level.
        events: Bounds on it as stated.
    """

    model: StockModel
    index: int | None
    events: SocEvents


@dataclass(frozen=True, slots=True)
class ScheduleInputs:
    """A problem with what its parts mean.

    Attributes:
        window: Its steps.
        config: What it was made of; devices, networks and couplings have the same places there, and the
            groups of the config come first among those of the problem.
        problem: What is to be solved.
        stocks: The stocks of the config, in their order.
        notices: What people should know about the inputs.
        futures: The problems of all scenarios, of which this is the median one; None when there are none.
    """

    window: Window
    config: FlexConfig
    problem: Problem
    stocks: tuple[PlannedStock, ...]
    notices: tuple[str, ...]
    futures: ScenarioProblem | None = None


def references_of(config: FlexConfig) -> list[SensorReference]:
    """Return the sensors whose values a problem needs on its grid, each once."""
    return list(
        dict.fromkeys(
            references_in(
                [
                    config.devices,
                    config.stocks,
                    config.inflexible,
                    config.groups,
                    config.networks,
                    config.site.commitments,
                    config.site.breach_prices,
                ]
            )
        )
    )


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
    fixed_mw = inflexible_mw(config.inflexible, resolver, sensors)
    networks = tuple(network_arrays(model, config, fixed_mw, resolver) for model in config.networks)
    grouped = group_arrays(config, fixed_mw, resolver)
    added = _devices(config, resolver, sensors)
    devices = [each.device for each in added]
    stocks: list[Stock] = []
    planned: list[PlannedStock] = []
    commitments = [
        *(each for m, model in enumerate(config.networks) for each in network_commitments(model, m, resolver)),
        *grouped.commitments,
        *(each for device in added for each in device.commitments),
    ]
    for model in config.stocks:
        soc_sensor = model.soc_sensor
        measured = measured_soc.get(soc_sensor.sensor_id) if soc_sensor is not None else None
        start = find_start(model, window, timing.requested_start, measured, notices)
        planned.append(PlannedStock(model, None if start is None else len(stocks), stated_events(model, resolver)))
        if start is None:
            continue
        place = StockPlace(
            index=len(stocks),
            device=model.feeders[0],
            projects=_projects(config.feeders(model), sensors),
            prices_per_mwh=_leading_prices(networks, resolver),
        )
        reach = joint_reach([added[d].reach for d in model.feeders], window.n_steps)
        arrays = stock_arrays(model, place, start, reach, config.site.breach_prices, resolver)
        stocks.append(arrays.stock)
        commitments += arrays.commitments
        for d in model.feeders:
            devices[d] = attached(devices[d], place.index, arrays.stock.retention)
        if model.soc_max is None:
            notices.add(f"{model.name}: no soc-max is given; the storage is taken to be unlimited.")
    problem = Problem(
        n_steps=window.n_steps,
        step_h=resolver.step_h,
        devices=tuple(devices),
        stocks=tuple(stocks),
        networks=networks,
        commitments=tuple(commitments),
        groups=grouped.groups,
        couplings=tuple(Coupling(each.name, each.devices, each.coefficients) for each in config.couplings),
    )
    return ScheduleInputs(window, config, problem, tuple(planned), notices.all())


def _devices(config: FlexConfig, resolver: Resolver, sensors: Sensors) -> list[DeviceArrays]:
    site_capacity = {network.commodity: network.power_capacity for network in config.networks}
    prices = config.site.breach_prices
    added = [
        device_arrays(model, d, prices, site_capacity.get(model.commodity), resolver)
        for d, model in enumerate(config.devices)
    ]
    return [
        one_way(each, sensors[model.sensor_id].attributes) if model.sensor_id is not None else each
        for each, model in zip(added, config.devices, strict=True)
    ]


def _projects(feeders: Iterable[DeviceModel], sensors: Sensors) -> bool:
    """Whether SoC events between ticks count: unless a power sensor does not floor times."""
    return is_floored(sensors[each.sensor_id].attributes for each in feeders if each.sensor_id is not None)


def _leading_prices(networks: Sequence[Network], resolver: Resolver) -> Floats:
    """Return the consumption prices of electricity, else of the first commodity that has any."""
    connected = [network for network in networks if not network.is_node]
    leading = sorted(connected, key=lambda network: network.commodity != ELECTRICITY)
    return leading[0].consumption_price_per_mwh if leading else resolver.full(0.0)


def references_in(value: Any) -> Iterator[SensorReference]:
    """Yield the references in a parsed structure; the state of charge at the start is read otherwise."""
    if isinstance(value, SensorReference):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from references_in(item)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name != "state_of_charge":
                yield from references_in(getattr(value, field.name))
