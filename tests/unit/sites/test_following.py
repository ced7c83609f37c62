"""How measured power is compared with what was planned."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattloom.sites import Following, compare_power
from wattloom.timeseries import Floats

STEP = timedelta(minutes=15)
POWERS = arrays(np.float64, 8, elements=st.floats(-50, 50, allow_nan=False) | st.just(np.nan))


def compared(planned_kw: list[float] | Floats, measured_kw: list[float] | Floats) -> Following:
    following = compare_power(np.array(planned_kw), np.array(measured_kw), step=STEP)
    assert following is not None
    return following


def test_what_lies_apart_is_summed_without_its_sign() -> None:
    """One quarter 2 kW above, one 2 kW below: 1 kWh apart, though the energy is the same."""
    following = compared([4.0, 4.0], [6.0, 2.0])

    assert (following.planned_kwh, following.measured_kwh, following.missed_kwh) == (2.0, 2.0, 1.0)


def test_small_differences_are_within_the_tolerance() -> None:
    """5 % of 10 kW are 0.5 kW: the first two steps are within, the third is not."""
    assert compared([10.0, 0.0, 0.0], [10.4, -0.5, 0.6]).within == pytest.approx(2 / 3)


def test_devices_of_little_power_have_a_tolerance_of_100_w() -> None:
    assert compared([0.2, 0.2], [0.29, 0.31]).within == 0.5


def test_steps_that_are_not_known_do_not_count() -> None:
    assert compared([1.0, np.nan, 3.0], [1.0, 2.0, np.nan]) == compared([1.0], [1.0])


def test_nothing_to_compare_is_no_comparison() -> None:
    assert compare_power(np.array([np.nan]), np.array([1.0]), step=STEP) is None


@given(planned_kw=POWERS, measured_kw=POWERS)
def test_comparison_keeps_its_promises(planned_kw: Floats, measured_kw: Floats) -> None:
    following = compare_power(planned_kw, measured_kw, step=STEP)
    mirrored = compare_power(-planned_kw, -measured_kw, step=STEP)

    if following is None or mirrored is None:
        assert following is mirrored
        return
    assert 0 <= following.within <= 1
    assert following.missed_kwh >= abs(following.measured_kwh - following.planned_kwh) - 1e-9
    assert (mirrored.missed_kwh, mirrored.within) == (following.missed_kwh, following.within)
    assert mirrored.planned_kwh == -following.planned_kwh


@given(planned_kw=arrays(np.float64, 8, elements=st.floats(-50, 50)))
def test_what_follows_its_plan_misses_nothing(planned_kw: Floats) -> None:
    following = compared(planned_kw, planned_kw)

    assert (following.missed_kwh, following.within) == (0, 1)
