"""Posted series as an Apache Arrow stream: one row per value, sensors mixed as they come.

Columns are ``sensor``, ``event_start`` and ``event_value``, and if wanted
``belief_time`` and ``cumulative_probability``. The schema's metadata may give
unit and resolution of each sensor, in the form in which answers have them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from wattloom.api.fields import parse_positive_resolution
from wattloom.api.v4.series.arrow_answer import METADATA_KEY, pyarrow
from wattloom.api.v4.series.arrow_table import read_table
from wattloom.api.v4.series.posted import Place, PostedSeries
from wattloom.api.v4.series.query import MAX_SENSORS
from wattloom.db import MAX_ID
from wattloom.errors import InputError
from wattloom.timeseries import Floats
from wattloom.units import parse_unit

_METADATA = "metadata"
_INSTANTANEOUS = "P0D"


def series_of_stream(body: bytes) -> list[PostedSeries]:
    """Return what a stream holds, by sensor.

    Raises:
        InputError: It is no stream, a column is missing, unknown, of the wrong type, or has gaps that it must not have.
        HTTPException: 415, the package that reads streams is not installed.
    """
    pa = pyarrow(415)
    table = read_table(pa, body)
    if not table.num_rows:
        raise InputError("Holds no rows.", field="sensor")
    columns = _columns(pa, table)
    sensor_id = columns.pop("sensor_id")
    described = _described(table.schema.metadata)
    order = np.argsort(sensor_id, kind="stable")
    ids, first = np.unique(sensor_id[order], return_index=True)
    if len(ids) > MAX_SENSORS:
        raise InputError(f"At most {MAX_SENSORS} sensors are possible at once.", field="sensor")
    return [
        PostedSeries(
            place=Place(rows),
            sensor_id=one,
            **{name: column[rows] for name, column in columns.items()},
            **described.get(one, {}),
        )
        for one, rows in zip(ids.tolist(), np.split(order, first[1:]), strict=True)
    ]


def _columns(pa: Any, table: Any) -> dict[str, Any]:
    """Return the columns by the names of :class:`PostedSeries`."""
    place = Place(np.arange(table.num_rows))
    columns: dict[str, Any] = {
        "sensor_id": _cast(pa, table["sensor"], "sensor", pa.int64()),
        "event_start_us": _instants(pa, table["event_start"], "event_start"),
        "value": _values(pa, table["event_value"], place),
    }
    place.refuse("sensor", (columns["sensor_id"] < 1) | (columns["sensor_id"] > MAX_ID), "Not an id.")
    if "belief_time" in table.column_names:
        columns["belief_times_us"] = _instants(pa, table["belief_time"], "belief_time")
    if "cumulative_probability" in table.column_names:
        column = table["cumulative_probability"]
        columns["cumulative_probability"] = _cast(pa, column, "cumulative_probability", pa.float64())
    return columns


def _instants(pa: Any, column: Any, name: str) -> NDArray[Any]:
    return _cast(pa, column, name, pa.timestamp("us", "UTC")).astype(np.int64)


def _values(pa: Any, column: Any, place: Place) -> Floats:
    """Return the values; null is a gap and becomes NaN, while NaN itself is refused."""
    is_gap = column.is_null().to_numpy()
    value = _cast(pa, column.fill_null(0), "event_value", pa.float64())
    place.refuse("event_value", np.isnan(value), "Not a finite number. Leave gaps null.")
    return np.where(is_gap, np.nan, value)


def _cast(pa: Any, column: Any, name: str, kind: Any) -> NDArray[Any]:
    if column.null_count:
        raise InputError("Must not be null.", field=(name, int(np.argmax(column.is_null().to_numpy()))))
    try:
        cast: NDArray[Any] = column.cast(kind).to_numpy()
    except pa.ArrowException as error:
        raise InputError(f"Cannot be read as {kind}: {error}.", field=name) from error
    return cast


def _described(metadata: Mapping[bytes, bytes] | None) -> dict[int, dict[str, Any]]:
    """Return unit and resolution by sensor, as far as the metadata state them."""
    text = (metadata or {}).get(METADATA_KEY)
    if text is None:
        return {}
    try:
        stated = {series["sensor"]: series for series in orjson.loads(text)["series"]}
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise InputError('Expected JSON like {"series": [{"sensor": 1, "unit": "kW"}]}.', field=_METADATA) from error
    try:
        return {sensor_id: _described_one(series) for sensor_id, series in stated.items()}
    except InputError as error:
        raise error.below(_METADATA) from error


def _described_one(series: Mapping[str, Any]) -> dict[str, Any]:
    unit, resolution = series.get("unit"), series.get("resolution")
    # Instantaneous events have no length, which is what their sensor says already.
    is_stated = resolution is not None and resolution != _INSTANTANEOUS
    return {
        "unit": None if unit is None else parse_unit(unit).text,
        "resolution": parse_positive_resolution(resolution, field="resolution") if is_stated else None,
    }
