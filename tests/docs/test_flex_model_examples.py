"""The examples of flex-models are planned, and do what the page says."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.flexing import HOUR, START, UTC_ZONE, FakeSensor, make_window, plan_devices, solve_inputs
from tests.problems import blocks
from wattloom.periods import Resolution
from wattloom.scheduling.inputs import ScheduleInputs
from wattloom.scheduling.solver import Solution

PAGE = Path(__file__).resolve().parents[2] / "docs" / "flex-model-examples.md"
EXAMPLES: dict[str, Any] = {
    title: json.loads(text)
    for title, text in re.findall(
        r"^## (.*?)$.*?^```json\n(.*?)^```", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
}
PRICE, HEAT, BUFFER_SOC, DEMAND, LOAD, VEHICLE_SOC = 1, 14, 23, 24, 34, 52
WINDOW = make_window(24, start=START + timedelta(hours=17))
EVENING = blocks((300, 100, 150), 32)
"""EUR/MWh: dear until 01:00, cheap until 09:00."""


def sensors() -> dict[int, FakeSensor]:
    """Return sensors with the ids of the page: powers, but for the price and the states of charge."""
    found = {number: FakeSensor(number, f"sensor {number}", zone=UTC_ZONE, asset_id=number) for number in range(11, 60)}
    found[PRICE] = FakeSensor(PRICE, "price", "EUR/MWh", Resolution(time=HOUR))
    for number in (VEHICLE_SOC, BUFFER_SOC):
        found[number] = FakeSensor(number, "level", "kWh", Resolution(), asset_id=number)
    return found


def planned(title: str) -> tuple[ScheduleInputs, Solution]:
    example = EXAMPLES[title]
    inputs = plan_devices(
        example["flex-model"],
        example["flex-context"],
        window=WINDOW,
        readings={PRICE: EVENING, HEAT: 0.01, DEMAND: 0.009, LOAD: 0.002},
        measured_soc={VEHICLE_SOC: 0.03},
        sensors=sensors(),
    )
    return inputs, solve_inputs(inputs)


@pytest.mark.parametrize("title", EXAMPLES)
def test_examples_are_planned_without_breaking_anything(title: str) -> None:
    _, solution = planned(title)

    breaches = {name: cost for name, cost in solution.costs.items() if "breach" in name or " soc " in name}
    assert breaches == pytest.approx(dict.fromkeys(breaches, 0.0), abs=1e-6)


def test_the_vehicle_gives_back_and_leaves_full() -> None:
    _, solution = planned("A vehicle that gives back")

    level_kwh, power = 1e3 * solution.stock_mwh[0], solution.consumption_mw[0]
    night, leaving = round(11.5 * 4), round(14.75 * 4)
    assert level_kwh.min() == pytest.approx(15)
    assert level_kwh[: night + 1].max() <= 51 + 1e-6
    assert level_kwh[leaving] == pytest.approx(57)
    assert power[leaving:] == pytest.approx(np.zeros(len(power) - leaving), abs=1e-9)


def test_the_boiler_runs_for_an_hour_or_not_at_all() -> None:
    """What it does when the schedule starts may end at any time: how long it has done so is not known."""
    _, solution = planned("A boiler that is off or on")

    power = solution.consumption_mw[0]
    is_on = power > 1e-6
    starts, ends = (np.flatnonzero(np.diff(is_on.astype(int), prepend=0, append=0) == change) for change in (1, -1))
    assert (ends - starts)[starts > 0].min() >= 4
    assert ((power[is_on] > 0.004 - 1e-9) & (power[is_on] < 0.006 + 1e-9)).all()


def test_the_heat_pump_carries_the_buffer() -> None:
    inputs, solution = planned("Two feeders of one heat buffer")

    assert [stock.feeders for stock in inputs.config.stocks] == [(0, 1)]
    assert solution.consumption_mw[0].sum() > 0
    assert solution.consumption_mw[1] == pytest.approx(np.zeros(96), abs=1e-9)


def test_the_feeder_is_used_by_night_and_never_overloaded() -> None:
    _, solution = planned("Chargers behind one feeder")

    feeder_kw = 1e3 * solution.consumption_mw.sum(axis=0) + 2
    assert feeder_kw.max() == pytest.approx(16)
    assert 1e3 * solution.consumption_mw.sum() / 4 == pytest.approx(70)
    assert solution.costs["night rest"] > 0


def test_heat_is_made_of_gas_while_electricity_is_dear() -> None:
    """At 300 per MWh of electricity the plant pays, at 100 and 150 as well: 2 · 60 − 0.6 p is less than p from 75 on."""
    _, solution = planned("Heat and power from gas")

    assert 1e3 * solution.consumption_mw[:, 0] == pytest.approx([20, -10, -6, 0, 0], abs=1e-6)
