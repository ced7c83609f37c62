"""A belief store and its literal model side by side: everything is done to both."""

from collections.abc import Mapping, Sequence
from dataclasses import replace as changed
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select

from tests.factories import make_asset, make_sensor
from tests.property.beliefs_strategies import SOURCES, datetime_of
from tests.property.literal_beliefs import (
    Belief,
    LiteralSensor,
    LiteralStore,
    Removed,
    Saved,
    doomed,
)
from wattloom.errors import ReplacementError
from wattloom.periods import Period, to_us
from wattloom.timeseries import (
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Sensor,
    Source,
    get_sensor,
    get_sources,
    record_beliefs,
    remove_beliefs,
)
from wattloom.timeseries.tables import belief, belief_summary, data_source, superseded_belief


class Ground:
    """What all examples of a test share: a database with an asset and the sources."""

    def __init__(self, connection: Connection, store: BeliefStore) -> None:
        self.connection, self.store = connection, store
        self.asset_id = make_asset(connection)
        ids = [
            connection.execute(insert(data_source).values(source).returning(data_source.c.id)).scalar_one()
            for source in SOURCES
        ]
        self.source_ids: list[int] = ids
        self.sources: Mapping[int, Source] = get_sources(connection, ids)


class Twins:
    """Real sensors with what is recorded about them, and the model of it."""

    def __init__(self, ground: Ground, sensors: Sequence[LiteralSensor]) -> None:
        self.connection, self.store, self.sources = ground.connection, ground.store, ground.sources
        self.source_ids = ground.source_ids
        self.real: list[Sensor] = [
            get_sensor(
                ground.connection,
                make_sensor(
                    ground.connection,
                    generic_asset_id=ground.asset_id,
                    event_resolution=sensor.resolution,
                    timezone=sensor.zone,
                    knowledge_horizon_fnc=sensor.knowledge,
                    knowledge_horizon_par=dict(sensor.parameters),
                ),
            )
            for sensor in sensors
        ]
        self.literal = {real.id: changed(sensor, id=real.id) for real, sensor in zip(self.real, sensors, strict=True)}
        self.model = LiteralStore()

    def placed(self, beliefs: Sequence[Belief]) -> list[Belief]:
        """Return beliefs with the ids of the database instead of positions."""
        return [one._replace(sensor=self.real[one.sensor].id, source=self.source_ids[one.source]) for one in beliefs]

    def save(self, batch: Sequence[Belief], *, replace: bool = False, dry_run: bool = False) -> Saved | None:
        """Record in the store; None where that is refused."""
        sensor = self.real[batch[0].sensor]
        try:
            outcome = record_beliefs(
                self.connection,
                self.store,
                sensor,
                in_columns(self.placed(batch)),
                replace=replace,
                dry_run=dry_run,
            )
        except ReplacementError:
            return None
        return Saved(outcome.n_new, outcome.n_changed, outcome.n_unchanged)

    def model_saves(self, batch: Sequence[Belief], *, replace: bool = False) -> Saved | None:
        """Record in the model; None where that is refused."""
        rows = self.placed(batch)
        try:
            return self.model.save(self.literal[rows[0].sensor], rows, replace=replace)
        except ReplacementError:
            return None

    def remove(
        self, window: tuple[int, int], wanted: BeliefFilter, *, only_superseded: bool, dry_run: bool = False
    ) -> Removed:
        """Remove from the first sensor of the store."""
        outcome = remove_beliefs(
            self.connection,
            self.store,
            self.real[0],
            period_of(window),
            wanted,
            only_superseded=only_superseded,
            dry_run=dry_run,
        )
        return Removed(outcome.n_current, outcome.n_superseded, outcome.n_restored)

    def model_removes(self, window: tuple[int, int], wanted: BeliefFilter, *, only_superseded: bool) -> Removed:
        """Remove from the first sensor of the model."""
        sensor = self.literal[self.real[0].id]
        return self.model.remove(
            doomed(self.model, sensor, self.sources, window, wanted, only_superseded=only_superseded)
        )

    def held(self, *, current: bool) -> list[Belief]:
        """Return the rows of the table of current beliefs, or of the other one."""
        table = (belief if current else superseded_belief).c
        rows = self.connection.execute(
            select(
                table.sensor_id,
                table.event_start,
                table.source_id,
                table.belief_time,
                table.cumulative_probability,
                table.event_value,
            ).where(table.sensor_id.in_(self.literal))
        )
        return sorted(Belief(row[0], to_us(row[1]), row[2], to_us(row[3]), row[4], row[5]) for row in rows)

    def summaries(self) -> dict[tuple[int, int], dict[str, Any]]:
        """Return the summary rows of the store."""
        rows = self.connection.execute(select(belief_summary).where(belief_summary.c.sensor_id.in_(self.literal)))
        found = {(row.sensor_id, row.source_id): dict(row._mapping) for row in rows}
        for row in found.values():
            del row["sensor_id"], row["source_id"]
            row |= {name: to_us(row[name]) for name in ("first_event_start", "last_event_start", "last_belief_time")}
        return found


def in_columns(beliefs: Sequence[Belief]) -> Beliefs:
    """Return beliefs as columns, sorted."""
    columns = zip(*sorted(beliefs), strict=True) if beliefs else ((),) * 6
    kinds = (np.int64,) * 4 + (np.float64,) * 2
    return Beliefs(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def in_rows(beliefs: Beliefs) -> list[Belief]:
    """Return columns as beliefs, in their order."""
    return [Belief(*row) for row in zip(*(column.tolist() for column in beliefs.columns), strict=True)]


def period_of(window: tuple[int, int]) -> Period:
    """Return a window as a period."""
    return Period(datetime_of(window[0]), datetime_of(window[1]))
