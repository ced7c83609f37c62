"""Whatever is sent as a process, it is planned or refused by name."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.flexing import POWER, SENSORS, make_window
from wattloom.errors import FlexModelError
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.process import ProcessScheduler
from wattloom.scheduling.schedulers import SchedulingTask

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)
INSTANTS = st.sampled_from(["2026-06-01T03:00:00Z", "1900-01-01T00:00:00Z", "2199-12-30T00:00:00+14:00", "yesterday"])
DURATIONS = st.sampled_from(["PT1H", "P1D", "P100Y", "P1M", "-P1D", "PT0S", "PT30S", "P1MT-800H", "P1200M"])
RESTRICTIONS = st.lists(st.fixed_dictionaries({"start": INSTANTS, "duration": DURATIONS}), max_size=3)
ENTRIES = st.fixed_dictionaries(
    {},
    optional={
        "sensor": st.just(POWER) | ANYTHING,
        "power": st.sampled_from(["15 kW", "-3 MW", "1e400 kW", "7 °C", 20]) | ANYTHING,
        "duration": DURATIONS | ANYTHING,
        "process-type": st.sampled_from(["breakable", "SHIFTABLE", "inflexible"]) | ANYTHING,
        "time-restrictions": RESTRICTIONS | ANYTHING,
        "optimization_direction": st.sampled_from(["MIN", "max"]) | ANYTHING,
        "power-capacity": ANYTHING,
    },
)
CONTEXTS: st.SearchStrategy[Any] = st.sampled_from(
    [{"consumption-price": "100 EUR/MWh"}, {"consumption-price": "1e400 EUR/MWh"}, {}, [], None]
)


@given(ENTRIES | st.builds(lambda entry: {"sensor": POWER, "power": 1, "duration": "PT2H"} | entry, ENTRIES), CONTEXTS)
def test_process_is_planned_or_refused(entry: dict[str, Any], context: Any) -> None:
    window = make_window(24, step=timedelta(hours=1))
    task = SchedulingTask(window, ZoneInfo("UTC"), (entry,), context, SENSORS, {})
    scheduler = ProcessScheduler()

    try:
        scheduler.check(task)
    except FlexModelError:
        return

    [series] = scheduler.schedule(task, Resolver(window, {}, frozenset(), Notices())).series  # type: ignore[arg-type]  # says the same
    assert series.values.shape == (24,)
    assert np.isfinite(series.values).all()
