"""What a toy account consists of, kind by kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from wattloom.timeseries import KnowledgeHorizon

ZONE, BUILDING = "NL transmission zone", "toy-building"
BATTERY, SOLAR, PROCESS = "toy-battery", "toy-solar", "toy-process"
LATITUDE, LONGITUDE = 52.374, 4.88969
TIMEZONE = "Europe/Amsterdam"
GRID_CAPACITY_KW = 500.0


class Kind(StrEnum):
    """What the account is to try out."""

    BATTERY = "battery"
    PROCESS = "process"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class ToyAsset:
    """An asset to have.

    Attributes:
        type: Name of its type.
        parent: Name of the asset above.
        is_public: Whether it belongs to nobody instead of the account.
    """

    type: str
    parent: str | None = None
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class ToySensor:
    """A sensor to have; fields as in :class:`wattloom.timeseries.Sensor`."""

    asset: str
    name: str
    unit: str
    event_resolution: str
    knowledge_horizon: KnowledgeHorizon = field(default_factory=KnowledgeHorizon)


_KNOWN_AT_NOON = KnowledgeHorizon("x_days_ago_at_y_oclock", {"x": 1, "y": 12, "z": "Europe/Paris"})
_PROCESSES = ("Inflexible", "Breakable", "Shiftable")

ASSETS: Mapping[str, ToyAsset] = {
    ZONE: ToyAsset("transmission zone", is_public=True),
    BUILDING: ToyAsset("building"),
    BATTERY: ToyAsset("battery", parent=BUILDING),
    SOLAR: ToyAsset("solar", parent=BUILDING),
    PROCESS: ToyAsset("process"),
}

SENSORS: Mapping[str, ToySensor] = {
    "price": ToySensor(ZONE, "day-ahead prices", "EUR/kWh", "PT1H", _KNOWN_AT_NOON),
    "battery": ToySensor(BATTERY, "discharging", "kW", "PT15M"),
    "solar": ToySensor(SOLAR, "production", "kW", "PT15M"),
    **{name.lower(): ToySensor(PROCESS, f"Power ({name})", "MW", "PT15M") for name in _PROCESSES},
    "grid_capacity": ToySensor(BUILDING, "grid connection capacity", "kW", "P1Y"),
    "headroom": ToySensor(BATTERY, "headroom", "kW", "PT15M"),
    **{f"costs_{name.lower()}": ToySensor(PROCESS, f"costs ({name})", "EUR", "P1D") for name in _PROCESSES},
}
"""All sensors by a key of our own."""

_ALWAYS = ("price",)
_OF_BATTERY = (*_ALWAYS, "battery", "solar")
_OF_PROCESS = (*_ALWAYS, *(name.lower() for name in _PROCESSES))
SENSORS_OF: Mapping[Kind, tuple[str, ...]] = {
    Kind.BATTERY: _OF_BATTERY,
    Kind.PROCESS: _OF_PROCESS,
    # Reports are about what the other two kinds schedule.
    Kind.REPORTER: tuple(SENSORS),
}

SHELL_VARIABLES: Mapping[str, str] = {
    "FM_TOY_PRICE_SENSOR_ID": "price",
    "FM_TOY_BUILDING_ASSET_ID": BUILDING,
    "FM_TOY_BATTERY_ASSET_ID": BATTERY,
    "FM_TOY_BATTERY_SENSOR_ID": "battery",
    "FM_TOY_SOLAR_ASSET_ID": SOLAR,
    "FM_TOY_SOLAR_SENSOR_ID": "solar",
    "FM_TOY_PROCESS_ASSET_ID": PROCESS,
    **{f"FM_TOY_PROCESS_{name.upper()}_SENSOR_ID": name.lower() for name in _PROCESSES},
    "FM_TOY_GRID_CAPACITY_SENSOR_ID": "grid_capacity",
    "FM_TOY_HEADROOM_SENSOR_ID": "headroom",
}
"""Names under which tutorials refer to assets and sensors."""


def configuration(asset_ids: Mapping[str, int], sensor_ids: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    """Return flex-context, flex-model and graphs of the assets that there are, by name of the asset.

    Args:
        asset_ids: Ids of the assets, by name.
        sensor_ids: Ids of the sensors, by key.
    """
    price = {"sensor": sensor_ids["price"]}
    fields: dict[str, dict[str, Any]] = {
        BUILDING: {"flex_context": {"site-power-capacity": "500 kVA", "consumption-price": price}}
    }
    if BATTERY in asset_ids:
        price_of_building = {"asset": asset_ids[BUILDING], "flex-context": "consumption-price"}
        flows = _graph("Power flows", {"sensors": [sensor_ids["solar"], sensor_ids["battery"]]})
        fields[BUILDING]["sensors_to_show"] = [_graph("Prices", price_of_building), flows]
        fields[BATTERY] = {
            "flex_model": {"power-capacity": "500 kVA", "roundtrip-efficiency": "90%", "soc-max": "450 kWh"},
            "sensors_to_show": [_graph("Prices", price), flows],
        }
    if PROCESS in asset_ids:
        powers = [_graph(SENSORS[key].name, {"sensor": sensor_ids[key]}) for key in _OF_PROCESS if key not in _ALWAYS]
        fields[PROCESS] = {
            "flex_context": {"consumption-price": price},
            "sensors_to_show": [_graph("Prices", price), *powers],
        }
    return fields


def reporter_attributes(price_sensor_id: int) -> dict[str, Any]:
    """Return what the source of reports about costs is configured with."""
    return {"data_generator": {"config": {"consumption_price_sensor": price_sensor_id, "loss_is_positive": True}}}


def _graph(title: str, plot: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": title, "plots": [dict(plot)]}
