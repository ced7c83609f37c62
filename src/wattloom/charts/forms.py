"""Chart data as embedders know them: an array of rows, or compressed to numbers with two look-up tables.

Instants are epoch milliseconds. The forms of assets and of sensors differ in
what clients have come to expect of each.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from wattloom.charts.data import ChartData, Trace
from wattloom.charts.json_records import Block, json_records
from wattloom.charts.scale import scale_factors
from wattloom.periods import Microseconds
from wattloom.timeseries import Floats, Source

ROW_LENGTH = 10
"""How many times as long as a compressed record a row is; so many fewer may be asked for."""

_MS_US = 1_000
_S_US = 1_000_000
_MS_PER_S = 1_000
_MOMENTS = "s"
"""Unit of sensors whose values are moments: seconds since 1970 UTC."""


def asset_rows(data: ChartData) -> bytes:
    """Return the rows of an asset's chart as a JSON array."""
    factors, order = scale_factors(data.units), _order(data)
    positions = np.split(_positions(data, order), np.cumsum([len(trace) for trace in data.traces])[:-1])
    blocks = [
        {"index": position, **_asset_row(trace, factors, all_beliefs=data.all_beliefs)}
        for trace, position in zip(data.traces, positions, strict=False)
    ]
    return json_records(blocks, order)


def sensor_rows(data: ChartData) -> bytes:
    """Return the rows of a sensor's chart as a JSON array."""
    return json_records([_sensor_row(trace) for trace in data.traces], _order(data))


def compressed_asset(data: ChartData) -> bytes:
    """Return the data of an asset's chart in compressed form; horizons are milliseconds."""
    factors = scale_factors(data.units)
    return _compressed(data, partial(_asset_record, factors=factors, all_beliefs=data.all_beliefs))


def compressed_sensor(data: ChartData) -> bytes:
    """Return the data of a sensor's chart in compressed form; horizons are seconds."""
    return _compressed(data, _sensor_record)


def source_record(source: Source) -> dict[str, Any]:
    """Return a source as charts know it."""
    return {
        "id": source.id,
        "name": source.name,
        "model": source.model or "",
        "version": source.version or "",
        "type": source.class_,
        "raw_type": source.type,
        "display_type": source.display_type,
        "description": source.description,
    }


def _asset_row(trace: Trace, factors: dict[str, float], *, all_beliefs: bool) -> Block:
    return {
        "event_start": _ms(trace.start_us),
        "event_value": _moments_ms(trace.value) if trace.shown.unit == _MOMENTS else trace.value,
        "belief_horizon": _ms(trace.horizon_us),
        **({"belief_time": _ms(trace.belief_time_us)} if all_beliefs else {}),
        "source": source_record(trace.source),
        "sensor": _sensor_of_row(trace),
        "sensor_unit": trace.shown.unit,
        "scale_factor": factors[trace.shown.unit],
    }


def _sensor_row(trace: Trace) -> Block:
    return {
        "event_start": _ms(trace.start_us),
        "event_value": trace.value,
        "belief_horizon": _ms(trace.horizon_us),
        "belief_time": _ms(trace.belief_time_us),
        "cumulative_probability": trace.probability,
        "source": source_record(trace.source),
        "sensor": _sensor_of_row(trace),
    }


def _asset_record(trace: Trace, *, factors: dict[str, float], all_beliefs: bool) -> Block:
    return {
        "ts": _ms(trace.start_us),
        "sid": trace.shown.id,
        "val": trace.value,
        "sf": factors[trace.shown.unit],
        "src": trace.source.id,
        "bh": _ms(trace.horizon_us),
        **({"bt": _ms(trace.belief_time_us)} if all_beliefs else {}),
    }


def _sensor_record(trace: Trace) -> Block:
    return {
        "ts": _ms(trace.start_us),
        "sid": trace.shown.id,
        "val": trace.value,
        "src": trace.source.id,
        "bh": trace.horizon_us / _S_US,
        "bt": _ms(trace.belief_time_us),
        "cp": trace.probability,
    }


def _compressed(data: ChartData, record: Callable[[Trace], Block]) -> bytes:
    sensors, sources = {}, {}
    for trace in data.traces:
        sensors[str(trace.shown.id)] = _described(trace, unit_key="unit")
        described = source_record(trace.source)
        # compat: only the sources of constants say who they are (tests/integration/api/test_chart_constants.py).
        if trace.source.id > 0:
            del described["id"]
        sources[str(trace.source.id)] = described
    records = json_records([record(trace) for trace in data.traces], _order(data))
    return b'{"data":%b,"sensors":%b,"sources":%b}' % (records, orjson.dumps(sensors), orjson.dumps(sources))


def _described(trace: Trace, *, unit_key: str) -> dict[str, Any]:
    """Return what is told of a sensor besides its id; the forms have their own words for the unit."""
    shown = trace.shown
    return {
        "name": shown.name,
        unit_key: shown.unit,
        "event_resolution": shown.resolution_s,
        "description": shown.description,
        "asset_id": shown.asset_id,
        "asset_description": shown.asset_description,
    }


def _sensor_of_row(trace: Trace) -> dict[str, Any]:
    return {"id": trace.shown.id, **_described(trace, unit_key="sensor_unit")}


def _order(data: ChartData) -> NDArray[np.intp] | None:
    """Return all rows by belief time where superseded beliefs are among them: the last about an event is what holds."""
    if not data.all_beliefs or not data.traces:
        return None
    return np.argsort(np.concatenate([trace.belief_time_us for trace in data.traces]), kind="stable")


def _positions(data: ChartData, order: NDArray[np.intp] | None) -> NDArray[np.intp]:
    """Return the running number of each row."""
    numbers = np.arange(sum(len(trace) for trace in data.traces))
    if order is None:
        return numbers
    positions = np.empty_like(numbers)
    positions[order] = numbers
    return positions


def _ms(times_us: Microseconds) -> Microseconds:
    return times_us // _MS_US


def _moments_ms(seconds: Floats) -> Microseconds:
    """Return moments as epoch ms; what no calendar has is cut to what one has."""
    return np.rint(np.clip(seconds, -1e12, 1e12) * _MS_PER_S).astype(np.int64)
