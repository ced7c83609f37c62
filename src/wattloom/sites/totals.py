"""What is stated about several sensors together."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wattloom.sites.plan import Forecast
from wattloom.sites.stated import Stated


def scaled(stated: Stated, factor: float) -> Stated:
    """Return what is stated in other units, or with the other sign."""
    return replace(
        stated,
        values=stated.values * factor,
        planned=None if stated.planned is None else stated.planned * factor,
        forecast=None if stated.forecast is None else _scaled(stated.forecast, factor),
    )


def total_of(parts: Sequence[Stated]) -> Stated:
    """Return what is stated about the sum of one part or more, known where all of them are; the first says who.

    Spreads of forecasts do not add up, so that of a sum is not known.
    """
    if len(parts) == 1:
        return parts[0]
    planned = [part.planned for part in parts if part.planned is not None]
    return replace(
        parts[0],
        values=np.sum([part.values for part in parts], axis=0),
        planned=np.sum(planned, axis=0) if len(planned) == len(parts) else None,
        forecast=None,
    )


def _scaled(forecast: Forecast, factor: float) -> Forecast:
    ends = forecast.low * factor, forecast.high * factor
    return Forecast(*ends) if factor >= 0 else Forecast(*reversed(ends))
