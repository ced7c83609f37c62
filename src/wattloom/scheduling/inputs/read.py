"""Read what a problem needs: the sensors on its grid in one query, and the states of charge around its start."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import numpy as np
from sqlalchemy import Connection

from wattloom.errors import InputError, MissingDataError
from wattloom.periods import Period, from_us
from wattloom.scheduling.flexmodel import MAX_MAGNITUDE, FlexConfig, SensorReference, is_plausible, without_traces
from wattloom.scheduling.inputs.assemble import ScheduleInputs, Timing, references_of
from wattloom.scheduling.inputs.planned import with_planned
from wattloom.scheduling.inputs.power_before import continued, read_power_before
from wattloom.scheduling.inputs.resolver import Readings
from wattloom.scheduling.inputs.scenarios import CERTAIN, assemble_futures, points_of
from wattloom.scheduling.inputs.start import look_around
from wattloom.scheduling.problem import Floats
from wattloom.timeseries import (
    BeliefFilter,
    BeliefStore,
    Events,
    Sensor,
    SeriesRequest,
    aggregation_for,
    nearest_values,
    read_events,
    resample,
    statistics_by_source,
)


def read_inputs(
    connection: Connection,
    store: BeliefStore,
    config: FlexConfig,
    sensors: Mapping[int, Sensor],
    timing: Timing,
    planned: Mapping[int, Events] = MappingProxyType({}),
) -> ScheduleInputs:
    """Read all sensors of a request and build its problem.

    Args:
        connection: A read transaction.
        store: Keeps the beliefs.
        config: The parsed request, settled on the window.
        sensors: All sensors that it refers to.
        timing: The steps to plan, and what may be known.
        planned: What has been planned and is not recorded yet, by sensor in its unit; counts as if it were.

    Raises:
        MissingDataError: A price, or the state of charge at the start, is unknown.
        InputError: A sensor has values that are too large to calculate with; names it.
    """
    futures = points_of(config, sensors, references_of(config))
    readings = _read_futures(connection, store, futures, sensors, timing, planned)
    soc = [stock.soc_sensor for stock in config.stocks if stock.soc_sensor and stock.soc_at_start is None]
    measured = _read_soc(connection, store, soc, sensors, timing)
    power_before_mw = read_power_before(connection, store, config, sensors, timing)
    try:
        return continued(assemble_futures(config, timing, sensors, readings, measured), power_before_mw)
    except MissingDataError as error:
        raise with_what_is_held(connection, error, sensors, timing) from error


def read_grid(
    connection: Connection,
    store: BeliefStore,
    references: Sequence[SensorReference],
    sensors: Mapping[int, Sensor],
    timing: Timing,
    planned: Mapping[int, Events],
) -> Readings:
    """Return the values of sensors on the steps and one step more, in one query.

    Raises:
        InputError: A sensor has values that are too large to calculate with; names it.
        UnitError: A sensor measures something else than its reference asks for.
    """
    certain = dict.fromkeys(references, CERTAIN)
    [readings] = _read_futures(connection, store, [certain], sensors, timing, planned)
    return readings


def _read_futures(
    connection: Connection,
    store: BeliefStore,
    futures: Sequence[Mapping[SensorReference, float]],
    sensors: Mapping[int, Sensor],
    timing: Timing,
    planned: Mapping[int, Events],
) -> list[Readings]:
    """Return for each future the values of its sensors, at the point of their forecasts that it takes."""
    # One step more than is planned: the end of the last step is a tick, too.
    edges_us = timing.window.edges_us()
    edges_us = np.append(edges_us, 2 * edges_us[-1] - edges_us[-2])
    points = list(dict.fromkeys(point for future in futures for point in future.items()))
    requests = [
        replace(_request(reference, sensors, timing.believed_at), probability=probability)
        for reference, probability in points
    ]
    period = Period(timing.window.start, from_us(int(edges_us[-1])))
    found = {}
    for point, request, recorded in zip(
        points, requests, read_events(connection, store, requests, period), strict=True
    ):
        values = resample(with_planned(recorded, request, planned), edges_us, aggregation_for(request))
        found[point] = _checked(values, point[0], sensors)
    return [{point[0]: found[point] for point in future.items()} for future in futures]


def _read_soc(
    connection: Connection,
    store: BeliefStore,
    references: Sequence[SensorReference],
    sensors: Mapping[int, Sensor],
    timing: Timing,
) -> dict[int, float | None]:
    requests = [_request(reference, sensors, timing.believed_at) for reference in references]
    start, within = timing.window.start, look_around(timing.window)
    found = nearest_values(connection, store, requests, start, within=within)
    for reference, value in zip(references, found, strict=True):
        _checked(np.array([np.nan if value is None else value]), reference, sensors)
    return {reference.sensor_id: value for reference, value in zip(references, found, strict=True)}


def with_what_is_held(
    connection: Connection, error: MissingDataError, sensors: Mapping[int, Sensor], timing: Timing
) -> MissingDataError:
    """Return the error with the window of the schedule, what counted as known, and what the sensor holds at all."""
    if error.sensor_id is None:
        return error
    window = f"The schedule is for {timing.window.start.isoformat()} to {timing.window.end.isoformat()}"
    window += f" and uses what was known at {timing.believed_at.isoformat(timespec='seconds')}"
    held = statistics_by_source(connection, sensors[error.sensor_id])
    if held:
        first, last = min(each.first_event_start for each in held), max(each.last_event_end for each in held)
        holds = f"the sensor holds values for {first.astimezone(UTC).isoformat()} to {last.astimezone(UTC).isoformat()}"
    else:
        holds = "the sensor holds no values"
    return MissingDataError(f"{error.message} {window}; {holds}.", field=error.field, sensor_id=error.sensor_id)


def _checked(values: Floats, reference: SensorReference, sensors: Mapping[int, Sensor]) -> Floats:
    """Return the values of a sensor without traces, if they can be calculated with."""
    if is_plausible(values):
        return without_traces(values)
    name = sensors[reference.sensor_id].name
    raise InputError(
        f"'{name}' (sensor {reference.sensor_id}) has values beyond ±{MAX_MAGNITUDE:g} {reference.unit} in the window "
        "of the schedule, or around its start. Correct them."
    )


def _request(reference: SensorReference, sensors: Mapping[int, Sensor], believed_at: datetime) -> SeriesRequest:
    accepted = BeliefFilter(
        beliefs_before=believed_at,
        source_ids=frozenset(reference.source_ids) or None,
        source_types=frozenset(reference.source_types) or None,
        exclude_source_types=frozenset(reference.exclude_source_types),
        source_account_ids=frozenset(reference.source_account_ids) or None,
    )
    return SeriesRequest(sensors[reference.sensor_id], accepted, reference.unit)
