"""Rows of charts and their data, as the database and chart_data would give them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from wattloom.charts import Constant, Row, ShownSensor
from wattloom.charts.vega import ChartOptions
from wattloom.periods import Resolution
from wattloom.timeseries import KnowledgeHorizon, Sensor

START = datetime(2026, 6, 1, tzinfo=UTC)
END = START + timedelta(hours=6)
START_MS, END_MS = 1_780_272_000_000, 1_780_293_600_000
QUARTER_MS = 900_000


def make_shown(sensor_id: int, name: str, unit: str, resolution: str = "PT15M", **attributes: Any) -> ShownSensor:
    """A sensor of the asset "battery"."""
    sensor = Sensor(
        id=sensor_id,
        name=name,
        unit=unit,
        timezone="Europe/Amsterdam",
        event_resolution=Resolution.parse(resolution),
        knowledge_horizon=KnowledgeHorizon(),
        attributes=attributes,
        asset_id=7,
    )
    return ShownSensor(sensor, 7, f"{name} (battery)", "battery (site)")


def make_constant(constant_id: int, name: str, unit: str) -> Constant:
    return Constant(constant_id, -1, name, unit, 50.0, 7, f"{name} (battery)", "battery (site)")


def make_row(*sensors: ShownSensor, title: str | None = None, y_axis: Any = "zero") -> Row:
    return Row(title, y_axis, sensors)


def options(**chosen: Any) -> ChartOptions:
    return ChartOptions(**({"dataset": "asset_7"} | chosen))


def data_of(
    shown: ShownSensor, values: list[float], *, source: str = "ada", kind: str = "other"
) -> list[dict[str, Any]]:
    """Rows of chart_data, from the start of the window."""
    sensor = shown.sensor
    return [
        {
            "event_start": START_MS + n * QUARTER_MS,
            "event_value": value,
            "belief_horizon": -QUARTER_MS,
            "sensor_unit": sensor.unit,
            "scale_factor": 1.0,
            "sensor": {
                "id": sensor.id,
                "name": sensor.name,
                "sensor_unit": sensor.unit,
                "asset_id": shown.asset_id,
                "event_resolution": 900.0,
                "description": shown.description,
                "asset_description": shown.asset_description,
            },
            "source": {
                "id": sum(map(ord, source)),
                "name": source,
                "model": "",
                "version": "",
                "type": kind,
                "raw_type": "user",
                "display_type": "user",
                "description": source,
            },
        }
        for n, value in enumerate(values)
    ]
