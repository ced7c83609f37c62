"""A flex-model entry: one flexible device, its limits and its storage."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wattloom.scheduling.flexmodel.fields import FLEX_MODEL
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import Fixed, SensorFacts, SensorReference, Variable, as_id
from wattloom.units import is_convertible

_SOC_UNITS = ("kWh", "MWh")
_NO_RESOLUTION = (
    "The storage-efficiency cannot be interpreted without a resolution. "
    "Give a sensor, or a power, consumption or production sensor with a resolution."
)


@dataclass(frozen=True, slots=True)
class DeviceModel:
    """A parsed flex-model entry. Powers in MW, energies in MWh, efficiencies as fractions.

    Attributes:
        index: Its place in the flex-model.
        name: What people call it.
        sensor_id: Its power sensor.
        asset_id: The asset that it is; None when only sensors of the state of charge are known.
        consumption_output: Sensor that receives its consumption.
        production_output: Sensor that receives its production.
        state_of_charge: Sensor of its stock, or segments that tell the start.
        soc_at_start: Stock when the schedule starts, as far as it is stated.
        soc_min: Hard lower bound; None when not stated.
        soc_max: Hard upper bound.
        soc_minima: Lower bounds at ticks.
        soc_maxima: Upper bounds at ticks.
        soc_targets: Exact values at ticks.
        soc_gain: Flows into the stock.
        soc_usage: Flows out of the stock.
        charging_efficiency: η^u.
        discharging_efficiency: η^d.
        storage_efficiency: Fraction left after ``storage_efficiency_step``.
        storage_efficiency_step: Resolution of ``storage_efficiency``; None when that is 1 throughout.
        power_capacity: Hard limit in both directions.
        consumption_capacity: Limit on consumption.
        production_capacity: Limit on production.
        prefers_charging_sooner: Tie-break.
        prefers_curtailing_later: Shape of the tie-break.
    """

    index: int
    name: str
    sensor_id: int | None
    asset_id: int | None
    consumption_output: int | None
    production_output: int | None
    state_of_charge: Variable | None
    soc_at_start: float | None
    soc_min: float | None
    soc_max: float | None
    soc_minima: Variable | None
    soc_maxima: Variable | None
    soc_targets: Variable | None
    soc_gain: tuple[Variable, ...]
    soc_usage: tuple[Variable, ...]
    charging_efficiency: Variable
    discharging_efficiency: Variable
    storage_efficiency: Variable
    storage_efficiency_step: timedelta | None
    power_capacity: Variable | None
    consumption_capacity: Variable | None
    production_capacity: Variable | None
    prefers_charging_sooner: bool
    prefers_curtailing_later: bool

    @property
    def has_soc_limits(self) -> bool:
        """Whether any bound on its stock is stated."""
        bounds = (self.soc_min, self.soc_max, self.soc_minima, self.soc_maxima, self.soc_targets)
        return any(bound is not None for bound in bounds)

    @property
    def soc_sensor(self) -> SensorReference | None:
        """The sensor of its state of charge, if it is a sensor."""
        return self.state_of_charge if isinstance(self.state_of_charge, SensorReference) else None


def parse_device(raw: object, index: int, scope: Scope) -> DeviceModel:
    """Read one entry of a flex-model.

    Args:
        raw: The entry, merged over what its asset stores.
        index: Its place in the flex-model.
        scope: Sensors and calendar.

    Raises:
        FlexModelError: Every problem with its field, without the index: clients look for the field.
    """
    problems = Problems()
    sensor = _sensor_of(raw, scope)
    scope = Scope(scope.sensors, scope.zone, soc_unit=_soc_unit(raw, sensor, problems))
    fields = parse_fields(raw, FLEX_MODEL, scope, problems)
    charging, discharging = _efficiencies(fields, problems)
    storage = _clipped(fields.get("storage-efficiency", Fixed(1.0)))
    storage_step = _storage_step(storage, fields, scope, problems)
    if fields.get("commodity", "electricity") != "electricity":
        problems.add("Commodities other than electricity are not supported yet by this version.", "commodity")
    _check_stock_only(fields, problems)
    _check_power_sensor(fields, scope, problems)
    problems.raise_if_any()
    soc_start, soc_min, soc_max = (_fixed(fields.get(name)) for name in ("soc-at-start", "soc-min", "soc-max"))
    return DeviceModel(
        index=index,
        name=sensor.name if sensor is not None else f"device {index}",
        sensor_id=fields.get("sensor"),
        asset_id=fields.get("asset", sensor.asset_id if sensor is not None else None),
        consumption_output=fields.get("consumption"),
        production_output=fields.get("production"),
        state_of_charge=fields.get("state-of-charge"),
        soc_at_start=soc_start,
        soc_min=soc_min,
        soc_max=soc_max,
        soc_minima=fields.get("soc-minima"),
        soc_maxima=fields.get("soc-maxima"),
        soc_targets=fields.get("soc-targets"),
        soc_gain=fields.get("soc-gain", ()),
        soc_usage=fields.get("soc-usage", ()),
        charging_efficiency=charging,
        discharging_efficiency=discharging,
        storage_efficiency=storage,
        storage_efficiency_step=storage_step,
        power_capacity=fields.get("power-capacity"),
        consumption_capacity=fields.get("consumption-capacity"),
        production_capacity=fields.get("production-capacity"),
        prefers_charging_sooner=fields.get("prefer-charging-sooner", True),
        prefers_curtailing_later=fields.get("prefer-curtailing-later", True),
    )


def _sensor_of(raw: object, scope: Scope) -> SensorFacts | None:
    """Return the sensor that an entry is known by: of its power, else of what it consumes, produces or stores."""
    if not isinstance(raw, Mapping):
        return None
    named = (raw.get("sensor"), *(raw.get(name) for name in ("consumption", "production", "state-of-charge")))
    ids = (as_id(value.get("sensor") if isinstance(value, Mapping) else value) for value in named)
    return next((scope.sensors[n] for n in ids if n is not None and n in scope.sensors), None)


def _soc_unit(raw: object, sensor: SensorFacts | None, problems: Problems) -> str:
    stated = raw.get("soc-unit") if isinstance(raw, Mapping) else None
    if stated is not None:
        if stated in _SOC_UNITS:
            return str(stated)
        problems.add("Must be one of: kWh, MWh.", "soc-unit")
    unit = sensor.unit if sensor is not None else ""
    return next((known for known in _SOC_UNITS if known in {unit, f"{unit}h"}), "MWh")


def _efficiencies(fields: Mapping[str, Any], problems: Problems) -> tuple[Variable, Variable]:
    one_way = [name for name in ("charging-efficiency", "discharging-efficiency") if name in fields]
    roundtrip = _fixed(fields.get("roundtrip-efficiency"))
    if roundtrip is None:
        return fields.get("charging-efficiency", Fixed(1.0)), fields.get("discharging-efficiency", Fixed(1.0))
    for name in one_way:
        message = f"Fields `{name.replace('-', '_')}` and `roundtrip_efficiency` are mutually exclusive."
        problems.add(message, "_schema")
    if not 0 < roundtrip <= 1:
        problems.add("Must be greater than 0 % and less than or equal to 100 %.", "roundtrip-efficiency")
        return Fixed(1.0), Fixed(1.0)
    return Fixed(math.sqrt(roundtrip)), Fixed(math.sqrt(roundtrip))


def _clipped(efficiency: Variable) -> Variable:
    return Fixed(min(1.0, max(0.0, efficiency.value))) if isinstance(efficiency, Fixed) else efficiency


def _storage_step(
    efficiency: Variable, fields: Mapping[str, Any], scope: Scope, problems: Problems
) -> timedelta | None:
    if isinstance(efficiency, Fixed) and efficiency.value == 1:
        return None
    if isinstance(efficiency, SensorReference):
        sources = [efficiency.sensor_id]
    else:
        sources = [fields[name] for name in ("sensor", "consumption", "production") if name in fields]
    for sensor_id in sources:
        resolution = scope.sensors[sensor_id].event_resolution
        if not resolution.is_instantaneous:
            return resolution.nominal
    problems.add(_NO_RESOLUTION, "storage-efficiency")
    return None


def _check_stock_only(fields: Mapping[str, Any], problems: Problems) -> None:
    """Refuse entries that own a stock and nothing that fills it: sharing stocks comes later."""
    if "state-of-charge" in fields and not {"sensor", "asset", "consumption", "production"} & set(fields):
        problems.add("An entry with a stock alone is not supported yet by this version.", "state-of-charge")


def _check_power_sensor(fields: Mapping[str, Any], scope: Scope, problems: Problems) -> None:
    sensor = scope.sensors[fields["sensor"]] if "sensor" in fields else None
    # Energy per event is power, too; on a sensor of moments it is that of a step.
    if sensor is not None and not is_convertible(sensor.unit, "MW", event_h=sensor.event_resolution.hours or 1.0):
        message = (
            f"Cannot convert {sensor.unit} to MW. Name a sensor that holds the power of the device, such as in kW."
        )
        problems.add(message, "sensor")


def _fixed(variable: Variable | None) -> float | None:
    return variable.value if isinstance(variable, Fixed) else None
