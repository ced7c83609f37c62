from datetime import timedelta

import numpy as np
import pytest

from wattloom.sites import make_bill


def test_a_bill_buys_at_one_price_and_sells_at_the_other() -> None:
    """4 kW and 2 kW for half an hour buy 2 + 1 kWh at 0.20 and 0.40; 6 kW sell 3 kWh at 0.10: 0.80 − 0.30."""
    result = make_bill(
        np.array([4.0, 2.0, -6.0]),
        np.array([0.2, 0.4, 0.3]),
        np.array([0.1, 0.1, 0.1]),
        step=timedelta(minutes=30),
        stored_kwh=0,
    )

    assert (result.bought_kwh, result.sold_kwh) == (3, 3)
    assert result.paid == pytest.approx(0.5)


def test_energy_left_in_store_is_worth_the_mean_buying_price() -> None:
    """2 kWh at the mean of 0.2 and 0.4 are worth 0.60; buying 1 kWh at 0.2 then costs −0.40."""
    result = make_bill(
        np.array([1.0, 0.0]), np.array([0.2, 0.4]), np.array([0.1, 0.1]), step=timedelta(hours=1), stored_kwh=2
    )

    assert result.stored_worth == pytest.approx(0.6)
    assert result.cost == pytest.approx(-0.4)
