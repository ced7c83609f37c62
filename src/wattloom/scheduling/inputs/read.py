"""Read what a problem needs: the sensors on its grid in one query, and the states of charge around its start."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattloom.periods import Period
from wattloom.scheduling.flexmodel import FlexConfig, SensorReference
from wattloom.scheduling.inputs.assemble import ScheduleInputs, Timing, assemble, references_of
from wattloom.scheduling.inputs.grid import Readings
from wattloom.scheduling.inputs.start import SocReading, look_around
from wattloom.timeseries import BeliefFilter, BeliefStore, Grid, Sensor, SeriesRequest, read_events, read_series

_US = timedelta(microseconds=1)


def read_inputs(
    connection: Connection,
    store: BeliefStore,
    config: FlexConfig,
    sensors: Mapping[int, Sensor],
    timing: Timing,
) -> ScheduleInputs:
    """Read all sensors of a request and build its problem.

    Args:
        connection: A read transaction.
        store: Keeps the beliefs.
        config: The parsed request, settled on the window.
        sensors: All sensors that it refers to.
        timing: The steps to plan, and what may be known.

    Raises:
        MissingDataError: A price, or the state of charge at the start, is unknown.
    """
    readings = _read_grid(connection, store, references_of(config), sensors, timing)
    soc = [device.soc_sensor for device in config.devices if device.soc_at_start is None]
    soc_readings = _read_soc(connection, store, [each for each in soc if each], sensors, timing)
    return assemble(config, timing, sensors, readings, soc_readings)


def _read_grid(
    connection: Connection,
    store: BeliefStore,
    references: Sequence[SensorReference],
    sensors: Mapping[int, Sensor],
    timing: Timing,
) -> Readings:
    # One step more than is planned: the end of the last step is a tick, too.
    grid = Grid(timing.window.start_us, timing.window.step_us, timing.window.n_steps + 1)
    requests = [_request(reference, sensors, timing.believed_at) for reference in references]
    return dict(zip(references, read_series(connection, store, requests, grid), strict=True))


def _read_soc(
    connection: Connection,
    store: BeliefStore,
    references: Sequence[SensorReference],
    sensors: Mapping[int, Sensor],
    timing: Timing,
) -> dict[int, SocReading]:
    if not references:
        return {}
    start, length = timing.window.start, look_around(timing.window)
    requests = [_request(reference, sensors, timing.believed_at) for reference in references]
    found = read_events(connection, store, requests, Period(start - length, start + length + _US))
    return {
        reference.sensor_id: SocReading(events.start_us, events.value, is_fraction=reference.unit == "")
        for reference, events in zip(references, found, strict=True)
    }


def _request(reference: SensorReference, sensors: Mapping[int, Sensor], believed_at: datetime) -> SeriesRequest:
    accepted = BeliefFilter(
        beliefs_before=believed_at,
        source_ids=frozenset(reference.source_ids) or None,
        source_types=frozenset(reference.source_types) or None,
        exclude_source_types=frozenset(reference.exclude_source_types),
        source_account_ids=frozenset(reference.source_account_ids) or None,
    )
    return SeriesRequest(sensors[reference.sensor_id], accepted, reference.unit)
