"""What is announced, with what decides who may hear it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from wattloom.accounts import Kind, Resource
from wattloom.accounts.tables import account
from wattloom.assets.read import asset_resources
from wattloom.assets.tree import ancestors_of
from wattloom.db import in_batches
from wattloom.events import About, Announcement, Change
from wattloom.timeseries.tables import sensor

_WITH_OWNER = frozenset({About.ASSET, About.SENSOR, About.ANNOTATIONS})
"""Changes that say whose thing it was, so that they can be told when it is gone."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change, and where it happened.

    Attributes:
        change: What happened.
        resource: Whoever may read this may hear of it.
        asset_id: The asset concerned, or that the sensor is part of; None for an account.
        above: The asset and all above it; empty for an account.
    """

    change: Change
    resource: Resource
    asset_id: int | None
    above: frozenset[int]


@dataclass(frozen=True, slots=True)
class Told:
    """What one transaction changed; what belongs to something that is gone by now is left out."""

    id: int
    changes: tuple[ToldChange, ...]


def told(connection: Connection, announcements: Sequence[Announcement]) -> list[Told]:
    """Return announcements with what decides who may hear them, in a few queries for all of them."""
    if not announcements:
        return []
    places = _Places(connection, [change for each in announcements for change in each.changes])
    return [
        Told(each.id, tuple(found for change in each.changes if (found := places.of(change)) is not None))
        for each in announcements
    ]


class _Places:
    """Where things are, and whose, read once for many changes."""

    def __init__(self, connection: Connection, changes: Sequence[Change]) -> None:
        without_asset = {change.sensor for change in changes if change.asset is None and change.sensor is not None}
        self._asset_of = _assets_of_sensors(connection, without_asset)
        asset_ids = {found for change in changes if (found := self._asset_id(change)) is not None}
        self._resources = asset_resources(connection, asset_ids)
        self._above = ancestors_of(connection, self._resources)
        owners = {change.account for change in changes if change.account is not None}
        self._consultancies = _consultancies(connection, owners)

    def of(self, change: Change) -> ToldChange | None:
        """Return a change with its place; None when there is nothing left to tell about."""
        asset_id = self._asset_id(change)
        resource = self._resources.get(asset_id) if asset_id is not None else None
        if resource is None:
            resource = self._former(change, Kind.ACCOUNT if asset_id is None else Kind.ASSET)
        if resource is None:
            return None
        above = self._above.get(asset_id, {asset_id}) if asset_id is not None else ()
        return ToldChange(change, resource, asset_id, frozenset(above))

    def _asset_id(self, change: Change) -> int | None:
        if change.asset is not None or change.sensor is None:
            return change.asset
        return self._asset_of.get(change.sensor)

    def _former(self, change: Change, kind: Kind) -> Resource | None:
        """Return what decided when it happened; None if nobody wrote it down, or the account is gone."""
        if change.about not in _WITH_OWNER or (kind is Kind.ACCOUNT and change.account is None):
            return None
        if change.account is not None and change.account not in self._consultancies:
            return None
        return Resource(kind, change.account, self._consultancies.get(change.account or 0))


def _assets_of_sensors(connection: Connection, sensor_ids: Iterable[int]) -> dict[int, int]:
    ids = (sensor.c.id, sensor.c.generic_asset_id)
    batches = in_batches(sensor_ids)
    return {row[0]: row[1] for batch in batches for row in connection.execute(select(*ids).where(ids[0].in_(batch)))}


def _consultancies(connection: Connection, account_ids: Iterable[int]) -> Mapping[int, int | None]:
    """Return the consultancies of those accounts that exist."""
    columns = (account.c.id, account.c.consultancy_account_id)
    batches = in_batches(account_ids)
    found = (row for batch in batches for row in connection.execute(select(*columns).where(columns[0].in_(batch))))
    return {row[0]: row[1] for row in found}
