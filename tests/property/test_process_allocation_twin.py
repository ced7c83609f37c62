"""The steps of a process against trying all of them."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wattloom.scheduling.process import ProcessType, allocate

COSTS = st.lists(st.integers(-5, 5), min_size=1, max_size=9)


def choices(process_type: ProcessType, n_running: int, n_steps: int) -> list[tuple[int, ...]]:
    """Return all sets of steps that a process may take, the earliest first."""
    if process_type is ProcessType.BREAKABLE:
        return list(combinations(range(n_steps), n_running))
    return [tuple(range(start, start + n_running)) for start in range(n_steps - n_running + 1)]


@given(st.data(), st.sampled_from(ProcessType), COSTS)
def test_allocation_is_the_first_of_the_cheapest_choices(
    data: st.DataObject, process_type: ProcessType, costs: list[int]
) -> None:
    n_running = data.draw(st.integers(1, len(costs)))
    is_allowed = data.draw(st.lists(st.booleans(), min_size=len(costs), max_size=len(costs)))
    weights = [0] * len(costs) if process_type is ProcessType.INFLEXIBLE else costs
    possible = [each for each in choices(process_type, n_running, len(costs)) if all(is_allowed[i] for i in each)]
    expected = min(possible, key=lambda steps: sum(weights[i] for i in steps), default=None)

    found = allocate(process_type, n_running, is_allowed=np.array(is_allowed), costs=np.array(costs, dtype=np.float64))

    assert (None if found is None else tuple(np.flatnonzero(found).tolist())) == expected
