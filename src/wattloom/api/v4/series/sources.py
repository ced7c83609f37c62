"""From the sources that a request chooses to a filter of beliefs."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from wattloom.api.v4.series.query import AskedSeries, SourceChoice
from wattloom.errors import FilterError, PeriodError
from wattloom.periods import Duration
from wattloom.timeseries import BeliefFilter, Sensor, Source, sources_of_sensors


def belief_filter(connection: Connection, asked: SourceChoice, sensors: Sequence[Sensor]) -> BeliefFilter:
    """Return which beliefs count.

    Raises:
        InputError: A source, type or account that is asked for has recorded nothing on any of the sensors.
    """
    _check_sources(connection, asked, sensors)
    return BeliefFilter(
        beliefs_before=asked.prior if isinstance(asked, AskedSeries) else None,
        horizons_at_least=_length(asked.horizon) if isinstance(asked, AskedSeries) else None,
        source_ids=_chosen(asked.source),
        source_types=_chosen(asked.source_type),
        exclude_source_types=frozenset(asked.exclude_source_type),
        source_account_ids=_chosen(asked.source_account),
    )


def _check_sources(connection: Connection, asked: SourceChoice, sensors: Sequence[Sensor]) -> None:
    if not (asked.source or asked.source_type or asked.source_account):
        return
    recorded = sources_of_sensors(connection, {sensor.id for sensor in sensors}).values()
    choices: tuple[tuple[str, Collection[Any], Callable[[Source], Any], str], ...] = (
        ("source", asked.source, lambda source: source.id, "No source with ID {} has data here."),
        ("source-type", asked.source_type, lambda source: source.type, "No source of type '{}' has data here."),
        (
            "source-account",
            asked.source_account,
            lambda source: source.account_id,
            "No source of account {} has data here.",
        ),
    )
    for field, wanted, fact, message in choices:
        known = {fact(source) for source in recorded}
        for missing in [choice for choice in wanted if choice not in known]:
            raise FilterError(message.format(missing), field=field)


def _chosen(choices: Collection[Any]) -> frozenset[Any] | None:
    return frozenset(choices) if choices else None


def _length(horizon: Duration | None) -> timedelta | None:
    if horizon is not None and horizon.months:
        raise PeriodError("Horizons cannot be months or years.", field="horizon")
    return None if horizon is None else horizon.time
