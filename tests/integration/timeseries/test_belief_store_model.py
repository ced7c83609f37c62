"""Any sequence of batches leaves in both databases what a literal model of the rules says."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from tests.factories import make_sensor, make_source
from tests.integration.timeseries.belief_model import BeliefModel, Key
from wattloom.errors import ReplacementError
from wattloom.periods import HOUR_US, Period, from_us
from wattloom.timeseries import BeliefFilter, Beliefs, BeliefStore, Sensor, get_sensor, read_beliefs, record_beliefs
from wattloom.timeseries.tables import belief, belief_summary, superseded_belief

N_EVENTS = 4
ALL = Period(from_us(0), from_us(N_EVENTS * HOUR_US))

# Hourly events 0 to 3 are known at hours 1 to 4, so that belief times 0 to 5 lie on both sides.
keys = st.tuples(st.integers(0, N_EVENTS - 1), st.integers(0, 1), st.integers(0, 5))
batches = st.lists(
    st.tuples(st.lists(st.tuples(keys, st.sampled_from([0.0, 1.5, -2.0])), min_size=1, max_size=8), st.booleans()),
    min_size=1,
    max_size=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches, before=st.integers(0, 5))
def test_store_agrees_with_the_literal_rules(
    connection: Connection,
    belief_store: BeliefStore,
    batches: list[tuple[list[tuple[Key, float]], bool]],
    before: int,
) -> None:
    sensor = get_sensor(connection, make_sensor(connection, event_resolution="PT1H"))
    sources = [make_source(connection), make_source(connection)]
    model = BeliefModel(known_at={event: event + 1 for event in range(N_EVENTS)})

    for batch, replace in batches:
        assert outcome_of(connection, belief_store, sensor, sources, batch, replace) == model_outcome(
            model, batch, replace
        )

    assert held(connection, belief_store, sensor, sources, BeliefFilter()) == model.believed()
    as_of = BeliefFilter(beliefs_before=from_us(before * HOUR_US))
    assert held(connection, belief_store, sensor, sources, as_of) == model.believed(before=before)
    assert n_rows(connection, sensor) == len(model.values)
    assert summaries(connection, sensor) == expected_summaries(model, sources)


def outcome_of(
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    sources: list[int],
    batch: list[tuple[Key, float]],
    replace: bool,  # noqa: FBT001 - drawn
) -> tuple[int, int] | None:
    parts = [
        Beliefs.points(
            sensor_id=sensor.id,
            source_id=sources[source],
            event_start_us=np.array([event * HOUR_US]),
            belief_time_us=believed_at * HOUR_US,
            event_value=np.array([value]),
        )
        for (event, source, believed_at), value in batch
    ]
    try:
        outcome = record_beliefs(connection, store, sensor, Beliefs.concatenate(parts), replace=replace)
    except ReplacementError:
        return None
    return outcome.n_stored, outcome.n_unchanged


def model_outcome(
    model: BeliefModel,
    batch: list[tuple[Key, float]],
    replace: bool,  # noqa: FBT001 - drawn
) -> tuple[int, int] | None:
    try:
        return model.record(batch, replace=replace)
    except ReplacementError:
        return None


def held(
    connection: Connection, store: BeliefStore, sensor: Sensor, sources: list[int], wanted: BeliefFilter
) -> dict[tuple[int, int], tuple[int, float]]:
    found = read_beliefs(connection, store, [sensor], ALL, wanted)
    return {
        (int(event) // HOUR_US, sources.index(int(source))): (int(believed_at) // HOUR_US, float(value))
        for _, event, source, believed_at, _, value in zip(*found.columns, strict=True)
    }


def n_rows(connection: Connection, sensor: Sensor) -> int:
    return sum(
        connection.execute(select(func.count()).where(table.c.sensor_id == sensor.id)).scalar_one()
        for table in (belief, superseded_belief)
    )


def summaries(connection: Connection, sensor: Sensor) -> dict[int, tuple[object, ...]]:
    rows = connection.execute(select(belief_summary).where(belief_summary.c.sensor_id == sensor.id))
    return {row.source_id: tuple(row)[2:] for row in rows}


def expected_summaries(model: BeliefModel, sources: list[int]) -> dict[int, tuple[object, ...]]:
    expected = {}
    for index, source_id in enumerate(sources):
        own = [key for key in model.values if key[1] == index]
        values = [model.values[key] for key in own]
        events = {event for event, _, _ in own}
        if own:
            expected[source_id] = (
                from_us(min(events) * HOUR_US),
                from_us(max(events) * HOUR_US),
                from_us(max(believed_at for _, _, believed_at in own) * HOUR_US),
                len(events),
                len(own) - len(events),
                min(values),
                max(values),
                sum(values),
                False,
            )
    return expected
