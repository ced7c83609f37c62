"""A flexible device: the network that it is attached to, its limits, its efficiencies and its own costs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.scheduling.flexmodel.modes import OperatingBand, parse_modes
from wattloom.scheduling.flexmodel.table import Problems, Scope
from wattloom.scheduling.flexmodel.variable import Fixed, GroupKey, Variable, fixed_value, holds_power

ELECTRICITY = "electricity"


@dataclass(frozen=True, slots=True)
class DeviceModel:
    """A parsed device. Powers in MW, prices per MWh, efficiencies as fractions.

    Attributes:
        index: Its place in the flex-model.
        name: What people call it.
        commodity: What it takes or gives.
        sensor_id: Its power sensor.
        asset_id: The asset that it is; None when only sensors of the state of charge are known.
        consumption_output: Sensor that receives its consumption.
        production_output: Sensor that receives its production.
        charging_efficiency: η^u.
        discharging_efficiency: η^d.
        power_capacity: Hard limit in both directions.
        consumption_capacity: Limit on consumption.
        production_capacity: Limit on production.
        modes: Bands of which its power keeps to one; empty when any power will do.
        ramp_up_mw_per_h: Fastest rise of net consumption; None without a limit.
        ramp_down_mw_per_h: Fastest fall.
        consumption_price: Price of what it consumes, beside that of the site.
        production_price: Revenue of what it produces, beside that of the site.
        cycling_cost: Cost of what it consumes or produces.
        group: The group that it stands in.
        coupling: The converter that it is a port of.
        coupling_coefficient: Size of its share in the converter's flows.
    """

    index: int
    name: str
    commodity: str
    sensor_id: int | None
    asset_id: int | None
    consumption_output: int | None
    production_output: int | None
    charging_efficiency: Variable
    discharging_efficiency: Variable
    power_capacity: Variable | None
    consumption_capacity: Variable | None
    production_capacity: Variable | None
    modes: tuple[OperatingBand, ...]
    ramp_up_mw_per_h: float | None
    ramp_down_mw_per_h: float | None
    consumption_price: Variable | None
    production_price: Variable | None
    cycling_cost: Variable | None
    group: GroupKey | None
    coupling: str | None
    coupling_coefficient: float


def device_of(fields: Mapping[str, Any], scope: Scope, *, index: int, name: str, asset_id: int | None) -> DeviceModel:
    """Return the device that the parsed fields of an entry describe.

    Raises:
        FlexModelError: Every problem with its field, without the index: clients look for the field.
    """
    problems = Problems()
    charging, discharging = _efficiencies(fields, problems)
    raw_modes = fields.get("operation-modes")
    modes = () if raw_modes is None else parse_modes(raw_modes, scope, problems)
    _check_power_sensor(fields, scope, problems)
    problems.raise_if_any()
    return DeviceModel(
        index=index,
        name=name,
        commodity=fields.get("commodity", ELECTRICITY),
        sensor_id=fields.get("sensor"),
        asset_id=asset_id,
        consumption_output=fields.get("consumption"),
        production_output=fields.get("production"),
        charging_efficiency=charging,
        discharging_efficiency=discharging,
        power_capacity=fields.get("power-capacity"),
        consumption_capacity=fields.get("consumption-capacity"),
        production_capacity=fields.get("production-capacity"),
        modes=modes,
        ramp_up_mw_per_h=fixed_value(fields.get("ramp-up-limit")),
        ramp_down_mw_per_h=fixed_value(fields.get("ramp-down-limit")),
        consumption_price=fields.get("consumption-price"),
        production_price=fields.get("production-price"),
        cycling_cost=fields.get("cycling-cost"),
        group=fields.get("group"),
        coupling=fields.get("coupling"),
        coupling_coefficient=fields.get("coupling-coefficient", 1.0),
    )


def _efficiencies(fields: Mapping[str, Any], problems: Problems) -> tuple[Variable, Variable]:
    one_way = [name for name in ("charging-efficiency", "discharging-efficiency") if name in fields]
    roundtrip = fixed_value(fields.get("roundtrip-efficiency"))
    if roundtrip is None:
        return fields.get("charging-efficiency", Fixed(1.0)), fields.get("discharging-efficiency", Fixed(1.0))
    for name in one_way:
        message = f"Fields `{name.replace('-', '_')}` and `roundtrip_efficiency` are mutually exclusive."
        problems.add(message, "_schema")
    if not 0 < roundtrip <= 1:
        problems.add("Must be greater than 0 % and less than or equal to 100 %.", "roundtrip-efficiency")
        return Fixed(1.0), Fixed(1.0)
    return Fixed(math.sqrt(roundtrip)), Fixed(math.sqrt(roundtrip))


def _check_power_sensor(fields: Mapping[str, Any], scope: Scope, problems: Problems) -> None:
    sensor = scope.sensors[fields["sensor"]] if "sensor" in fields else None
    if sensor is not None and not holds_power(sensor):
        message = (
            f"Cannot convert {sensor.unit} to MW. Name a sensor that holds the power of the device, such as in kW."
        )
        problems.add(message, "sensor")
