"""Who read a sensor before it was changed neither records nor deletes by its old meaning."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection

from tests.factories import make_sensor, make_source
from wattloom.errors import ConflictError
from wattloom.periods import ALL_TIME, Resolution
from wattloom.timeseries import (
    Beliefs,
    BeliefStore,
    Sensor,
    get_sensor,
    read_beliefs,
    record_beliefs,
    remove_beliefs,
    update_sensor,
)

CHANGES: list[dict[str, Any]] = [
    {"unit": "MW"},
    {"event_resolution": Resolution.parse("PT1H")},
    {"timezone": "Asia/Tokyo"},
]


def _beliefs(connection: Connection, sensor: Sensor) -> Beliefs:
    return Beliefs.points(
        sensor_id=sensor.id,
        source_id=make_source(connection),
        event_start_us=np.array([0]),
        belief_time_us=0,
        event_value=np.array([1.0]),
    )


def _record(connection: Connection, store: BeliefStore, sensor: Sensor) -> None:
    record_beliefs(connection, store, sensor, _beliefs(connection, sensor))


def _remove(connection: Connection, store: BeliefStore, sensor: Sensor) -> None:
    remove_beliefs(connection, store, sensor)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("act", [_record, _remove])
def test_a_sensor_that_means_something_else_by_now_is_left_alone(
    connection: Connection,
    belief_store: BeliefStore,
    act: Callable[[Connection, BeliefStore, Sensor], None],
    change: dict[str, Any],
) -> None:
    sensor = get_sensor(connection, make_sensor(connection))
    _record(connection, belief_store, sensor)
    changed = replace(sensor, **change)
    update_sensor(connection, sensor, changed)

    with pytest.raises(ConflictError, match="try again"):
        act(connection, belief_store, sensor)

    assert len(read_beliefs(connection, belief_store, [changed], ALL_TIME)) == 1


def test_a_new_name_changes_no_meaning(connection: Connection, belief_store: BeliefStore) -> None:
    sensor = get_sensor(connection, make_sensor(connection))
    update_sensor(connection, sensor, replace(sensor, name="renamed"))

    _record(connection, belief_store, sensor)

    assert len(read_beliefs(connection, belief_store, [sensor], ALL_TIME)) == 1
