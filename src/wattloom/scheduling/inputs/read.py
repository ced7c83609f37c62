"""Read what a problem needs: the sensors on its grid in one query, and the states of charge around its start."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from wattloom.scheduling.flexmodel import FlexConfig, SensorReference
from wattloom.scheduling.inputs.assemble import ScheduleInputs, Timing, assemble, references_of
from wattloom.scheduling.inputs.grid import Readings
from wattloom.scheduling.inputs.start import look_around
from wattloom.timeseries import BeliefFilter, BeliefStore, Grid, Sensor, SeriesRequest, nearest_value, read_series


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
    measured = {each.sensor_id: _read_soc(connection, store, each, sensors, timing) for each in soc if each}
    return assemble(config, timing, sensors, readings, measured)


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
    reference: SensorReference,
    sensors: Mapping[int, Sensor],
    timing: Timing,
) -> float | None:
    request = _request(reference, sensors, timing.believed_at)
    return nearest_value(connection, store, request, timing.window.start, within=look_around(timing.window))


def _request(reference: SensorReference, sensors: Mapping[int, Sensor], believed_at: datetime) -> SeriesRequest:
    accepted = BeliefFilter(
        beliefs_before=believed_at,
        source_ids=frozenset(reference.source_ids) or None,
        source_types=frozenset(reference.source_types) or None,
        exclude_source_types=frozenset(reference.exclude_source_types),
        source_account_ids=frozenset(reference.source_account_ids) or None,
    )
    return SeriesRequest(sensors[reference.sensor_id], accepted, reference.unit)
