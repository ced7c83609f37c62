"""A whole request, parsed: the devices and the site, checked against each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.commitment import parse_commitments
from wattloom.scheduling.flexmodel.contradiction import find_contradictions
from wattloom.scheduling.flexmodel.device import DeviceModel, parse_device
from wattloom.scheduling.flexmodel.fields import FLEX_CONTEXT, FLEX_MODEL
from wattloom.scheduling.flexmodel.projection import has_off_tick
from wattloom.scheduling.flexmodel.relaxation import relax_off_tick_stocks
from wattloom.scheduling.flexmodel.site import Site, find_currency, normalised, parse_site
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import Segments, Sensors
from wattloom.scheduling.flexmodel.window import Window


@dataclass(frozen=True, slots=True)
class FlexConfig:
    """What is to be scheduled.

    Attributes:
        devices: In the order of the flex-model.
        site: The connection that they share.
    """

    devices: tuple[DeviceModel, ...]
    site: Site

    def listed_targets(self) -> Iterator[Segments]:
        """Yield the soc-targets that are given as segments: a schedule lasts until the last of them."""
        for device in self.devices:
            if isinstance(device.soc_targets, Segments):
                yield device.soc_targets


def parse_config(
    flex_model: Sequence[Mapping[str, Any]], flex_context: Any, sensors: Sensors, zone: ZoneInfo
) -> FlexConfig:
    """Read the effective flex-model and flex-context.

    Args:
        flex_model: Entries, each merged over what its asset stores.
        flex_context: The request's over the inherited one.
        sensors: All sensors that they refer to.
        zone: Calendar of nominal durations.

    Raises:
        FlexModelError: Every problem, with field paths that clients know
            (no index for the entry).
    """
    scope = Scope(sensors, zone)
    problems = Problems()
    site: Site | None = problems.take(partial(parse_site, flex_context, scope))
    devices = []
    for index, entry in enumerate(flex_model):
        device = problems.take(partial(parse_device, entry, index, scope))
        if device is not None:
            devices.append(device)
    _check_together(devices, sensors, problems)
    if site is not None:
        _check_power_capacities(devices, site, problems)
    problems.raise_if_any()
    assert site is not None
    return FlexConfig(tuple(devices), site)


def settle(config: FlexConfig, window: Window) -> FlexConfig:
    """Return the config for its window: events between ticks soften the SoC constraints.

    Raises:
        FlexModelError: Inputs contradict each other, whatever the sensors say.
    """
    site = config.site
    if any(has_off_tick_events(device, window) for device in config.devices):
        site = replace(site, breach_prices=relax_off_tick_stocks(site.breach_prices, site.flags))
    contradictions = [line for device in config.devices for line in find_contradictions(device, site, window)]
    if contradictions:
        lines = "\n".join(contradictions)
        message = "The input data yields an infeasible problem. Constraint validation has found the following issues:"
        raise FlexModelError(f"{message}\n{lines}")
    return replace(config, site=site)


def has_off_tick_events(device: DeviceModel, window: Window) -> bool:
    """Whether any listed SoC constraint of a device has a moment, start or end between ticks."""
    return any(has_off_tick(each, window) for each in (device.soc_minima, device.soc_maxima, device.soc_targets))


def check_stored_context(raw: object, sensors: Sensors) -> None:
    """Judge a flex-context that an asset is to hold.

    Raises:
        FlexModelError: Every problem with its field.
    """
    problems = Problems()
    context = normalised(raw, problems)
    scope = Scope(sensors, ZoneInfo("UTC"), currency=find_currency(context, sensors), is_stored=True)
    fields = parse_fields(context, FLEX_CONTEXT, scope, problems)
    parse_commitments(fields.get("commitments", []), scope, problems)
    problems.raise_if_any()


def check_stored_model(raw: object, sensors: Sensors) -> None:
    """Judge a flex-model that an asset is to hold.

    Raises:
        FlexModelError: Every problem with its field.
    """
    problems = Problems()
    fields = parse_fields(raw, FLEX_MODEL, Scope(sensors, ZoneInfo("UTC"), is_stored=True), problems)
    if "roundtrip-efficiency" in fields and {"charging-efficiency", "discharging-efficiency"} & set(fields):
        message = "One-way efficiencies and `roundtrip_efficiency` are mutually exclusive."
        problems.add(message, "_schema")
    problems.raise_if_any()


def _check_together(devices: Sequence[DeviceModel], sensors: Sensors, problems: Problems) -> None:
    stocks: set[int] = set()
    for device in devices:
        soc = device.soc_sensor
        if soc is None:
            continue
        if soc.sensor_id in stocks:
            problems.add("Several devices on one stock are not supported yet by this version.", "state-of-charge")
        stocks.add(soc.sensor_id)
        if sensors[soc.sensor_id].unit == "%" and not device.soc_max:
            problems.add("A state of charge in % needs a soc-max above 0.", "soc-max")


def _check_power_capacities(devices: Sequence[DeviceModel], site: Site, problems: Problems) -> None:
    if site.power_capacity is not None:
        return
    for device in devices:
        limits = (device.power_capacity, device.consumption_capacity, device.production_capacity)
        if all(limit is None for limit in limits):
            subject = f"asset {device.asset_id}" if device.asset_id is not None else device.name
            problems.add(f"Power capacity on {subject} is not defined in the flex-model.", "power-capacity")
