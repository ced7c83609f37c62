"""From the sources that a request chooses to a filter of beliefs."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from wattloom.api.v4.series.query import SourceChoice
from wattloom.errors import InputError
from wattloom.timeseries import BeliefFilter, Sensor, sources_of_sensors


def source_filter(connection: Connection, asked: SourceChoice, sensors: Sequence[Sensor]) -> BeliefFilter:
    """Return whose beliefs count.

    Raises:
        InputError: A source, type or account that is asked for has recorded nothing on any of the sensors.
    """
    if asked.source or asked.source_type or asked.source_account:
        recorded = sources_of_sensors(connection, {sensor.id for sensor in sensors}).values()
        _check("source", asked.source, {source.id for source in recorded})
        _check("source-type", asked.source_type, {source.type for source in recorded})
        _check("source-account", asked.source_account, {source.account_id for source in recorded})
    return BeliefFilter(
        source_ids=_chosen(asked.source),
        source_types=_chosen(asked.source_type),
        exclude_source_types=frozenset(asked.exclude_source_type),
        source_account_ids=_chosen(asked.source_account),
    )


def _check(field: str, wanted: Collection[Any], recorded: Collection[Any]) -> None:
    for choice in wanted:
        if choice not in recorded:
            raise InputError(f"No {field.replace('-', ' ')} {choice} has data here.", field=field)


def _chosen(choices: Collection[Any]) -> frozenset[Any] | None:
    return frozenset(choices) if choices else None
