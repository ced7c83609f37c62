"""Stored value: what is left in a stock at the end is worth something.

Formulation: "Value of stored energy". The field behind it is
``soc-value-at-end``.
"""

import numpy as np

from wattloom.scheduling.problem.model import Commitment, StockLevel


def stored_value(name: str, *, stock: int, initial_mwh: float, value_per_mwh: float, n_steps: int) -> Commitment:
    """Return the worth of a stock at the end of the last step, counted from what was there at the start.

    The cost is v (S⁰ − S_{T−1}): a stock that is left as it was is worth nothing.

    Args:
        name: As reported, ``"value of stored energy <d>"``.
        stock: Index of the stock.
        initial_mwh: S⁰.
        value_per_mwh: v [currency/MWh].
        n_steps: T.
    """
    at_end = np.zeros(n_steps)
    at_end[-1] = -value_per_mwh
    return Commitment(name, StockLevel(stock), np.full(n_steps, initial_mwh), at_end, at_end)
