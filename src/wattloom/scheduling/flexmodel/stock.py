"""Stocks: what devices fill and empty, which bounds it keeps, and where its state of charge stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wattloom.scheduling.flexmodel.table import Scope
from wattloom.scheduling.flexmodel.variable import SensorReference, Variable, fixed_value

STOCK_FIELDS = (
    "soc-at-start",
    "soc-min",
    "soc-max",
    "soc-minima",
    "soc-maxima",
    "soc-targets",
    "soc-gain",
    "soc-usage",
    "soc-value-at-end",
)
"""Fields that make an entry own a stock; where several devices share one, they stand in one entry."""
_PREFERENCES = ("prefer-charging-sooner", "prefer-curtailing-later")


@dataclass(frozen=True, slots=True)
class StockModel:
    """A parsed stock. Energies in MWh, flows in MW, efficiencies as fractions.

    Attributes:
        index: The place in the flex-model of the entry that owns it.
        name: What people call it.
        asset_id: The asset that reports name; None when no power sensor or asset is known.
        feeders: Its devices, as places among all devices.
        state_of_charge: Sensor of the stock, or segments that tell the start.
        soc_at_start: Stock when the schedule starts, as far as it is stated.
        soc_min: Hard lower bound; None when not stated.
        soc_max: Hard upper bound.
        soc_minima: Lower bounds at ticks.
        soc_maxima: Upper bounds at ticks.
        soc_targets: Exact values at ticks.
        soc_gain: Flows into the stock.
        soc_usage: Flows out of the stock.
        value_at_end: Worth of what is left when the schedule ends, per MWh.
        storage_efficiency: Fraction left after ``storage_efficiency_step``.
        storage_efficiency_step: Resolution of ``storage_efficiency``; None when that is 1 throughout.
        prefers_charging_sooner: Tie-break.
        prefers_curtailing_later: Shape of the tie-break.
    """

    index: int
    name: str
    asset_id: int | None
    feeders: tuple[int, ...]
    state_of_charge: Variable | None
    soc_at_start: float | None
    soc_min: float | None
    soc_max: float | None
    soc_minima: Variable | None
    soc_maxima: Variable | None
    soc_targets: Variable | None
    soc_gain: tuple[Variable, ...]
    soc_usage: tuple[Variable, ...]
    value_at_end: Variable | None
    storage_efficiency: Variable
    storage_efficiency_step: timedelta | None
    prefers_charging_sooner: bool
    prefers_curtailing_later: bool

    @property
    def has_soc_limits(self) -> bool:
        """Whether any bound on it is stated."""
        bounds = (self.soc_min, self.soc_max, self.soc_minima, self.soc_maxima, self.soc_targets)
        return any(bound is not None for bound in bounds)

    @property
    def soc_sensor(self) -> SensorReference | None:
        """The sensor of its state of charge, if it is a sensor."""
        return self.state_of_charge if isinstance(self.state_of_charge, SensorReference) else None


def has_stock(fields: Mapping[str, Any]) -> bool:
    """Whether an entry is about a stock, its own or a shared one."""
    return "state-of-charge" in fields or any(name in fields for name in STOCK_FIELDS)


def owns_stock(fields: Mapping[str, Any]) -> bool:
    """Whether an entry states parameters of a stock."""
    return any(name in fields for name in (*STOCK_FIELDS, *_PREFERENCES))


def stock_of(
    fields: Mapping[str, Any],
    storage: tuple[Variable, timedelta | None],
    *,
    index: int,
    name: str,
    asset_id: int | None,
    feeders: tuple[int, ...],
) -> StockModel:
    """Return the stock that the parsed fields of its owner describe.

    Args:
        fields: Parsed fields of the entry that owns it.
        storage: Its storage efficiency and the step which that is about.
        index: The place of that entry in the flex-model.
        name: What people call it.
        asset_id: The asset that reports name.
        feeders: Its devices, as places among all devices.
    """
    efficiency, step = storage
    return StockModel(
        index=index,
        name=name,
        asset_id=asset_id,
        feeders=feeders,
        state_of_charge=fields.get("state-of-charge"),
        soc_at_start=fixed_value(fields.get("soc-at-start")),
        soc_min=fixed_value(fields.get("soc-min")),
        soc_max=fixed_value(fields.get("soc-max")),
        soc_minima=fields.get("soc-minima"),
        soc_maxima=fields.get("soc-maxima"),
        soc_targets=fields.get("soc-targets"),
        soc_gain=fields.get("soc-gain", ()),
        soc_usage=fields.get("soc-usage", ()),
        value_at_end=fields.get("soc-value-at-end"),
        storage_efficiency=efficiency,
        storage_efficiency_step=step,
        prefers_charging_sooner=fields.get("prefer-charging-sooner", True),
        prefers_curtailing_later=fields.get("prefer-curtailing-later", True),
    )


def storage_step(efficiency: Variable, fields: Mapping[str, Any], scope: Scope) -> timedelta | None:
    """Return the step that a storage efficiency is about; None when nothing tells it.

    That of its own sensor, else of the power, consumption or production sensor.
    """
    if isinstance(efficiency, SensorReference):
        sources = [efficiency.sensor_id]
    else:
        sources = [fields[name] for name in ("sensor", "consumption", "production") if name in fields]
    for sensor_id in sources:
        resolution = scope.sensors[sensor_id].event_resolution
        if not resolution.is_instantaneous:
            return resolution.nominal
    return None
