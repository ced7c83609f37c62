"""What the terminal says of plans: figures, how sure a plan is, when limits bind, and what mends a failure."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.explaining import explained
from tests.problems import make_device, make_network, make_problem, make_stock, with_stock_bounds
from wattloom.cli.show import figures, mending
from wattloom.cli.show.plan_curves import plan_curves
from wattloom.cli.show.plan_facts import comparison_notes, comparison_rows, future_rows, limit_rows, solver_line
from wattloom.jobs import JobFailure
from wattloom.scheduling.explanation import Timeline
from wattloom.scheduling.flexmodel import FLEX_CONTEXT, FLEX_MODEL
from wattloom.scheduling.problem import Floats, Problem


def battery(*, at_least: Floats | None = None) -> Problem:
    """A battery of 1 MW and 2 MWh that starts empty, cheap and dear hours by turns."""
    network, stock = make_network(np.array([1.0, 9.0, 1.0, 9.0])), make_stock(4, start=0, highest=2)
    return with_stock_bounds(make_problem(network, [make_device(4, stock=0)], [stock], step_h=1), lowest=at_least)


def timeline(document: dict[str, Any]) -> Timeline:
    return Timeline(document, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1234"), (12.345, "12.3"), (-0.05, "-0.05"), (0.0000123, "0.000012"), (0, "0")]
)
def test_figures_have_three_digits_and_no_exponent(value: float, text: str) -> None:
    assert figures.digits(value) == text


def test_money_has_the_colour_of_its_news() -> None:
    costs = [figures.money(value, "EUR", is_gain=False).style for value in (2.0, -2.0, 0.001)]
    savings = [figures.money(value, "EUR", is_gain=True).style for value in (2.0, -2.0, 0.001)]

    assert costs == ["", "green", ""]
    assert savings == ["green", "bold red", ""]


def test_money_that_rounds_to_nothing_has_no_sign() -> None:
    assert figures.money(-0.001, "EUR").plain == "0.00 EUR"


def test_a_proven_plan_has_no_gap_and_others_have_one() -> None:
    assert [figures.percent(share).plain for share in (0, 1e-9, 0.0123, None)] == ["0 %", "0 %", "1.23 %", "–"]


@pytest.mark.parametrize(
    ("solver", "words"),
    [
        ({"status": "optimal", "objective": -1.0}, "optimal, −1.00 EUR: no plan is cheaper"),
        (
            {"status": "feasible", "objective": 10.0, "bound": 9.0, "gap": 0.1},
            "feasible, 10.00 EUR: the best plan may be 10 % cheaper, and costs 9.00 EUR or more",
        ),
        (
            {"status": "feasible", "objective": 10.0, "bound": None, "gap": None},
            "feasible, 10.00 EUR: time ran out before it was known how much cheaper a plan can be",
        ),
    ],
)
def test_it_is_said_how_sure_a_plan_is(solver: dict[str, Any], words: str) -> None:
    assert solver_line({"solver": solver, "currency": "EUR"}) == words


def test_resting_that_breaks_a_limit_says_which() -> None:
    document = explained(battery(at_least=np.array([0.0, 0, 1, 0])))

    assert [str(row["cost"]) for row in comparison_rows(document)][1] == "–"
    [note] = comparison_notes(document, timeline(document))
    assert note.startswith("Doing nothing is impossible. It would break the minimum of ")


def test_spans_of_a_limit_are_shortened() -> None:
    limit = {
        "of": "device",
        "index": 0,
        "code": "ramp-up",
        "steps": [0, 1, 3, 5],
        "level": [1.0] * 4,
        "price": [2.0] * 4,
    }
    document = {
        "start": "2026-06-01T23:00:00+00:00",
        "step_s": [3600.0] * 6,
        "currency": "EUR",
        "devices": [{"name": "Pump"}],
        "limits": [limit],
    }

    [row] = limit_rows(document, timeline(document))

    assert (row["limit"], row["when"]) == ("ramp up of Pump", "23:00–01:00, Tue 02:00–03:00 and 1 more")
    assert (row["level"], str(row["one more saves"])) == ("1 kW", "2 EUR/kW and h")


def test_limits_that_read_alike_are_told_once() -> None:
    document = explained(battery())
    twice = {**document, "limits": document["limits"] * 2}

    assert limit_rows(twice, timeline(twice)) == limit_rows(document, timeline(document))


def test_limits_that_are_worth_nothing_are_left_out_and_unknown_ones_are_kept() -> None:
    document = explained(battery())
    unknown = explained(battery(), knows_values=False)

    prices = [str(row["one more saves"]) for row in limit_rows(document, timeline(document))]
    assert "0 EUR/kWh" not in prices
    assert {str(row["one more saves"]) for row in limit_rows(unknown, timeline(unknown))} == {"–"}


def test_price_connection_device_and_storage_are_drawn() -> None:
    document = explained(battery())

    curves = plan_curves(document, timeline(document))

    assert [curve.unit for curve in curves] == ["EUR/kWh", "kW", "kW", "kWh"]
    assert [len(curve.events) for curve in curves] == [4] * 4


def test_what_several_futures_cost_is_listed_with_the_average() -> None:
    scenarios = [{"quantile": 0.1, "probability": 0.3, "cost": 2.0}, {"quantile": 0.9, "probability": 0.7, "cost": 4.0}]

    rows = future_rows({"currency": "EUR", "scenarios": scenarios, "expected-cost": 3.4})

    assert [(row["future"], str(row["cost"])) for row in rows] == [
        ("at quantile 0.1", "2.00 EUR"),
        ("at quantile 0.9", "4.00 EUR"),
        ("on average", "3.40 EUR"),
    ]


def test_what_mends_names_fields_that_there_are() -> None:
    known = {*FLEX_CONTEXT, *FLEX_MODEL, "breach-price"}
    fields = ["soc-targets", "consumption-capacity", "site-production-capacity", "ramp-up-limit", "coupling", "soc-max"]
    clashes = [{"field": field, "text": ""} for field in [*fields, *fields]]

    mended = dict(mending.mending_lines(JobFailure("InfeasibleError", "", details={"clashes": clashes})))

    assert list(mended) == fields
    named = re.findall(r"[a-z]+(?:-[a-z]+)+", " ".join(mended.values()))
    assert [name for name in named if name not in known] == []


def test_our_own_faults_are_said_to_be_ours() -> None:
    assert "a fault of Wattloom" in mending.advice(JobFailure("KeyError", "x", traceback="Traceback…"))
    assert "WATTLOOM_JOB_TIME_LIMIT_S" in mending.advice(JobFailure("TimeLimitError", "It took longer."))
