"""Small random optimisation problems: losses, negative prices, limits, promises of every kind."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from tests.problems import make_commitment, make_device, make_network, make_stock, per_run
from wattloom.scheduling.problem import (
    Commitment,
    Device,
    DeviceFlow,
    Floats,
    NetFlow,
    Network,
    Problem,
    Quantity,
    Stock,
    StockLevel,
)

POWERS = st.sampled_from([0.0, 0.5, 1.0, 2.0])
PRICES = st.sampled_from([-20.0, -5.0, 0.0, 30.0, 50.0, 80.0])
LIMITS = st.sampled_from([np.inf, np.inf, 1.0, 3.0])


def series_of(values: st.SearchStrategy[float], n_steps: int) -> st.SearchStrategy[Floats]:
    return st.lists(values, min_size=n_steps, max_size=n_steps).map(np.array)


@st.composite
def devices(draw: st.DrawFn, n_steps: int, n_stocks: int) -> Device:
    return make_device(
        n_steps,
        power=draw(series_of(POWERS, n_steps)),
        lowest=-draw(series_of(POWERS, n_steps)),
        charging=draw(st.sampled_from([0.8, 0.95, 1.0, 3.0])),
        discharging=draw(st.sampled_from([0.5, 0.95, 1.0])),
        stock=draw(st.sampled_from([None, *range(n_stocks)])),
    )


@st.composite
def stocks(draw: st.DrawFn, n_steps: int) -> Stock:
    highest = draw(st.sampled_from([2.0, 4.0, np.inf]))
    stock = make_stock(
        n_steps,
        start=draw(st.sampled_from([0.0, 0.7, 2.0])),
        highest=highest,
        inflow=draw(series_of(st.sampled_from([0.0, 0.1, -0.1]), n_steps)),
        retention=draw(st.sampled_from([1.0, 0.9, 0.5, 0.0])),
    )
    wanted = draw(series_of(st.sampled_from([0.0, 0.0, 0.0, 0.4]), n_steps))
    return replace(stock, min_mwh=wanted)


@st.composite
def networks(draw: st.DrawFn, n_steps: int, attached: tuple[int, ...]) -> Network:
    return make_network(
        draw(series_of(PRICES, n_steps)),
        devices=attached,
        selling=draw(series_of(PRICES, n_steps)),
        fixed=draw(series_of(st.sampled_from([0.0, 0.3, -0.6]), n_steps)),
        import_max=draw(LIMITS),
        export_max=draw(LIMITS),
    )


@st.composite
def commitments(draw: st.DrawFn, n_steps: int, quantities: list[Quantity]) -> Commitment:
    prices = st.sampled_from([0.0, 1.0, 20.0, 300.0])
    is_per_run = draw(st.booleans())
    up, down = draw(series_of(prices, n_steps)), draw(series_of(prices, n_steps))
    sign = 1.0 if is_per_run else draw(st.sampled_from([1.0, 1.0, -1.0]))
    promise = make_commitment(
        n_steps,
        draw(st.sampled_from(quantities)),
        baseline=draw(series_of(st.sampled_from([np.nan, np.inf, 0.0, 0.5, 0.5, -0.5]), n_steps)),
        up=sign * up,
        down=-down,
    )
    return per_run(promise) if is_per_run else promise


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a problem of up to five steps; it may have no schedule."""
    n_steps, n_devices, n_stocks = (draw(st.integers(*bounds)) for bounds in ((1, 5), (1, 2), (0, 2)))
    n_networks = draw(st.sampled_from([1, 1, n_devices]))
    quantities: list[Quantity] = [
        *(NetFlow(m) for m in range(n_networks)),
        *(DeviceFlow(d) for d in range(n_devices)),
        *(StockLevel(k) for k in range(n_stocks)),
    ]
    attached = [tuple(range(n_devices))] if n_networks == 1 else [(d,) for d in range(n_devices)]
    return Problem(
        n_steps=n_steps,
        step_h=np.full(n_steps, draw(st.sampled_from([0.25, 1.0]))),
        devices=tuple(draw(devices(n_steps, n_stocks)) for _ in range(n_devices)),
        stocks=tuple(draw(stocks(n_steps)) for _ in range(n_stocks)),
        networks=tuple(
            replace(draw(networks(n_steps, members)), commodity=f"commodity {m}") for m, members in enumerate(attached)
        ),
        commitments=tuple(draw(st.lists(commitments(n_steps, quantities), max_size=4))),
    )
