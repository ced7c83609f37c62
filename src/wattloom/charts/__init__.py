"""What the graphs of any asset or sensor show, as FlexMeasures's embedders know them.

:func:`read_rows` says what the graphs of an asset show, :func:`read_asset_chart` reads its data, :func:`asset_rows`
writes them as embedders know them, and ``vega`` makes specifications of Vega-Lite. Knows neither HTTP nor how
anything is drawn.
"""

from wattloom.charts.data import AskedChart, ChartData, read_asset_chart, read_sensor_chart
from wattloom.charts.forms import ROW_LENGTH, asset_rows, compressed_asset, compressed_sensor, sensor_rows
from wattloom.charts.hues import hues_of_sensors
from wattloom.charts.shown import Constant, Row, ShownSensor, read_rows, row_of_sensor, shown_sensors

__all__ = [
    "ROW_LENGTH",
    "AskedChart",
    "ChartData",
    "Constant",
    "Row",
    "ShownSensor",
    "asset_rows",
    "compressed_asset",
    "compressed_sensor",
    "hues_of_sensors",
    "read_asset_chart",
    "read_rows",
    "read_sensor_chart",
    "row_of_sensor",
    "sensor_rows",
    "shown_sensors",
]
