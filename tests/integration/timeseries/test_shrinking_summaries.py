"""Deleting beliefs leaves the summaries that making them anew gives."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select

from tests.recorded_site import HOUR, START, Site, make_site
from wattloom.db import Database
from wattloom.periods import Period
from wattloom.timeseries import BeliefFilter, BeliefStore, get_sensor, remove_beliefs
from wattloom.timeseries.tables import belief_summary


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def forget(site: Site, **limits: Any) -> None:
    with site.database.write() as connection:
        sensor = get_sensor(connection, site.power)
        remove_beliefs(connection, site.store, sensor, filter=BeliefFilter(**limits), only_superseded=True)


def summary(site: Site, *columns: str) -> tuple[Any, ...]:
    held = belief_summary.c
    wanted = select(*(held[name] for name in columns)).where(
        held.sensor_id == site.power, held.source_id == site.forecaster
    )
    with site.database.read() as connection:
        return tuple(connection.execute(wanted).one())


def test_extremes_that_go_are_looked_for_again(site: Site) -> None:
    assert summary(site, "smallest", "largest", "total", "n_superseded") == (1, 6, 21, 3)

    forget(site)

    assert summary(site, "smallest", "largest", "total", "n_superseded") == (4, 6, 15, 0)
    assert site.summaries_are_right()


def test_extremes_that_others_state_as_well_stay(site: Site) -> None:
    site.record(site.power, site.forecaster, [1, 6, 1], believed=START - HOUR / 2)

    forget(site, beliefs_before=START - HOUR)

    assert summary(site, "smallest", "largest", "n_current", "n_superseded") == (1, 6, 3, 0)
    assert site.summaries_are_right()


def test_only_the_part_that_goes_is_taken_out(site: Site) -> None:
    site.record(site.power, site.forecaster, [40, 50], believed=START - HOUR / 2)
    site.record(site.power, site.meter, [70], believed=START + 6 * HOUR)

    forget(site, beliefs_before=START - 2 * HOUR)

    assert summary(site, "smallest", "largest", "n_current", "n_superseded") == (4, 50, 3, 2)
    assert site.summaries_are_right()


def test_totals_beyond_all_numbers_are_added_up_anew(site: Site) -> None:
    site.record(site.power, site.forecaster, [1.7e308, 1.7e308], believed=START - 3 * HOUR)

    forget(site, beliefs_before=START - 2.5 * HOUR)

    assert summary(site, "total", "largest", "n_superseded") == (21, 6, 3)
    assert site.summaries_are_right()


def test_currently_believed_rows_that_go_leave_ends_and_counts_right(site: Site) -> None:
    with site.database.write() as connection:
        sensor = get_sensor(connection, site.power)
        wanted = BeliefFilter(source_ids=frozenset({site.forecaster}), beliefs_after=START - HOUR)
        remove_beliefs(connection, site.store, sensor, Period(START, START + HOUR), wanted)

    assert summary(site, "n_current", "n_superseded", "total") == (3, 2, 17)
    assert site.summaries_are_right()


def test_first_and_last_events_that_go_are_looked_for_again(site: Site) -> None:
    for period in (Period(START, START + HOUR), Period(START + 2 * HOUR, START + 3 * HOUR)):
        with site.database.write() as connection:
            remove_beliefs(connection, site.store, get_sensor(connection, site.power), period)

    assert summary(site, "first_event_start", "last_event_start") == (START + HOUR, START + HOUR)
    assert site.summaries_are_right()


@pytest.mark.parametrize("seed", range(3))
def test_random_histories_shrink_to_what_is_counted_anew(site: Site, seed: int) -> None:
    random = np.random.default_rng(seed)
    for k in range(5):
        values = random.integers(-3, 4, size=20).astype(float).tolist()
        site.record(site.power, site.forecaster, values, believed=START + timedelta(minutes=k))

    forget(site, beliefs_before=START + timedelta(minutes=int(random.integers(0, 5))))

    assert site.summaries_are_right()
