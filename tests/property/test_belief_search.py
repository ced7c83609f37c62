"""Searching answers on both databases what the literal rules say, and one belief per event is the right one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.property.belief_twins import Ground, Twins, in_columns, in_rows, period_of
from tests.property.beliefs_strategies import Scene, batches, datetime_of, filters, scenes, windows
from tests.property.literal_beliefs import (
    DAY,
    HOUR,
    VERSION_RANK,
    Belief,
    Event,
    event_end,
    latest_version,
    most_recent,
    newest_events,
    one_per_event,
    points,
    resampled,
    search,
)
from wattloom.periods import ALL_TIME, to_us
from wattloom.timeseries import (
    EVERYTHING,
    BeliefStore,
    Grid,
    SeriesRequest,
    Source,
    SourceStatistics,
    latest_beliefs,
    read_beliefs,
    read_events,
    read_series,
    select_latest_versions,
    select_one_per_event,
    select_points,
    statistics_by_source,
)

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])]
SETTINGS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

# Recording costs more than searching.
N_SEARCHES = 6


@pytest.fixture
def ground(connection: Connection, belief_store: BeliefStore) -> Ground:
    return Ground(connection, belief_store)


def recorded(ground: Ground, scene: Scene, data: st.DataObject) -> Twins:
    """Record beliefs about each sensor of a scene."""
    twins = Twins(ground, scene.sensors)
    for sensor in range(len(scene.sensors)):
        for _ in range(data.draw(st.integers(1, 2))):
            batch = data.draw(batches(scene, sensor=sensor, max_size=12))
            twins.save(batch, replace=True)
            twins.model_saves(batch, replace=True)
    return twins


@given(scene=scenes(n_sensors=2), data=st.data(), history=st.booleans())
@SETTINGS
def test_searches_find_what_matches(ground: Ground, scene: Scene, data: st.DataObject, history: bool) -> None:  # noqa: FBT001 - drawn
    twins = recorded(ground, scene, data)

    for _ in range(N_SEARCHES):
        window, wanted = data.draw(windows(scene)), data.draw(filters(scene, ground.source_ids))
        found = read_beliefs(twins.connection, twins.store, twins.real, period_of(window), wanted, history=history)
        expected = search(twins.model.rows(), twins.literal, twins.sources, window, wanted, history=history)
        assert in_rows(found) == expected


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_searches_without_filters_find_everything(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = recorded(ground, scene, data)

    current = read_beliefs(twins.connection, twins.store, twins.real * 2, ALL_TIME)
    every = read_beliefs(twins.connection, twins.store, twins.real * 2, ALL_TIME, history=True)

    assert in_rows(current) == most_recent(twins.model.rows())
    assert in_rows(every) == twins.model.rows()


@given(scene=scenes(n_sensors=2), data=st.data())
@SETTINGS
def test_the_latest_beliefs_are_about_the_newest_events(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = recorded(ground, scene, data)
    starting_by = data.draw(windows(scene))[1]
    believed_by = data.draw(st.sampled_from(scene.belief_times)) + data.draw(st.integers(-1, 1))

    found = latest_beliefs(
        twins.connection,
        twins.store,
        twins.real,
        starting_by=datetime_of(starting_by),
        believed_by=datetime_of(believed_by),
    )

    assert in_rows(found) == newest_events(twins.model.rows(), starting_by=starting_by, believed_by=believed_by)


@given(scene=scenes(n_sensors=2), data=st.data())
@SETTINGS
def test_series_hold_one_belief_per_event(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = recorded(ground, scene, data)
    window, wanted = data.draw(windows(scene)), data.draw(filters(scene, ground.source_ids))
    requests = [SeriesRequest(sensor, wanted) for sensor in twins.real]

    found = read_events(twins.connection, twins.store, requests, period_of(window))

    matching = search(twins.model.rows(), twins.literal, twins.sources, window, wanted)
    chosen = one_per_event(matching, twins.sources)
    for sensor, events in zip(twins.real, found, strict=True):
        expected = [belief for belief in chosen if belief.sensor == sensor.id]
        assert events.start_us.tolist() == [belief.event for belief in expected]
        assert events.value.tolist() == [belief.value for belief in expected]


@given(
    scene=scenes(),
    data=st.data(),
    unit=st.sampled_from(["kW", "MW", "kWh"]),
    step=st.sampled_from([HOUR // 4, HOUR, DAY]),
)
@SETTINGS
def test_series_on_a_grid_are_the_literal_resampling(
    ground: Ground, scene: Scene, data: st.DataObject, unit: str, step: int
) -> None:
    assume(unit != "kWh" or not scene.sensors[0].is_instantaneous)
    twins = recorded(ground, scene, data)
    [real], [sensor] = twins.real, twins.literal.values()
    grid = Grid(
        data.draw(st.sampled_from(scene.events[0])) - data.draw(st.integers(-1, 1)) * HOUR,
        step,
        data.draw(st.integers(1, 30)),
    )

    [found] = read_series(twins.connection, twins.store, [SeriesRequest(real, unit=unit)], grid)

    edges = [grid.start_us + k * step for k in range(grid.n + 1)]
    matching = search(twins.model.rows(), twins.literal, twins.sources, (edges[0], edges[-1]), EVERYTHING)
    events = [
        Event(b.event, event_end(sensor, b.event), in_unit(b.value, unit, event_end(sensor, b.event) - b.event))
        for b in one_per_event(matching, twins.sources)
    ]
    rule = "first" if sensor.is_instantaneous else {"kWh": "sum"}.get(unit, "mean")
    expected = [np.nan if value is None else float(value) for value in resampled(events, edges, rule)]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-6)


def in_unit(value_kw: float, unit: str, length: int) -> float:
    return {"kW": value_kw, "MW": value_kw / 1000, "kWh": value_kw * length / HOUR}[unit]


@given(scene=scenes(), data=st.data(), is_open=st.booleans())
@SETTINGS
def test_statistics_are_those_of_all_beliefs(
    ground: Ground,
    scene: Scene,
    data: st.DataObject,
    is_open: bool,  # noqa: FBT001 - drawn
) -> None:
    twins = recorded(ground, scene, data)
    start, end = data.draw(windows(scene))
    limits = {} if is_open else {"start": datetime_of(start), "end": datetime_of(end)}

    found = statistics_by_source(twins.connection, twins.real[0], **limits)

    counted = [belief for belief in twins.model.rows() if is_open or start <= belief.event < end]
    assert {told.source.id: in_numbers(told) for told in found} == {
        source: expected_statistics(twins, [belief for belief in counted if belief.source == source])
        for source in {belief.source for belief in counted}
    }


def in_numbers(told: SourceStatistics) -> tuple[float, ...]:
    times = to_us(told.first_event_start), to_us(told.last_event_end), to_us(told.last_belief_time)
    return *times, told.smallest, told.largest, told.mean, told.total, told.n_values


def expected_statistics(twins: Twins, own: list[Belief]) -> tuple[object, ...]:
    [sensor] = twins.literal.values()
    values = [belief.value for belief in own]
    return (
        min(belief.event for belief in own),
        event_end(sensor, max(belief.event for belief in own)),
        max(belief.believed for belief in own),
        min(values),
        max(values),
        pytest.approx(sum(values) / len(values)),
        pytest.approx(sum(values)),
        len(values),
    )


@st.composite
def sources(draw: st.DrawFn) -> dict[int, Source]:
    """Sources of few names, types and models, so that many are versions of each other."""
    kinds = st.tuples(
        st.sampled_from(["ada", "bob"]),
        st.sampled_from(["user", "scheduler"]),
        st.sampled_from([None, "Ridge", "Storage"]),
        st.sampled_from(list(VERSION_RANK)),
    )
    drawn = draw(st.lists(kinds, min_size=1, max_size=6))
    ids = draw(st.permutations(range(1, len(drawn) + 1)))
    return {
        key: Source(key, name, kind, model, version)
        for key, (name, kind, model, version) in zip(ids, drawn, strict=True)
    }


@st.composite
def distributions(draw: st.DrawFn, source_ids: list[int]) -> list[Belief]:
    """One belief per event and source, point or distribution."""
    keys = st.tuples(st.integers(1, 2), st.integers(0, 3), st.sampled_from(source_ids))
    of = draw(st.dictionaries(keys, st.integers(-3, 3), max_size=12))
    quantiles = st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True)
    return sorted(
        Belief(*key, believed, percent / 100, draw(st.floats(-9, 9)))
        for key, believed in of.items()
        for percent in draw(quantiles)
    )


@given(data=st.data())
def test_points_are_medians_or_the_nearest_the_lower_of_two(data: st.DataObject) -> None:
    beliefs = data.draw(distributions([1, 2]))

    assert in_rows(select_points(in_columns(beliefs))) == points(beliefs)


@given(percent=st.integers(1, 49))
def test_of_two_equally_near_the_lower_is_the_point(percent: int) -> None:
    both = [Belief(1, 0, 1, 0, percent / 100, -1.0), Belief(1, 0, 1, 0, (100 - percent) / 100, 1.0)]

    [chosen] = in_rows(select_points(in_columns(both)))

    assert chosen.probability == float(Fraction(percent, 100))


@given(sources=sources(), data=st.data(), per_event=st.booleans())
def test_of_each_lineage_the_latest_version_speaks(
    sources: dict[int, Source],
    data: st.DataObject,
    per_event: bool,  # noqa: FBT001 - drawn
) -> None:
    beliefs = data.draw(distributions(list(sources)))

    kept = select_latest_versions(in_columns(beliefs), sources, per_event=per_event)

    assert in_rows(kept) == latest_version(beliefs, sources, per_belief_time=not per_event)


@given(sources=sources(), data=st.data())
def test_one_belief_per_event_is_the_literal_choice(sources: dict[int, Source], data: st.DataObject) -> None:
    beliefs = data.draw(distributions(list(sources)))

    chosen = select_one_per_event(in_columns(beliefs), sources)

    assert in_rows(chosen) == one_per_event(beliefs, sources)


def test_choosing_among_nothing_is_nothing() -> None:
    nothing = in_columns([])

    assert in_rows(select_points(nothing)) == []
    assert in_rows(select_one_per_event(nothing, {})) == []
    assert np.array_equal(select_latest_versions(nothing, {}, per_event=True).event_value, [])
