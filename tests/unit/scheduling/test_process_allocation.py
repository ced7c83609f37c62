"""Which steps a process runs in: published problems 36 and 37."""

import numpy as np
import pytest

from wattloom.scheduling.process import ProcessType, allocate

TOY = np.array([10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10, 8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7])
DAY2 = np.repeat([100.0, 90.0, 100.0], 8)
INFLEXIBLE, SHIFTABLE, BREAKABLE = ProcessType


def hours(
    process_type: ProcessType, n_running: int, costs: np.ndarray = DAY2, *, forbidden: tuple[int, ...] = ()
) -> list[int] | None:
    is_allowed = ~np.isin(np.arange(len(costs)), forbidden)
    running = allocate(process_type, n_running, is_allowed=is_allowed, costs=costs)
    return None if running is None else np.flatnonzero(running).tolist()


@pytest.mark.parametrize(
    ("process_type", "expected"),
    [
        (INFLEXIBLE, [0, 1, 2, 3]),
        (BREAKABLE, [13, 14, 16, 23]),
        (SHIFTABLE, [11, 12, 13, 14]),
    ],
)
def test_problem_36_process_of_the_tutorial_runs_when_specified(process_type: ProcessType, expected: list[int]) -> None:
    assert hours(process_type, 4, TOY, forbidden=(15,)) == expected


@pytest.mark.parametrize(("process_type", "first"), [(INFLEXIBLE, 0), (SHIFTABLE, 8), (BREAKABLE, 8)])
def test_problem_37_of_equally_good_choices_the_earliest_counts(process_type: ProcessType, first: int) -> None:
    assert hours(process_type, 4) == list(range(first, first + 4))


def test_problem_37_block_moves_behind_a_restriction() -> None:
    assert hours(SHIFTABLE, 4, forbidden=(8, 9)) == [10, 11, 12, 13]


def test_inflexible_block_begins_as_soon_as_it_fits() -> None:
    assert hours(INFLEXIBLE, 4, forbidden=(3, 6)) == [7, 8, 9, 10]


def test_problem_37_breakable_process_jumps_over_restrictions() -> None:
    assert hours(BREAKABLE, 4, forbidden=(9, 11, 13, 15)) == [8, 10, 12, 14]


@pytest.mark.parametrize(
    ("process_type", "first_forbidden"), [(BREAKABLE, 0), (INFLEXIBLE, 3), (SHIFTABLE, 3), (BREAKABLE, 3)]
)
def test_problem_37_process_that_fits_nowhere_is_none(process_type: ProcessType, first_forbidden: int) -> None:
    assert hours(process_type, 4, forbidden=tuple(range(first_forbidden, 24))) is None


@pytest.mark.parametrize("process_type", list(ProcessType))
def test_problem_37_process_as_long_as_the_window_takes_all_of_it(process_type: ProcessType) -> None:
    assert hours(process_type, 24) == list(range(24))


def test_rounding_in_sums_decides_nothing() -> None:
    """Each block sums to 0.6, in floats to one of two neighbours."""
    assert hours(SHIFTABLE, 3, np.tile([0.3, 0.2, 0.1], 40)) == [0, 1, 2]
