"""What the types of assets are called, what they are for, and their pictures."""

from typing import Final

from wattloom.assets import AssetType
from wattloom.language import gettext as _
from wattloom.language import translatable

_NAMES: Final = {
    "solar": translatable("Solar panels"),
    "wind": translatable("Wind turbine"),
    "one-way_evse": translatable("EV charger"),
    "two-way_evse": translatable("EV charger, two-way"),
    "battery": translatable("Battery"),
    "building": translatable("Building"),
    "process": translatable("Process"),
    "heat-storage": translatable("Heat storage"),
    "heat-pump": translatable("Heat pump"),
}
_EXPLANATIONS: Final = {
    "solar": translatable("Produces power from sunlight. Its production is forecast, and may be curtailed."),
    "wind": translatable("Produces power from wind. Its production is forecast, and may be curtailed."),
    "one-way_evse": translatable("Charges electric vehicles. Charging is planned towards their targets."),
    "two-way_evse": translatable("Charges electric vehicles, and takes power back from them."),
    "battery": translatable("Stores energy. Charging and discharging are planned by price and limits."),
    "building": translatable("A site: what has a grid connection, and the devices below it."),
    "process": translatable("Uses power for a time, and may be shifted, interrupted or split."),
    "heat-storage": translatable("A buffer of heat, such as a boiler, that a heat pump or heater fills."),
    "heat-pump": translatable("Turns power into heat. Its running is planned by price and demand."),
}
_ICONS: Final = {
    "solar": "pv",
    "wind": "wind",
    "one-way_evse": "ev",
    "two-way_evse": "ev",
    "battery": "battery",
    "building": "home",
    "process": "process",
    "heat-storage": "heat",
    "heat-pump": "heat",
}


def type_name(kind: AssetType) -> str:
    """Return what people call a type; types that a host added keep their name."""
    return _(_NAMES[kind.name]) if kind.name in _NAMES else kind.name


def type_explanation(kind: AssetType) -> str:
    """Return what a type is for; what a host wrote for its own types."""
    return _(_EXPLANATIONS[kind.name]) if kind.name in _EXPLANATIONS else (kind.description or "")


def type_icon(kind: AssetType) -> str:
    """Return the picture of a type in ``icons.html``."""
    return _ICONS.get(kind.name, "box")
