"""Any sequence of batches and removals leaves in both databases what the literal rules say."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.property.belief_twins import Ground, Twins
from tests.property.beliefs_strategies import Scene, batches, filters, scenes, to_microseconds, windows
from tests.property.literal_beliefs import most_recent
from wattloom.periods import ALL_TIME
from wattloom.timeseries import BeliefStore

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])]
SETTINGS = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ground(connection: Connection, belief_store: BeliefStore) -> Ground:
    return Ground(connection, belief_store)


def expected_summaries(twins: Twins) -> dict[tuple[int, int], dict[str, Any]]:
    """Return all summaries, made anew from the model; sums as good as they can be."""
    pairs = sorted({(row.sensor, row.source) for row in twins.model.rows()})
    found = {pair: twins.model.summary(*pair) for pair in pairs}
    return {pair: summary | {"total": pytest.approx(summary["total"])} for pair, summary in found.items() if summary}


def assert_alike(twins: Twins) -> None:
    current = most_recent(twins.model.rows())
    assert twins.held(current=True) == current
    assert twins.held(current=False) == sorted(set(twins.model.rows()) - set(current))
    told, expected = twins.summaries(), expected_summaries(twins)
    # That there was a distribution may be remembered when it has gone, but none may be forgotten.
    told_distribution = {pair: summary.pop("is_probabilistic") for pair, summary in told.items()}
    has_distribution = {pair: summary.pop("is_probabilistic") for pair, summary in expected.items()}
    assert told == expected
    assert all(told_distribution[pair] >= has_distribution[pair] for pair in expected)


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_batches_leave_what_the_model_holds(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)

    for _ in range(data.draw(st.integers(1, 5))):
        batch, replace = data.draw(batches(scene)), data.draw(st.booleans())
        assert twins.save(batch, replace=replace) == twins.model_saves(batch, replace=replace)

    assert_alike(twins)
    assert twins.summaries() == expected_summaries(twins)


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_removals_leave_what_the_model_holds(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    for _ in range(data.draw(st.integers(1, 3))):
        batch = data.draw(batches(scene, max_size=12))
        twins.save(batch, replace=True)
        twins.model_saves(batch, replace=True)

    for _ in range(4):
        window, wanted = data.draw(windows(scene)), data.draw(filters(scene, ground.source_ids))
        only_superseded = data.draw(st.booleans())
        removed = twins.remove(window, wanted, only_superseded=only_superseded)
        assert removed == twins.model_removes(window, wanted, only_superseded=only_superseded)

    assert_alike(twins)


@given(scene=scenes(n_events=2), data=st.data())
@SETTINGS
def test_forgetting_history_leaves_what_is_believed(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    for _ in range(data.draw(st.integers(1, 3))):
        batch = data.draw(batches(scene, max_size=12))
        twins.save(batch, replace=True)
        twins.model_saves(batch, replace=True)
    wanted = data.draw(filters(scene, ground.source_ids))

    removed = twins.remove(to_microseconds(ALL_TIME), wanted, only_superseded=True)

    assert removed == twins.model_removes(to_microseconds(ALL_TIME), wanted, only_superseded=True)
    assert_alike(twins)


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_saving_goes_on_after_removals(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    for _ in range(data.draw(st.integers(1, 3))):
        batch, replace = data.draw(batches(scene)), data.draw(st.booleans())
        twins.save(batch, replace=replace)
        twins.model_saves(batch, replace=replace)
        window, wanted = data.draw(windows(scene)), data.draw(filters(scene, ground.source_ids))
        twins.remove(window, wanted, only_superseded=False)
        twins.model_removes(window, wanted, only_superseded=False)
    last = data.draw(batches(scene))

    outcome = twins.save(last)

    assert outcome == twins.model_saves(last)
    assert_alike(twins)


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_dry_runs_change_nothing(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    twins.save(data.draw(batches(scene)), replace=True)
    window, wanted = data.draw(windows(scene)), data.draw(filters(scene, ground.source_ids))
    before = twins.held(current=True), twins.held(current=False), twins.summaries()

    twins.save(data.draw(batches(scene)), replace=data.draw(st.booleans()), dry_run=True)
    twins.remove(window, wanted, only_superseded=data.draw(st.booleans()), dry_run=True)

    assert (twins.held(current=True), twins.held(current=False), twins.summaries()) == before


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_a_dry_run_says_what_removing_does(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    twins.save(data.draw(batches(scene)), replace=True)
    window, wanted = data.draw(windows(scene)), data.draw(filters(scene, ground.source_ids))
    only_superseded = data.draw(st.booleans())

    foreseen = twins.remove(window, wanted, only_superseded=only_superseded, dry_run=True)

    assert twins.remove(window, wanted, only_superseded=only_superseded) == foreseen


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_a_dry_run_says_what_saving_does(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    twins.save(data.draw(batches(scene)), replace=True)
    batch, replace = data.draw(batches(scene)), data.draw(st.booleans())

    foreseen = twins.save(batch, replace=replace, dry_run=True)

    assert twins.save(batch, replace=replace) == foreseen


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_a_refused_batch_leaves_no_trace(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    batch = data.draw(batches(scene))
    twins.save(batch)
    before = twins.held(current=True), twins.held(current=False), twins.summaries()
    other = data.draw(batches(scene))
    contradiction = [belief._replace(value=belief.value + 0.25) for belief in other[:1]]

    assert twins.save([*other, *contradiction]) is None

    assert (twins.held(current=True), twins.held(current=False), twins.summaries()) == before


@given(scene=scenes(), data=st.data())
@SETTINGS
def test_gaps_and_infinities_are_never_saved(ground: Ground, scene: Scene, data: st.DataObject) -> None:
    twins = Twins(ground, scene.sensors)
    batch = data.draw(batches(scene))
    holes = [b._replace(value=data.draw(st.sampled_from([np.nan, np.inf, -np.inf]))) for b in data.draw(batches(scene))]

    outcome = twins.save(holes)

    assert outcome == (0, 0, 0)
    assert twins.held(current=True) == []
    assert twins.summaries() == {}
    assert twins.save([*batch, *holes]) == twins.model_saves(batch)
