"""Tie-break: among schedules of equal cost, fill sooner and curtail later.

Formulation: "Tie-break". The fields behind it are ``prefer-charging-sooner``
and ``prefer-curtailing-later``.
"""

import numpy as np

from wattloom.scheduling.problem.model import Commitment, Floats, StockLevel

_SHARE_OF_SPREAD = 1e-4


def tie_break(
    name: str, *, stock: int, stock_max_mwh: float, prices_per_mwh: Floats, step_h: Floats, curtail_later: bool
) -> Commitment:
    """Return the commitment that prefers a full stock, at prices too small to change anything else.

    The cost is Σ_t θ_t (soc-max − S_t) / Δ, where θ falls in a straight line
    from θ_max = 1e-4 · spread / T to zero, or stays there.

    Args:
        name: As reported, ``"prefer a full storage <d> sooner"``.
        stock: Index of the stock.
        stock_max_mwh: What counts as full (``soc-max``) [MWh].
        prices_per_mwh: Consumption prices of electricity, else of the first commodity, shape (n_steps,);
            their spread, 1 if there is none, sets the scale.
        step_h: Δ_t [h], shape (n_steps,).
        curtail_later: Whether the preference fades (``prefer-curtailing-later``).

    Source:
        docs/formulation.md, "Tie-break".
    """
    n_steps = len(prices_per_mwh)
    spread = float(np.nanmax(prices_per_mwh) - np.nanmin(prices_per_mwh)) or 1.0
    theta = np.full(n_steps, _SHARE_OF_SPREAD * spread / n_steps)
    if curtail_later:
        theta *= np.linspace(1.0, 0.0, n_steps)
    return Commitment(
        name=name,
        quantity=StockLevel(stock),
        baseline=np.full(n_steps, stock_max_mwh),
        up_price=np.zeros(n_steps),
        down_price=-theta / step_h,
    )
