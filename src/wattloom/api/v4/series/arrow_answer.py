"""Apache Arrow IPC streams: the same columns in long form, one row per value.

The package pyarrow is an extra and takes its time to load, so it is imported
by the first request that needs it.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from starlette.exceptions import HTTPException

from wattloom.api.v4.series.columns import LatestAnswer, SeriesAnswer, SeriesColumns, source_json

MEDIA_TYPE = "application/vnd.apache.arrow.stream"
METADATA_KEY = b"wattloom"


def pyarrow(status: int) -> Any:
    """Return the package pyarrow.

    Args:
        status: What to answer when it is not installed.

    Raises:
        HTTPException: It is not installed.
    """
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        message = "Apache Arrow is not available on this server: install the extra, wattloom[arrow]. Use JSON instead."
        raise HTTPException(status, message) from error


def series_stream(answer: SeriesAnswer) -> bytes:
    """Return series as a stream with one batch for each; the schema's metadata describe them."""
    pa = pyarrow(406)
    facts: dict[str, Any] = {
        "start": answer.start.isoformat(),
        "end": answer.end.isoformat(),
        "series": [series.description for series in answer.series],
    }
    if answer.sources is not None:
        facts["sources"] = [source_json(source) for source in answer.sources]
    batches = [_long(series) for series in answer.series]
    names = batches[0] if batches else ("sensor", "event_start", "source", "event_value")
    return _stream(pa, [name for name in _TYPES if name in names], batches, facts)


def _long(series: SeriesColumns) -> dict[str, NDArray[Any]]:
    n_rows = len(series.columns["event_start"])
    own_source = {} if series.source_id is None else {"source": np.full(n_rows, series.source_id)}
    return {"sensor": np.full(n_rows, series.sensor.id), **own_source, **series.columns}


def latest_stream(answer: LatestAnswer) -> bytes:
    """Return current values as a stream of one batch."""
    pa = pyarrow(406)
    columns = {**answer.columns, "unit": np.array(answer.units, dtype=object)}
    return _stream(pa, [*columns], [columns], {"sources": [source_json(source) for source in answer.sources]})


_TYPES = {
    "sensor": ("int32",),
    "event_start": ("timestamp", "us", "UTC"),
    "belief_time": ("timestamp", "us", "UTC"),
    "source": ("int32",),
    "cumulative_probability": ("float64",),
    "event_value": ("float64",),
    "unit": ("string",),
}


def _stream(pa: Any, names: list[str], batches: list[dict[str, NDArray[Any]]], facts: Mapping[str, Any]) -> bytes:
    types = {name: getattr(pa, _TYPES[name][0])(*_TYPES[name][1:]) for name in names}
    schema = pa.schema(list(types.items()), metadata={METADATA_KEY: orjson.dumps(facts)})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for columns in batches:
            arrays = [_array(pa, columns[name], types[name], name) for name in names]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
    stream: bytes = sink.getvalue().to_pybytes()
    return stream


def _array(pa: Any, column: NDArray[Any], kind: Any, name: str) -> Any:
    # NaN is a gap among values.
    return pa.array(column, type=kind, from_pandas=name == "event_value")
