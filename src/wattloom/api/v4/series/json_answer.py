"""Columns as JSON: arrays go to orjson as they are."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wattloom.api.v4.series.columns import MS_US, TIME_COLUMNS, Columns, LatestAnswer, SeriesAnswer, source_json


def series_json(answer: SeriesAnswer) -> dict[str, Any]:
    """Return series as a JSON object; gaps are null."""
    sources = {} if answer.sources is None else {"sources": [source_json(source) for source in answer.sources]}
    return {
        "start": answer.start.isoformat(),
        "end": answer.end.isoformat(),
        "series": [series.description | _json_columns(series.columns) for series in answer.series],
        **sources,
    }


def latest_json(answer: LatestAnswer) -> dict[str, Any]:
    """Return current values as a JSON object of columns."""
    sources = [source_json(source) for source in answer.sources]
    return {**_json_columns(answer.columns), "unit": answer.units, "sources": sources}


def _json_columns(columns: Columns) -> dict[str, NDArray[Any]]:
    return {
        f"{name}_ms" if name in TIME_COLUMNS else name: np.ascontiguousarray(
            _ms(column) if name in TIME_COLUMNS else column
        )
        for name, column in columns.items()
    }


def _ms(instants_us: NDArray[Any]) -> NDArray[Any]:
    """Return milliseconds: whole numbers, or with a fraction where one instant is finer, so that none is rounded."""
    whole, rest = np.divmod(instants_us, MS_US)
    return instants_us / MS_US if rest.any() else whole
