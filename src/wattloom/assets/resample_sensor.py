"""Bring a sensor and all that is recorded on it to another resolution."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User
from wattloom.assets.audit import record_asset_audit
from wattloom.errors import InputError
from wattloom.periods import ALL_TIME, Period, Resolution, to_us
from wattloom.timeseries import (
    Beliefs,
    BeliefStore,
    Sensor,
    at_resolution,
    hold_sensor,
    read_beliefs,
    record_beliefs,
    remove_beliefs,
    update_sensor,
)


@dataclass(frozen=True, slots=True)
class Resampling:
    """What becomes of a sensor and its beliefs.

    Attributes:
        before: The sensor as it is.
        after: The sensor as it is to be.
        beliefs_before: All that is recorded, history included.
        beliefs_after: What is to be recorded instead.
    """

    before: Sensor
    after: Sensor
    beliefs_before: Beliefs
    beliefs_after: Beliefs


def plan_resampling(
    connection: Connection, store: BeliefStore, sensor: Sensor, resolution: Resolution, *, period: Period = ALL_TIME
) -> Resampling:
    """Say what :func:`resample_sensor` would do.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sensor: What to resample.
        resolution: How long its events are to last.
        period: Where its events are expected to lie.

    Raises:
        PeriodError: The resolution is instantaneous.
        InputError: Events lie outside the period: with the sensor's new resolution they would mean something else.
    """
    beliefs = read_beliefs(connection, store, [sensor], ALL_TIME, history=True)
    starts_us, ends_us = beliefs.event_start_us, sensor.ends_us(beliefs.event_start_us)
    n_outside = int(((starts_us < to_us(period.start)) | (ends_us > to_us(period.end))).sum())
    if n_outside:
        message = (
            f"Sensor {sensor.id} has {n_outside} beliefs outside the window, which would be misread at "
            f"{resolution.iso()}: leave the window out, or delete them first."
        )
        raise InputError(message, field="period")
    after = replace(sensor, event_resolution=resolution)
    return Resampling(sensor, after, beliefs, at_resolution(beliefs, sensor, resolution))


def resample_sensor(  # noqa: PLR0913 - a sensor, its new resolution, and who does what to it when
    connection: Connection,
    store: BeliefStore,
    sensor_id: int,
    resolution: Resolution,
    *,
    period: Period = ALL_TIME,
    by: User | None,
    now: datetime,
) -> Resampling:
    """Rewrite a sensor's resolution and all its beliefs, and record that, unless it has this resolution already.

    Args:
        connection: A write transaction.
        store: The store of this database.
        sensor_id: What to resample.
        resolution: How long its events are to last.
        period: Where its events are expected to lie.
        by: Who does it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        NotFoundError: There is no such sensor.
        PeriodError: The resolution is instantaneous.
        InputError: Events lie outside the period.
    """
    done = plan_resampling(connection, store, hold_sensor(connection, sensor_id), resolution, period=period)
    if done.before == done.after:
        return done
    remove_beliefs(connection, store, done.before)
    update_sensor(connection, done.before, done.after)
    record_beliefs(connection, store, done.after, done.beliefs_after)
    old, new = done.before.event_resolution.iso(), resolution.iso()
    event = AuditEvent(
        f"Resampled sensor data for sensor '{done.before.name}': {sensor_id} to {new} from {old}",
        "data.resampled",
        {"sensor": sensor_id, "from": old, "to": new},
    )
    record_asset_audit(connection, done.before.asset_id, event, by=by, now=now)
    return done
