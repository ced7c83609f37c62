"""The assets and sensors of the demo home, and what it may do with them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from wattloom.demo.home import BATTERY, CAR
from wattloom.timeseries import Sensor

SITE, PV, STORAGE, CHARGER = "Demo Home", "PV panels", "Battery", "EV charger"
ASSET_TYPES = {SITE: "building", PV: "solar", STORAGE: "battery", CHARGER: "one-way_evse"}

_INSTANT, _QUARTER, _HOUR = "PT0M", "PT15M", "PT1H"
_CONSUMPTION = {"consumption_is_positive": True}
_PRODUCTION = {"consumption_is_positive": False}
_SITE_POWER_CAPACITY = "24 kVA"


@dataclass(frozen=True, slots=True)
class SensorSpec:
    """A sensor that the home has; fields as in :class:`wattloom.timeseries.Sensor`."""

    asset: str
    name: str
    unit: str
    event_resolution: str
    attributes: Mapping[str, Any]


SENSORS: dict[str, SensorSpec] = {
    "buying_price": SensorSpec(SITE, "buying price", "EUR/kWh", _HOUR, {}),
    "feed_in_price": SensorSpec(SITE, "feed-in price", "EUR/kWh", _HOUR, {}),
    "base_load": SensorSpec(SITE, "base load", "kW", _HOUR, _CONSUMPTION),
    "grid_import": SensorSpec(SITE, "grid power", "kW", _QUARTER, _CONSUMPTION),
    "pv_power": SensorSpec(PV, "power", "kW", _HOUR, _PRODUCTION),
    "battery_power": SensorSpec(STORAGE, "power", "kW", _QUARTER, _CONSUMPTION),
    "battery_charge": SensorSpec(STORAGE, "state of charge", "kWh", _INSTANT, {}),
    "car_power": SensorSpec(CHARGER, "power", "kW", _QUARTER, _CONSUMPTION),
    "car_charge": SensorSpec(CHARGER, "state of charge", "kWh", _INSTANT, {}),
    "car_capacity": SensorSpec(CHARGER, "available power", "kW", _QUARTER, _CONSUMPTION),
    "car_usage": SensorSpec(CHARGER, "driving", "kW", _QUARTER, _CONSUMPTION),
    "car_needed": SensorSpec(CHARGER, "needed at departure", "kWh", _INSTANT, {}),
}


@dataclass(frozen=True, slots=True)
class HomeSensors:
    """The sensors of the home, by what they hold; :data:`SENSORS` has units and signs."""

    buying_price: Sensor
    feed_in_price: Sensor
    base_load: Sensor
    grid_import: Sensor
    pv_power: Sensor
    battery_power: Sensor
    battery_charge: Sensor
    car_power: Sensor
    car_charge: Sensor
    car_capacity: Sensor
    car_usage: Sensor
    car_needed: Sensor

    def all(self) -> list[Sensor]:
        """Return all sensors."""
        return [getattr(self, field.name) for field in fields(self)]


def flex_context(sensors: HomeSensors) -> dict[str, Any]:
    """Return the stored flex-context of the site: prices, the grid connection, what cannot be moved."""
    return {
        "consumption-price": _of(sensors.buying_price),
        "production-price": _of(sensors.feed_in_price),
        "site-power-capacity": _SITE_POWER_CAPACITY,
        "inflexible-consumption": [_of(sensors.base_load)],
        "inflexible-production": [_of(sensors.pv_power)],
        "aggregate-consumption": _of(sensors.grid_import),
    }


def flex_models(sensors: HomeSensors) -> dict[str, dict[str, Any]]:
    """Return the stored flex-model of each device, by name of the asset.

    The car's changing limits are sensors, because stored flex-models hold no
    time series: what the charger can give (nothing while the car is away),
    what driving takes, and what must be in the battery at departure.
    """
    return {
        STORAGE: {
            "consumption": _of(sensors.battery_power),
            "state-of-charge": _of(sensors.battery_charge),
            "soc-min": f"{BATTERY.soc_min_kwh:g} kWh",
            "soc-max": f"{BATTERY.soc_max_kwh:g} kWh",
            "power-capacity": f"{BATTERY.power_kw:g} kW",
            "charging-efficiency": f"{BATTERY.efficiency:.0%}",
            "discharging-efficiency": f"{BATTERY.efficiency:.0%}",
        },
        CHARGER: {
            "consumption": _of(sensors.car_power),
            "state-of-charge": _of(sensors.car_charge),
            "soc-min": f"{CAR.soc_min_kwh:g} kWh",
            "soc-max": f"{CAR.soc_max_kwh:g} kWh",
            "soc-minima": _of(sensors.car_needed),
            "soc-usage": [_of(sensors.car_usage)],
            "power-capacity": f"{CAR.power_kw:g} kW",
            "consumption-capacity": _of(sensors.car_capacity),
            "production-capacity": "0 kW",
            "charging-efficiency": f"{CAR.efficiency:.0%}",
        },
    }


def sensors_to_show(sensors: HomeSensors) -> dict[str, list[dict[str, Any]]]:
    """Return the graphs of each asset, by name."""
    prices = _graph("Prices", sensors.buying_price, sensors.feed_in_price)
    return {
        SITE: [
            prices,
            _graph("Home", sensors.base_load, sensors.pv_power, sensors.grid_import),
            _graph("Battery and EV", sensors.battery_power, sensors.car_power),
            _graph("State of charge", sensors.battery_charge, sensors.car_charge),
        ],
        PV: [_graph("Production", sensors.pv_power)],
        STORAGE: [prices, _graph("Power", sensors.battery_power), _graph("State of charge", sensors.battery_charge)],
        CHARGER: [
            prices,
            _graph("Power", sensors.car_power, sensors.car_capacity),
            _graph("State of charge", sensors.car_charge, sensors.car_needed),
        ],
    }


def _of(sensor: Sensor) -> dict[str, int]:
    return {"sensor": sensor.id}


def _graph(title: str, *shown: Sensor) -> dict[str, Any]:
    return {"title": title, "plots": [{"sensors": [sensor.id for sensor in shown]}]}
