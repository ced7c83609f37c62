"""Measure what scenarios buy on real data: ``python -m bench.scenarios``.

A home with a battery, planned hour by hour or once a day from forecasts of
its demand and sun, and billed for what really happened: energy at the spot
price plus levies, and the highest hour of each month. Data are those of the
demo. Demand and sun are forecast from their own past alone: the mean of the
hour in the week before, corrected by the last error, and around it the errors
of the four weeks before (conformal quantiles per hours ahead). Prices are known.
"""

import argparse
import csv
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.problems import make_commitment, make_device, make_network, make_problem, make_stock, per_run
from wattloom.scheduling.problem import Floats, NetFlow, Problem, ScenarioProblem, StockLevel, weights_of
from wattloom.scheduling.solver import HighsSolver, ScenarioSolution, solve_scenarios

HORIZON_H = 24
PV_KWP, CAPACITY_KWH, POWER_KW = 3.0, 5.0, 2.5
EFFICIENCY = 0.95
LEVIES, FEED_IN = 0.18, 0.08
"""On top of the spot price, and for what is fed in [EUR/kWh]."""
PEAK_PRICE, LEAST_PEAK_KW = 4.2, 1.0
"""Price of the month's highest hour [EUR/kW], and what is billed at least [kW]."""
HOURS_OF_MONTHS = np.cumsum([0, *(24 * days for days in (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31))])
FIRST_MONTH = 2
"""March: the forecasts learn from the weeks before."""
_CORRECTION = 0.5
"""How much of the last error is expected to be left after another hour."""
_WEEK, _FOUR_WEEKS = np.arange(1, 8) * 24, np.arange(1, 29) * 24


@dataclass(frozen=True)
class Year:
    """What really happened, hour by hour of 2020: kW, and EUR/kWh."""

    demand_kw: Floats
    pv_kw: Floats
    price: Floats

    @classmethod
    def read(cls) -> "Year":
        """Read the data of the demo; the leap day has the prices of the day before."""
        home, spot = (
            _columns("home_2020_hourly.csv"),
            _columns("de_spot_2019_hourly.csv")["day_ahead_price_EUR_per_MWh"],
        )
        leap_day = HOURS_OF_MONTHS[2] - 24
        prices = np.insert(spot, leap_day, spot[leap_day - 24 : leap_day]) / 1e3 + LEVIES
        return cls(home["demand_kW"], PV_KWP * home["pv_kW_per_kWp"], prices)


def _columns(name: str) -> dict[str, Floats]:
    with (files("wattloom.demo") / "data" / name).open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in list(rows[0])[1:]}


class Forecast:
    """Quantiles of the coming hours, from the hours before alone."""

    def __init__(self, actual: Floats) -> None:
        usual = np.zeros_like(actual)
        for t in range(_WEEK[-1], len(actual)):
            usual[t] = actual[t - _WEEK].mean()
        ahead = np.arange(HORIZON_H)
        n = len(actual) - HORIZON_H
        hours = np.arange(1, n)[:, None] + ahead
        last_error = (actual - usual)[:-1][: n - 1, None]
        self._mean = np.vstack([np.zeros(HORIZON_H), usual[hours] + _CORRECTION ** (ahead + 1) * last_error])
        self._error = np.vstack([np.zeros(HORIZON_H), actual[hours] - self._mean[1:]])
        self._highest = np.maximum.accumulate(actual)

    def mean(self, t: int) -> Floats:
        """Return the mean of what is expected from hour t on, shape (HORIZON_H,)."""
        return self._possible(t, self._error[t - _FOUR_WEEKS].mean(axis=0))

    def quantiles(self, t: int, probabilities: tuple[float, ...]) -> Floats:
        """Return what is expected from hour t on, shape (n_probabilities, HORIZON_H)."""
        return self._possible(t, np.quantile(self._error[t - _FOUR_WEEKS], probabilities, axis=0))

    def _possible(self, t: int, error: Floats) -> Floats:
        """Return the forecast of hour t with an error, neither below zero nor above what there was before."""
        possible: Floats = np.clip(self._mean[t] + error, 0.0, self._highest[t - 1])
        return possible


@dataclass(frozen=True)
class Policy:
    """How the battery is planned.

    Attributes:
        name: As printed.
        quantiles: Scenarios of demand, with sun at the opposite ones; empty for another basis.
        n_shared: For how many hours all scenarios do the same.
        risk_weight: λ.
        plans_every_h: How long a plan is followed.
        foresees: Whether it knows the future; else, without quantiles, it takes the mean for certain.
    """

    name: str
    quantiles: tuple[float, ...] = (0.5,)
    n_shared: int = 1
    risk_weight: float = 0.0
    plans_every_h: int = 1
    foresees: bool = False


THREE = (0.1, 0.5, 0.9)
FIVE = (0.05, 0.25, 0.5, 0.75, 0.95)
POLICIES = [
    Policy("median forecast"),
    Policy("mean forecast", ()),
    Policy("3 scenarios", THREE),
    Policy("3 scenarios, 4 h shared", THREE, 4),
    Policy("3 scenarios, risk weight 0.5", THREE, 1, 0.5),
    Policy("5 scenarios", FIVE),
    Policy("5 scenarios, risk weight 0.5", FIVE, 1, 0.5),
    Policy("perfect foresight", (), foresees=True),
    Policy("median forecast", plans_every_h=24),
    Policy("mean forecast", (), plans_every_h=24),
    Policy("3 scenarios", THREE, 24, plans_every_h=24),
    Policy("3 scenarios, risk weight 0.5", THREE, 24, 0.5, plans_every_h=24),
    Policy("5 scenarios", FIVE, 24, plans_every_h=24),
    Policy("perfect foresight", (), plans_every_h=24, foresees=True),
]


def home_problem(net_kw: Floats, prices: Floats, stock_kwh: float, peak_kw: Floats) -> Problem:
    """Return the coming hours in kW and kWh: what is left in the end is worth the mean price."""
    n = len(net_kw)
    value = np.where(np.arange(n) == n - 1, -EFFICIENCY * prices.mean(), 0.0)
    return make_problem(
        make_network(prices, selling=FEED_IN, fixed=net_kw),
        [make_device(n, power=POWER_KW, charging=EFFICIENCY, discharging=EFFICIENCY, stock=0)],
        [make_stock(n, start=min(max(stock_kwh, 0.0), CAPACITY_KWH), highest=CAPACITY_KWH)],
        [
            per_run(make_commitment(n, NetFlow(0), name="peak", baseline=peak_kw, up=PEAK_PRICE)),
            make_commitment(n, StockLevel(0), name="left", baseline=0.0, up=value, down=value),
        ],
        step_h=1.0,
    )


def expected_kw(policy: Policy, year: Year, expected: tuple[Forecast, Forecast], t: int) -> tuple[Floats, Floats]:
    """Return net consumption without the battery [kW], shape (n_scenarios, HORIZON_H), and the probabilities."""
    demand, pv = expected
    if policy.foresees:
        return (year.demand_kw - year.pv_kw)[None, t : t + HORIZON_H], np.ones(1)
    if not policy.quantiles:
        return (demand.mean(t) - pv.mean(t))[None], np.ones(1)
    opposite = tuple(1 - each for each in policy.quantiles)
    return demand.quantiles(t, policy.quantiles) - pv.quantiles(t, opposite), weights_of(policy.quantiles)


def plan(policy: Policy, year: Year, expected: tuple[Forecast, Forecast], t: int, state: tuple[float, float]) -> Floats:
    """Return what the battery is to take [kW], shape (HORIZON_H,)."""
    stock_kwh, peak_kw = state
    hours = slice(t, t + HORIZON_H)
    month_ends = HOURS_OF_MONTHS[np.searchsorted(HOURS_OF_MONTHS, t, side="right")]
    paid = np.where(np.arange(t, t + HORIZON_H) < month_ends, peak_kw, LEAST_PEAK_KW)
    nets, weights = expected_kw(policy, year, expected, t)
    scenarios = tuple(home_problem(net, year.price[hours], stock_kwh, paid) for net in nets)
    problem = ScenarioProblem(scenarios, weights, policy.n_shared, policy.risk_weight)
    found = solve_scenarios(problem, HighsSolver(), time_limit_s=10)
    assert isinstance(found, ScenarioSolution)
    battery_kw: Floats = found.published.consumption_mw[0]
    return battery_kw


@dataclass(frozen=True)
class Bill:
    """What was paid [EUR]; energy includes that left in the battery at the mean price."""

    energy: float
    peaks: float

    @property
    def total(self) -> float:
        """Everything."""
        return self.energy + self.peaks


def live(policy: Policy | None, year: Year, expected: tuple[Forecast, Forecast], until_month: int) -> Bill:
    """Return what the months cost under a policy; with an idle battery for None."""
    energy, peaks, stock_kwh, peak_kw = 0.0, 0.0, CAPACITY_KWH / 2, LEAST_PEAK_KW
    battery_kw, planned_at = np.zeros(HORIZON_H), 0
    for t in range(HOURS_OF_MONTHS[FIRST_MONTH], HOURS_OF_MONTHS[until_month] - HORIZON_H):
        if policy is not None and (t - HOURS_OF_MONTHS[FIRST_MONTH]) % policy.plans_every_h == 0:
            battery_kw, planned_at = plan(policy, year, expected, t, (stock_kwh, peak_kw)), t
        power = battery_kw[t - planned_at] if policy is not None else 0.0
        stock_kwh += power * EFFICIENCY if power > 0 else power / EFFICIENCY
        grid_kw = year.demand_kw[t] - year.pv_kw[t] + power
        energy += grid_kw * (year.price[t] if grid_kw > 0 else FEED_IN)
        peak_kw = max(peak_kw, grid_kw)
        if t + 1 in HOURS_OF_MONTHS:
            peaks, peak_kw = peaks + PEAK_PRICE * peak_kw, LEAST_PEAK_KW
    worth = EFFICIENCY * year.price.mean() * (stock_kwh - CAPACITY_KWH / 2)
    return Bill(energy - worth, peaks + PEAK_PRICE * peak_kw)


def main() -> None:
    """Print what each policy costs, and how much of the way from the median to perfect foresight it goes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until-month", type=int, default=12, help="last month of the year to live through")
    until_month = parser.parse_args().until_month
    year = Year.read()
    expected = Forecast(year.demand_kw), Forecast(year.pv_kw)
    table = Table("planned", "every", "energy [EUR]", "peaks [EUR]", "total [EUR]", "of the way to foresight")
    for every_h in (1, 24):
        policies = [policy for policy in POLICIES if policy.plans_every_h == every_h]
        bills = [live(policy, year, expected, until_month) for policy in policies]
        first, last = bills[0].total, bills[-1].total
        for policy, bill in zip(policies, bills, strict=True):
            way = (first - bill.total) / (first - last)
            table.add_row(
                policy.name,
                f"{every_h} h",
                f"{bill.energy:.2f}",
                f"{bill.peaks:.2f}",
                f"{bill.total:.2f}",
                f"{way:.0%}",
            )
    idle = live(None, year, expected, until_month)
    table.add_row("battery idle", "", f"{idle.energy:.2f}", f"{idle.peaks:.2f}", f"{idle.total:.2f}", "")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
