"""A chart as of a moment is the chart that was shown at that moment."""

from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.factories import make_sensor
from tests.property.belief_twins import Ground
from wattloom.charts import (
    AskedChart,
    Row,
    ShownSensor,
    asset_rows,
    compressed_asset,
    compressed_sensor,
    read_asset_chart,
    read_sensor_chart,
)
from wattloom.periods import Resolution, from_us
from wattloom.timeseries import Beliefs, BeliefStore, Sensor, get_sensor, record_beliefs

pytestmark = [pytest.mark.integration, pytest.mark.allow_hosts(["127.0.0.1", "::1", "localhost"])]
SETTINGS = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

HOUR = 3_600_000_000
BEGIN = 1_772_323_200_000_000
LENGTHS = {"PT1H": HOUR, "PT30M": HOUR // 2, "P0D": 0}


@pytest.fixture
def ground(connection: Connection, belief_store: BeliefStore) -> Ground:
    return Ground(connection, belief_store)


def make_row(ground: Ground) -> Row:
    ids = [make_sensor(ground.connection, generic_asset_id=ground.asset_id, event_resolution=r) for r in LENGTHS]
    sensors = [get_sensor(ground.connection, sensor_id) for sensor_id in ids]
    return Row(None, "zero", tuple(ShownSensor(sensor, sensor.asset_id, "", "") for sensor in sensors))


@st.composite
def moments(draw: st.DrawFn) -> list[tuple[int, list[tuple[int, int, int, float]]]]:
    """Moments, each with what is believed then: sensor, source, hour and value."""
    what = st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 4), st.sampled_from([1.0, 2.0, 3.5]))
    said = draw(st.lists(st.lists(what, min_size=1, max_size=5, unique_by=lambda w: w[:3]), min_size=1, max_size=5))
    gaps = draw(st.lists(st.integers(1, 3 * HOUR), min_size=len(said), max_size=len(said)))
    return list(zip((BEGIN + np.cumsum(gaps)).tolist(), said, strict=True))


def record(ground: Ground, sensors: list[Sensor], moment: int, said: list[tuple[int, int, int, float]]) -> None:
    for nth, source, hour, value in said:
        belief = Beliefs.points(
            sensor_id=sensors[nth].id,
            source_id=ground.source_ids[source],
            event_start_us=np.array([BEGIN + hour * HOUR]),
            belief_time_us=moment,
            event_value=np.array([value]),
        )
        record_beliefs(ground.connection, ground.store, sensors[nth], belief)


def shown(ground: Ground, row: Row, prior: int | None, options: dict[str, Any]) -> list[Any]:
    asked = AskedChart(
        start=from_us(BEGIN),
        end=from_us(BEGIN + 4 * HOUR),
        prior=None if prior is None else from_us(prior),
        max_rows=1000,
        **options,
    )
    connection, store = ground.connection, ground.store
    asset = read_asset_chart(connection, store, [row], asked)
    alone = Row(None, "zero", row.sensors[1:2])
    sensor = read_sensor_chart(connection, store, alone, asked, resolution=Resolution.parse("PT2H"))
    return [orjson.loads(text) for text in (asset_rows(asset), compressed_asset(asset), compressed_sensor(sensor))]


@given(
    said=moments(),
    options=st.fixed_dictionaries(
        {"beliefs_after": st.none(), "all_beliefs": st.booleans(), "latest_versions": st.booleans()}
    ),
)
@SETTINGS
def test_prior_shows_what_was_shown_then(
    ground: Ground, said: list[tuple[int, list[tuple[int, int, int, float]]]], options: dict[str, Any]
) -> None:
    row = make_row(ground)
    sensors = [one.sensor for one in row.sensors]
    then = {}
    for moment, beliefs in said:
        record(ground, sensors, moment, beliefs)
        then[moment] = shown(ground, row, None, options)

    assert {moment: shown(ground, row, moment, options) for moment in then} == then
    last = max(then)
    assert shown(ground, row, last + HOUR, options) == then[last]
