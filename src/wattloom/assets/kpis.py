"""Key figures of an asset: one number per sensor and period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets.asset import Asset
from wattloom.assets.read import sensor_resources
from wattloom.periods import Period, to_us
from wattloom.timeseries import BeliefStore, Floats, Sensor, SeriesRequest, get_sensors, read_events
from wattloom.units import UnitClass, unit_class

_FUNCTIONS: Mapping[str, Callable[[Floats], float]] = {
    "sum": lambda values: float(values.sum()),
    "min": lambda values: float(values.min()),
    "max": lambda values: float(values.max()),
    "mean": lambda values: float(values.mean()),
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number with its name.

    Attributes:
        title: What it is called.
        sensor: Whose values it sums up.
        function: How: ``sum``, ``min``, ``max`` or ``mean``.
        value: In the sensor's unit; None when nothing is known.
    """

    title: str
    sensor: Sensor
    function: str
    value: float | None


def read_key_figures(
    connection: Connection, store: BeliefStore, user: User, asset: Asset, period: Period
) -> list[KeyFigure]:
    """Return the key figures that an asset shows.

    One belief counts for each event, as everywhere: the statistics of a single
    source would leave out what the others know.

    Args:
        connection: Any transaction.
        store: The store of this database.
        user: Whoever looks; sensors that may not be read, or are gone, are left out.
        asset: The asset.
        period: Events that start in it.
    """
    shown = asset.sensors_to_show_as_kpis
    owners = sensor_resources(connection, {entry["sensor"] for entry in shown})
    readable = {sensor_id for sensor_id, owner in owners.items() if policy.allows(user, Action.READ, owner)}
    shown = [entry for entry in shown if entry["sensor"] in readable]
    sensors = get_sensors(connection, {entry["sensor"] for entry in shown})
    requests = [SeriesRequest(sensor) for sensor in sensors.values()]
    events = dict(zip(sensors, read_events(connection, store, requests, period), strict=True))
    figures = []
    for entry in shown:
        sensor, found = sensors[entry["sensor"]], events[entry["sensor"]]
        values = found.value[(found.start_us >= to_us(period.start)) & (found.start_us < to_us(period.end))]
        is_share = unit_class(sensor.unit) is UnitClass.PERCENTAGE
        function = entry.get("function") or ("mean" if is_share else "sum")
        figures.append(
            KeyFigure(entry["title"], sensor, function, _FUNCTIONS[function](values) if len(values) else None)
        )
    return figures
