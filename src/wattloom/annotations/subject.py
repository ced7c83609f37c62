"""What annotations are attached to."""

from dataclasses import dataclass

from sqlalchemy import Table

from wattloom.accounts import Account, Kind, Resource
from wattloom.annotations.tables import annotations_accounts, annotations_assets, annotations_sensors
from wattloom.assets import Asset
from wattloom.timeseries import Sensor

LINKS: dict[Kind, Table] = {
    Kind.ACCOUNT: annotations_accounts,
    Kind.ASSET: annotations_assets,
    Kind.SENSOR: annotations_sensors,
}
"""Which annotations belong to what, by kind."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An account, an asset or a sensor.

    Attributes:
        resource: The facts that decide who may read its annotations; its kind is that of the subject.
        id: Its id.
        name: What people call it.
        asset_id: The asset whose history tells of its annotations; None for accounts.
    """

    resource: Resource
    id: int
    name: str
    asset_id: int | None = None

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.resource.kind


def account_subject(account: Account) -> Subject:
    """Return an account as subject of annotations."""
    return Subject(account.resource, account.id, account.name)


def owner_subject(asset: Asset) -> list[Subject]:
    """Return the account that owns an asset; nothing for public ones."""
    if asset.account_id is None:
        return []
    resource = Resource(Kind.ACCOUNT, asset.account_id, asset.consultancy_account_id)
    return [Subject(resource, asset.account_id, asset.account_name or "")]


def asset_subject(asset: Asset) -> Subject:
    """Return an asset as subject of annotations."""
    return Subject(asset.resource, asset.id, asset.name, asset.id)


def sensor_subject(sensor: Sensor, asset: Asset) -> Subject:
    """Return a sensor as subject of annotations; ``asset`` is the one that it belongs to."""
    resource = Resource(Kind.SENSOR, asset.account_id, asset.consultancy_account_id)
    return Subject(resource, sensor.id, sensor.name, asset.id)
