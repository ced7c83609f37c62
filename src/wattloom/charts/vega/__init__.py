"""Charts as Vega-Lite specifications, for pages of others that embed them.

:func:`asset_specification` and :func:`sensor_specification` turn the rows of
:mod:`wattloom.charts.shown` into a JSON-ready dict. Pure: no database, no HTTP,
no values of sensors. A specification names the dataset that it draws; the
embedder fills it with ``chart_data``, or the caller puts it in.

What embedders rely on: one ``vconcat`` item per row in the order of the rows,
the names of the datasets (also ``<dataset>_annotations`` and ``replay``), the
names of fields, and the three format functions in
:mod:`wattloom.charts.vega.tooltips`. The layers of a chart may change.
"""

from wattloom.charts.vega.options import ChartOptions, annotations_dataset
from wattloom.charts.vega.specify import ASSET_CHARTS, SENSOR_CHARTS, asset_specification, sensor_specification
from wattloom.charts.vega.units import UnitScale, unit_scale

__all__ = [
    "ASSET_CHARTS",
    "SENSOR_CHARTS",
    "ChartOptions",
    "UnitScale",
    "annotations_dataset",
    "asset_specification",
    "sensor_specification",
    "unit_scale",
]
