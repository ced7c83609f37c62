"""The parts of the problem that can be seen without solving it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    Problem,
    fill_sooner,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    solve,
)
from wattloom.scheduling.problem import (
    DeviceFlow,
    NetFlow,
    StockLevel,
    Trajectory,
    all_commitments,
    build,
    commitment_costs,
    named_costs,
    retained_shares,
    scale_of,
    scaled,
    tie_break,
)


def make_example(*, selling: float = 40.0, **network: float) -> Problem:
    device = make_device(4, charging=0.9, discharging=0.9, stock=0)
    return make_problem(make_network(np.full(4, 50.0), selling=selling, **network), [device], [make_stock(4)])


@pytest.mark.parametrize(
    ("retention", "inflow"), [(1.0, 1.0), (0.99, 0.994992), (0.9, 0.949122), (0.5, 0.721348), (0.0, 0.0)]
)
def test_losses_act_on_inflow_as_it_arrives(retention: float, inflow: float) -> None:
    a, b = retained_shares(np.array([retention]))

    assert a == pytest.approx([retention])
    assert b == pytest.approx([inflow], abs=5e-7)


def test_a_program_has_no_more_than_it_needs() -> None:
    """One battery: u, w, S and both directions of the network; stock and balance rows."""
    program = build(make_example()).program

    assert (program.n_columns, program.n_rows) == (5 * 4, 2 * 4)


def test_equal_prices_need_one_flow_per_step() -> None:
    program = build(make_example(selling=50.0)).program

    assert (program.n_columns, program.n_rows) == (4 * 4, 2 * 4)


def test_a_site_that_only_consumes_needs_one_flow_per_step() -> None:
    program = build(make_example(fixed=2.0)).program

    assert (program.n_columns, program.n_rows) == (4 * 4, 2 * 4)


def test_directions_that_a_device_lacks_have_no_columns() -> None:
    problem = make_example(selling=50.0)
    charger = replace(problem.devices[0], consumption_min_mw=np.zeros(4))

    assert build(replace(problem, devices=(charger,))).program.n_columns == 3 * 4


def test_what_cannot_be_exceeded_adds_nothing() -> None:
    problem = make_example()
    idle = make_commitment(4, NetFlow(0), baseline=np.nan, up=5.0)
    out_of_reach = per_run(make_commitment(4, NetFlow(0), baseline=2.0, up=5.0))

    program = build(replace(problem, commitments=(idle, out_of_reach))).program

    assert program.n_rows == build(problem).program.n_rows


def test_promises_with_one_baseline_share_their_columns() -> None:
    problem = make_example()
    promises = [make_commitment(4, NetFlow(0), up=float(n), down=-float(n)) for n in (1, 2, 3)]

    assert build(replace(problem, commitments=tuple(promises))).program.n_columns == build(problem).program.n_columns


def test_equal_problems_give_equal_programs() -> None:
    first, second = build(make_example()).program, build(make_example()).program

    assert all(np.array_equal(getattr(first, name), getattr(second, name)) for name in ("cost", "rows", "values"))


def test_a_site_without_flexible_devices_has_its_bill() -> None:
    network = make_network(np.full(4, 50.0), devices=(), fixed=2.0)

    assert solve(make_problem(network, [])).costs == pytest.approx({"electricity net energy": 100.0})


def test_a_promise_about_no_grid_is_a_mistake_of_ours() -> None:
    promise = make_commitment(4, NetFlow(3), up=1.0)

    with pytest.raises(AssertionError, match="network=3"):
        build(replace(make_example(), commitments=(promise,)))


def test_rewards_per_run_are_a_mistake_of_ours() -> None:
    reward = per_run(make_commitment(4, NetFlow(0), up=-1.0))

    with pytest.raises(AssertionError):
        build(replace(make_example(), commitments=(reward,)))


def test_the_range_of_a_stock_counts_steps_by_their_length() -> None:
    """A reward for falling below zero needs the range; a short last step must not narrow it to what fits into it."""
    stock = make_stock(2, start=0.0, lowest=-np.inf, inflow=-1.0)
    example = make_problem(make_network(np.zeros(2), devices=()), [], [stock])
    reward = make_commitment(2, StockLevel(0), baseline=0.0, up=-4.0, down=4.0)

    solution = solve(replace(example, step_h=np.array([1.0, 0.25]), commitments=(reward,)))

    assert solution.stock_mwh[0] == pytest.approx([0.0, -1.0, -1.25])
    assert solution.objective == pytest.approx(-4.0 * 1.0 - 4.0 * 1.25)


def test_costs_need_no_solver() -> None:
    """Per step 3 · 0.5 + 1 · 0.25 above and below 0.5; per run the largest excess of 0.5."""
    each = make_commitment(4, DeviceFlow(0), baseline=0.5, up=3.0, down=-1.0)
    any_run = per_run(make_commitment(4, DeviceFlow(0), baseline=[0.5, 0.5, 0.5, np.nan], up=10.0))
    level = make_commitment(4, StockLevel(0), baseline=1.0, down=-2.0)
    problem = replace(make_example(), commitments=(each, any_run, level))
    trajectory = Trajectory(
        np.array([[1.0, 0.75, 0.25, 0.5]]), np.array([[0.5, 0.5, 1.0, 1.5, 1.0]]), np.full((1, 4), -1)
    )

    energy, *costs = commitment_costs(problem, trajectory)

    assert energy == pytest.approx(0.25 * 50 * 2.5)
    assert costs == pytest.approx([3 * 0.75 + 0.25, 10 * 0.5, 2 * 0.5])


def test_costs_are_added_up_by_name() -> None:
    ours = make_commitment(4, name="peak", up=1.0)
    theirs = replace(ours, is_custom=True)
    other = replace(theirs, name="other")
    problem = replace(make_example(), commitments=(ours, ours, theirs, other))
    trajectory = Trajectory(np.array([[1.0, 0.0, 0.0, 0.0]]), np.zeros((1, 5)), np.full((1, 4), -1))

    assert named_costs(problem, trajectory) == {
        "electricity net energy": 12.5,
        "peak": 2.0,
        "peak (custom)": 1.0,
        "other": 1.0,
    }


def test_energy_bills_are_reported_first() -> None:
    problem = replace(make_example(), commitments=(make_commitment(4, name="promise"),))

    assert [commitment.name for commitment in all_commitments(problem)] == ["electricity net energy", "promise"]


@pytest.mark.parametrize(("curtail_later", "last"), [(True, 0.0), (False, -1e-4 * 30 / 4 / 0.25)])
def test_the_tie_break_fades_or_stays(*, curtail_later: bool, last: float) -> None:
    prices = np.array([20.0, 50.0, 30.0, 40.0])

    tie = tie_break(
        "full", stock=0, stock_max_mwh=1.0, prices_per_mwh=prices, step_h=np.full(4, 0.25), curtail_later=curtail_later
    )

    assert tie.down_price[0] == pytest.approx(-1e-4 * 30 / 4 / 0.25)
    assert tie.down_price[3] == pytest.approx(last)


def test_the_tie_break_of_flat_prices_has_a_scale_of_one() -> None:
    tie = tie_break(
        "full", stock=0, stock_max_mwh=1.0, prices_per_mwh=np.full(4, 60.0), step_h=np.ones(4), curtail_later=False
    )

    assert tie.down_price == pytest.approx(np.full(4, -1e-4 / 4))


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1.0, 1e3])
def test_sites_of_all_sizes_are_brought_to_one(factor: float) -> None:
    problem = make_example()
    device = problem.devices[0]
    small = replace(
        problem,
        devices=(
            replace(
                device,
                consumption_min_mw=factor * device.consumption_min_mw,
                consumption_max_mw=factor * device.consumption_max_mw,
            ),
        ),
    )

    scale = scale_of(small)

    assert 8 < scaled(small, scale).devices[0].consumption_max_mw[0] < 32
    assert np.log2(scale.power_mw) == round(np.log2(scale.power_mw))


def test_a_problem_without_prices_and_power_keeps_its_units() -> None:
    problem = make_problem(make_network(np.zeros(2)), [make_device(2, power=0.0)])

    assert scale_of(problem).cost == 1.0


def test_scaling_changes_no_schedule() -> None:
    problem = fill_sooner(make_example())
    power, price = 2.0**-12, 2.0**5

    large = scaled(problem, replace(scale_of(problem), power_mw=power, price=price))

    assert solve(large).consumption_mw * power == pytest.approx(solve(problem).consumption_mw, abs=1e-12)
    assert solve(large).objective * power * price == pytest.approx(solve(problem).objective)
