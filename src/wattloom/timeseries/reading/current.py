"""Current values: the newest that is known of each sensor."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from wattloom.timeseries.belief import Beliefs, ends_of_runs
from wattloom.timeseries.reading.search import EVERYTHING, BeliefFilter, latest_beliefs
from wattloom.timeseries.reading.select import select_one_per_event
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Source, get_sources
from wattloom.timeseries.store import BeliefStore


def current_values(
    connection: Connection,
    store: BeliefStore,
    sensors: Sequence[Sensor],
    filter: BeliefFilter = EVERYTHING,  # noqa: A002 - the field's word
    *,
    at: datetime,
) -> tuple[Beliefs, dict[int, Source]]:
    """Return what was known at a moment of the newest event of each sensor that had begun, in one query for all of them.

    Where several sources state something about that event, one is chosen as for any other event.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sensors: Whose events.
        filter: Which sources count.
        at: The moment; later events and beliefs do not count.

    Returns:
        One belief per sensor that has any, by sensor; and the sources that state them, by id.
    """
    assert not filter.is_limited, "the moment says which beliefs count"
    found = latest_beliefs(connection, store, sensors, starting_by=at, believed_by=at)
    sources = get_sources(connection, np.unique(found.source_id).tolist())
    accepted = [source.id for source in sources.values() if filter.accepts(source)]
    chosen = select_one_per_event(found.take(np.isin(found.source_id, accepted)), sources)
    newest = chosen.take(ends_of_runs(chosen.sensor_id))
    return newest, {source_id: sources[source_id] for source_id in np.unique(newest.source_id).tolist()}
