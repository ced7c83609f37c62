"""Which recorded data a command means."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from wattloom.assets import get_asset, sensors_of_assets, subtree_ids
from wattloom.cli.delete.recorded import audited
from wattloom.errors import PeriodError
from wattloom.periods import ALL_TIME, Period, parse_instant
from wattloom.server.sweep import Removal
from wattloom.timeseries import (
    BeliefFilter,
    BeliefStore,
    RemoveOutcome,
    Sensor,
    get_sensors,
    get_source,
    list_sensors,
    remove_beliefs,
    remove_unchanged,
    sensors_of_sources,
)


def chosen(
    assets: Sequence[int], sensors: Sequence[int], sources: Sequence[int], *, offspring: bool = False
) -> Callable[[Connection], list[Sensor]]:
    """Return what finds sensors: the given ones and those of assets; without any, all that the sources recorded on.

    Args:
        assets: Ids of assets.
        sensors: Ids of sensors.
        sources: Ids of data sources; without any, all count.
        offspring: Whether the assets below count as well.
    """

    def find(connection: Connection) -> list[Sensor]:
        for source_id in sources:
            get_source(connection, source_id)
        if not assets and not sensors:
            if not sources:
                return list_sensors(connection)
            ids = {sensor_id for found in sensors_of_sources(connection, sources).values() for sensor_id in found}
            return list(get_sensors(connection, ids).values())
        owners = {get_asset(connection, asset_id).id for asset_id in assets}
        if offspring:
            owners = {below for asset_id in owners for below in subtree_ids(connection, asset_id)}
        found = get_sensors(connection, sensors) | {
            sensor.id: sensor for sensor in sensors_of_assets(connection, owners)
        }
        return [found[sensor_id] for sensor_id in sorted(found)]

    return find


def removing(
    wanted: BeliefFilter, words: str, *, only_repetitions: bool = False
) -> Callable[[BeliefStore, datetime], Removal]:
    """Return what makes the removal of the beliefs that a filter accepts; ``words`` go into the audit log."""
    remove_those = remove_unchanged if only_repetitions else remove_beliefs

    def removal(store: BeliefStore, now: datetime) -> Removal:
        def remove(connection: Connection, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
            return remove_those(connection, store, sensor, period, wanted, dry_run=dry_run)

        return audited(remove, words, now=now)

    return removal


def moment(text: str | None, option: str) -> datetime | None:
    """Return the moment that an option names, or None.

    Raises:
        PeriodError: It is none.
    """
    return None if text is None else parse_instant(text, field=option)


def period_between(start: str | None, end: str | None) -> Period:
    """Return the period between --start and --end.

    Raises:
        PeriodError: One is no moment, or the end lies before the start.
    """
    first, last = moment(start, "--start") or ALL_TIME.start, moment(end, "--end") or ALL_TIME.end
    if last < first:
        raise PeriodError("--end must not lie before --start.", field="--end")
    return Period(first, last)


def words_for(*, source: Sequence[int], **limits: str | None) -> str:
    """Return what the audit log says about sources and limits, which are named with underscores for blanks."""
    sources = f", source: {', '.join(str(source_id) for source_id in source)}" if source else ""
    return sources + "".join(f", {name.replace('_', ' ')}: {text}" for name, text in limits.items() if text)
