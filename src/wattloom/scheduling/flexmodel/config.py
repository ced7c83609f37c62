"""A whole request, parsed: the devices and the site, checked against each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from wattloom.errors import SCHEMA_FIELD, FieldProblem, FlexModelError
from wattloom.scheduling.flexmodel.commitment import CustomCommitment, parse_commitments
from wattloom.scheduling.flexmodel.contradiction import find_contradictions
from wattloom.scheduling.flexmodel.coupling import CouplingModel, find_couplings
from wattloom.scheduling.flexmodel.device import ELECTRICITY, DeviceModel
from wattloom.scheduling.flexmodel.entries import Sorted, check_inflexible, read_entries
from wattloom.scheduling.flexmodel.fields import FLEX_CONTEXT, FLEX_MODEL
from wattloom.scheduling.flexmodel.group import GroupModel
from wattloom.scheduling.flexmodel.network import NetworkModel
from wattloom.scheduling.flexmodel.projection import has_off_tick
from wattloom.scheduling.flexmodel.relaxation import relax_off_tick_stocks
from wattloom.scheduling.flexmodel.scenarios import parse_scenarios
from wattloom.scheduling.flexmodel.site import (
    DEFAULT_CURRENCY,
    InflexibleDevice,
    Site,
    combines_well,
    find_currency,
    normalised,
    parse_site,
)
from wattloom.scheduling.flexmodel.stock import StockModel
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import Segments, Sensors
from wattloom.scheduling.flexmodel.window import Window

_CONTRADICTORY = "The input data yields an infeasible problem. Constraint validation has found the following issues:"


@dataclass(frozen=True, slots=True)
class FlexConfig:
    """What is to be scheduled, and what it is attached to.

    Attributes:
        devices: In the order of the flex-model.
        stocks: What they fill and empty.
        inflexible: What is taken as it is: of the flex-model, then of the flex-context.
        groups: Limits that devices share.
        couplings: Converters that they are ports of.
        networks: Commodities that are used, internal nodes included.
        site: Everything else of the flex-context.
    """

    devices: tuple[DeviceModel, ...]
    stocks: tuple[StockModel, ...]
    inflexible: tuple[InflexibleDevice, ...]
    groups: tuple[GroupModel, ...]
    couplings: tuple[CouplingModel, ...]
    networks: tuple[NetworkModel, ...]
    site: Site

    def listed_targets(self) -> Iterator[Segments]:
        """Yield the soc-targets that are given as segments: a schedule lasts until the last of them."""
        for stock in self.stocks:
            if isinstance(stock.soc_targets, Segments):
                yield stock.soc_targets

    def feeders(self, stock: StockModel) -> tuple[DeviceModel, ...]:
        """Return the devices that fill and empty a stock."""
        return tuple(self.devices[d] for d in stock.feeders)

    def scope_of(self, commitment: CustomCommitment) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the devices, and what is inflexible, that a commitment counts together, as places among all."""
        if commitment.group is not None:
            group = next((each for each in self.groups if each.key == commitment.group), None)
            return ((), ()) if group is None else (group.devices, group.inflexible)

        def counts(commodity: str, *sensor_ids: int | None) -> bool:
            if commitment.sensors is None:
                return commodity == commitment.commodity
            return any(sensor_id in commitment.sensors for sensor_id in sensor_ids)

        return (
            tuple(
                d
                for d, each in enumerate(self.devices)
                if counts(each.commodity, each.sensor_id, each.consumption_output, each.production_output)
            ),
            tuple(i for i, each in enumerate(self.inflexible) if counts(each.commodity, each.reference.sensor_id)),
        )

    def named(self, names: Mapping[int, str]) -> "FlexConfig":
        """Return the config with everything called by its asset: most power sensors have one and the same name."""
        return replace(
            self,
            devices=tuple(replace(each, name=names.get(each.asset_id or 0, each.name)) for each in self.devices),
            stocks=tuple(replace(each, name=names.get(each.asset_id or 0, each.name)) for each in self.stocks),
            groups=tuple(replace(each, name=names.get(each.asset_id or 0, each.name)) for each in self.groups),
        )


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
    problems = Problems()
    site: Site | None = problems.take(partial(parse_site, flex_context, Scope(sensors, zone)))
    scope = Scope(sensors, zone, currency=DEFAULT_CURRENCY if site is None else site.currency)
    entries = read_entries(flex_model, scope, () if site is None else site.inflexible, problems)
    couplings = find_couplings(entries.devices, problems)
    networks: tuple[NetworkModel, ...] = ()
    if site is not None:
        _check_power_capacities(entries.devices, site, problems)
        networks = _used_networks(entries, site, problems)
    problems.raise_if_any()
    if not entries.devices:
        raise FlexModelError(
            "There is nothing to schedule: no entry is a device that may be steered.", field="flex-model"
        )
    assert site is not None
    config = FlexConfig(entries.devices, entries.stocks, entries.inflexible, entries.groups, couplings, networks, site)
    _check_scopes(config)
    return config


def _check_scopes(config: FlexConfig) -> None:
    """Refuse commitments that would add up different commodities."""
    for commitment in config.site.commitments:
        devices, inflexible = config.scope_of(commitment)
        commodities = {config.devices[d].commodity for d in devices} | {
            config.inflexible[i].commodity for i in inflexible
        }
        if len(commodities) > 1:
            listed = ", ".join(sorted(commodities))
            message = f"Commitment '{commitment.name}' is about devices of several commodities: {listed}."
            raise FlexModelError(message, field="commitments")


def _used_networks(entries: Sorted, site: Site, problems: Problems) -> tuple[NetworkModel, ...]:
    """Return the commodities that anything is attached to, and electricity if it is described.

    What no context describes is an internal node.
    """
    used = [*(each.commodity for each in entries.devices), *(each.commodity for each in entries.inflexible)]
    described = [each for each in site.networks if each.commodity in {ELECTRICITY, *used}]
    unknown = dict.fromkeys(name for name in used if site.network(name) is None)
    if ELECTRICITY in unknown:
        problems.add("Missing consumption price for commodity 'electricity'.", "consumption-price")
    return (*described, *(NetworkModel(name, is_node=True) for name in unknown))


def settle(config: FlexConfig, window: Window) -> FlexConfig:
    """Return the config for its window: events between ticks soften the SoC constraints.

    Raises:
        FlexModelError: Inputs contradict each other, whatever the sensors say.
    """
    site = config.site
    if any(has_off_tick_events(stock, window) for stock in config.stocks):
        site = replace(site, breach_prices=relax_off_tick_stocks(site.breach_prices, site.flags))
    found = ((stock.index, list(find_contradictions(stock, site, window))) for stock in config.stocks)
    problems = [
        FieldProblem((SCHEMA_FIELD,), "\n".join((_CONTRADICTORY, *lines)), entry=index)
        for index, lines in found
        if lines
    ]
    if problems:
        raise FlexModelError(problems[0].message, problems=problems)
    return replace(config, site=site)


def has_off_tick_events(stock: StockModel, window: Window) -> bool:
    """Whether any listed bound on a stock has a moment, start or end between ticks."""
    return any(has_off_tick(each, window) for each in (stock.soc_minima, stock.soc_maxima, stock.soc_targets))


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
    parse_scenarios(fields.get("scenarios"), scope, problems)
    combines_well(fields, problems)
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
    problems.take(partial(check_inflexible, fields))
    problems.raise_if_any()


def _check_power_capacities(devices: Sequence[DeviceModel], site: Site, problems: Problems) -> None:
    for device in devices:
        network = site.network(device.commodity)
        of_site = None if network is None else network.power_capacity
        limits = (device.power_capacity, device.consumption_capacity, device.production_capacity, of_site)
        if all(limit is None for limit in limits) and not device.modes:
            subject = f"asset {device.asset_id}" if device.asset_id is not None else device.name
            problems.add(f"Power capacity on {subject} is not defined in the flex-model.", "power-capacity")
