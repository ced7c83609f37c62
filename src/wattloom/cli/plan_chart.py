"""A plan drawn in the terminal: prices, power and state of charge over one time axis."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from wattloom.cli.band import LABEL_WIDTH, Band, axis_line, write
from wattloom.demo import BATTERY, CAR, TIMEZONE, HomePlan
from wattloom.periods import from_us, zone

_QUARTERS_PER_COLUMN = (1, 2, 4, 8, 16)
_CHEAP_TO_DEAR = ("#62B6F7", "#97A0FF", "#C8D1DB", "#FFC940", "#FF9A5C")
_PV, _LOAD, _BATTERY, _EV, _GRID = "#FFC940", "#A7B1BE", "#3FD0C9", "#62B6F7", "#97A0FF"
_TICK_HOURS = 6

_Series = NDArray[np.float64]


class PlanChart:
    """Draws a plan of the demo home as wide as the terminal allows."""

    def __init__(self, plan: HomePlan) -> None:
        self.plan = plan

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines of the chart."""
        del console
        n, room = len(self.plan.event_start_us), options.max_width - LABEL_WIDTH
        per_column = next((k for k in _QUARTERS_PER_COLUMN if -(-n // k) <= room), _QUARTERS_PER_COLUMN[-1])
        yield from self._prices(per_column).lines()
        for band in self._bands(per_column):
            yield from band.lines()
        yield from self._time_axis(per_column)

    def _prices(self, per_column: int) -> Band:
        prices = _means(self.plan.buying_eur_per_kwh, per_column)
        low, high = float(prices.min()), float(prices.max())
        quantiles = np.quantile(prices, (0.2, 0.4, 0.6, 0.8))
        shades = [_CHEAP_TO_DEAR[int(np.searchsorted(quantiles, price))] for price in prices]
        # The lowest price gets a low bar, not none: an empty column would read as a gap.
        foot = low - max(high - low, 0.01) / 8
        return Band("price EUR/kWh", prices, shades, foot, high, (high, low), height=3)

    def _bands(self, per_column: int) -> Iterator[Band]:
        plan = self.plan

        def band(name: str, series: _Series, colour: str, top: float | None = None, depth: int = 0) -> Band:
            values = _means(series, per_column)
            reach = top or max(float(np.abs(values).max()), 0.1)
            labels = (reach, -reach if depth else 0.0)
            return Band(name, values, [colour] * len(values), 0, reach, labels, depth=depth)

        yield band("PV kW", plan.pv_production_kw, _PV)
        yield band("load kW", plan.base_consumption_kw, _LOAD)
        yield band("battery kW", plan.battery_consumption_kw, _BATTERY, depth=2)
        yield band("EV kW", plan.car_consumption_kw, _EV)
        yield band("grid kW", plan.grid_import_kw, _GRID, depth=2)
        yield band("battery kWh", plan.battery_kwh[1:], _BATTERY, BATTERY.soc_max_kwh)
        yield band("EV kWh", plan.car_kwh[1:], _EV, CAR.soc_max_kwh)

    def _time_axis(self, per_column: int) -> Iterator[Text]:
        starts_us = self.plan.event_start_us.tolist()
        local = [from_us(start_us, zone(TIMEZONE)) for start_us in starts_us]
        ticks, days = ([" "] * -(-len(local) // per_column) for _ in range(2))
        for k, at in enumerate(local):
            if at.minute == 0 and at.hour % _TICK_HOURS == 0:
                write(ticks, k // per_column, f"{at:%H:%M}")
            if (at.hour, at.minute) == (0, 0):
                write(days, k // per_column, f"{at:%a %d %b}")
        write(days, 0, f"{local[0]:%a %d %b}")
        for row in (ticks, days):
            yield axis_line(row)


def _means(values: _Series, per_column: int) -> _Series:
    edges = np.arange(0, len(values), per_column)
    return np.asarray(np.add.reduceat(values, edges) / np.diff(np.append(edges, len(values))))
