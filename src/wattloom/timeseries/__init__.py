"""Time series: sensors, data sources and beliefs.

Records what somebody believed about an event, reads what was believed at any
moment, and resamples it. A sensor belongs to an asset, of which this package
knows only the id; it knows nothing of users and permissions.

Beliefs cross this package's border as columns (:class:`Beliefs`), series as
:class:`Events` or as arrays on a :class:`Grid`.
"""

from wattloom.timeseries.belief import POINT, Beliefs, Floats, Ids, ends_of_runs
from wattloom.timeseries.create_source import create_source, seed_sources
from wattloom.timeseries.direction import consumption_sign, is_flow
from wattloom.timeseries.knowledge import KnowledgeHorizon
from wattloom.timeseries.reading.current import current_values
from wattloom.timeseries.reading.downsample import FEWEST_POINTS, downsample, with_gaps
from wattloom.timeseries.reading.search import EVERYTHING, BeliefFilter, latest_beliefs, read_beliefs
from wattloom.timeseries.reading.select import (
    latest_versions,
    select_latest_versions,
    select_one_per_event,
    select_points,
)
from wattloom.timeseries.reading.series import SeriesRequest, aggregation_for, nearest_values, read_events, read_series
from wattloom.timeseries.recording.change_resolution import at_resolution
from wattloom.timeseries.recording.ingest import MAX_VALUES, Series, events_for, most_events, period_end
from wattloom.timeseries.recording.record import RecordOutcome, record_beliefs
from wattloom.timeseries.recording.remove import RemoveOutcome, remove_beliefs
from wattloom.timeseries.recording.retention import Retention, forget_history, sensors_with_history
from wattloom.timeseries.recording.rows import RowEvents, Rows, events_of_rows
from wattloom.timeseries.recording.summary import rebuild_summaries
from wattloom.timeseries.recording.unchanged import remove_unchanged
from wattloom.timeseries.resample import Aggregation, Events, Grid, combined, resample
from wattloom.timeseries.sensor import (
    NewSensor,
    Sensor,
    create_sensor,
    delete_sensor,
    get_sensor,
    get_sensors,
    hold_sensor,
    list_sensors,
    sensors_by_id,
    to_sensor,
    update_sensor,
)
from wattloom.timeseries.source import (
    FORECASTER,
    OTHER,
    SCHEDULER,
    NewSource,
    Recorders,
    Source,
    get_or_create_source,
    get_source,
    get_sources,
    hash_of,
    list_sources,
    recorders_of,
    sensors_of_sources,
    sources_of_sensors,
    to_source,
)
from wattloom.timeseries.store import (
    BeliefKeys,
    BeliefStore,
    Changes,
    PostgresBeliefStore,
    SqliteBeliefStore,
    Window,
)
from wattloom.timeseries.summaries.count import count_beliefs
from wattloom.timeseries.summaries.extent import recorded_period
from wattloom.timeseries.summaries.freshness import CLOCK_SKEW, Freshness
from wattloom.timeseries.summaries.statistics import SourceStatistics, statistics_by_source
from wattloom.timeseries.summaries.status import freshness_of_sensors
from wattloom.timeseries.summaries.status_specs import check_status_specs
from wattloom.timeseries.summaries.totals import BeliefTotals, belief_totals, first_part

__all__ = [
    "CLOCK_SKEW",
    "EVERYTHING",
    "FEWEST_POINTS",
    "FORECASTER",
    "MAX_VALUES",
    "OTHER",
    "POINT",
    "SCHEDULER",
    "Aggregation",
    "BeliefFilter",
    "BeliefKeys",
    "BeliefStore",
    "BeliefTotals",
    "Beliefs",
    "Changes",
    "Events",
    "Floats",
    "Freshness",
    "Grid",
    "Ids",
    "KnowledgeHorizon",
    "NewSensor",
    "NewSource",
    "PostgresBeliefStore",
    "RecordOutcome",
    "Recorders",
    "RemoveOutcome",
    "Retention",
    "RowEvents",
    "Rows",
    "Sensor",
    "Series",
    "SeriesRequest",
    "Source",
    "SourceStatistics",
    "SqliteBeliefStore",
    "Window",
    "aggregation_for",
    "at_resolution",
    "belief_totals",
    "check_status_specs",
    "combined",
    "consumption_sign",
    "count_beliefs",
    "create_sensor",
    "create_source",
    "current_values",
    "delete_sensor",
    "downsample",
    "ends_of_runs",
    "events_for",
    "events_of_rows",
    "first_part",
    "forget_history",
    "freshness_of_sensors",
    "get_or_create_source",
    "get_sensor",
    "get_sensors",
    "get_source",
    "get_sources",
    "hash_of",
    "hold_sensor",
    "is_flow",
    "latest_beliefs",
    "latest_versions",
    "list_sensors",
    "list_sources",
    "most_events",
    "nearest_values",
    "period_end",
    "read_beliefs",
    "read_events",
    "read_series",
    "rebuild_summaries",
    "record_beliefs",
    "recorded_period",
    "recorders_of",
    "remove_beliefs",
    "remove_unchanged",
    "resample",
    "seed_sources",
    "select_latest_versions",
    "select_one_per_event",
    "select_points",
    "sensors_by_id",
    "sensors_of_sources",
    "sensors_with_history",
    "sources_of_sensors",
    "statistics_by_source",
    "to_sensor",
    "to_source",
    "update_sensor",
    "with_gaps",
]
