"""Figures as an explanation tells them: in kW, kWh and money per kWh, to six digits."""

from math import isfinite

import numpy as np

from wattloom.scheduling.problem import Floats

DIGITS = 6


def significant(values: Floats, factor: float = 1.0) -> Floats:
    """Return ``factor`` times values, rounded to six significant digits; no negative zeros."""
    scaled = np.asarray(values, dtype=np.float64) * factor
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = DIGITS - 1 - np.floor(np.log10(np.abs(scaled)))
        unit = 10.0 ** np.where(np.isfinite(exponent), np.clip(exponent, -12.0, 12.0), 0.0)
        rounded: Floats = np.round(scaled * unit) / unit + 0.0
    return rounded


def number(value: float, factor: float = 1.0) -> float | None:
    """Return one figure; None for one that is not finite."""
    return float(f"{value * factor:.{DIGITS}g}") + 0.0 if isfinite(value) else None
