"""What an asset is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.accounts import Kind, Resource


@dataclass(frozen=True, slots=True)
class AssetType:
    """What kind of thing an asset is; decides how it is scheduled."""

    id: int
    name: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A physical or logical thing: a site, a building, a battery.

    Attributes:
        name: Unique among the children of the parent, or among the top-level
            assets of the account, or among the public top-level assets.
        latitude: North of the equator [°].
        longitude: East of Greenwich [°].
        account_id: Owner; None makes the asset public.
        account_name: Name of the owner.
        consultancy_account_id: Account whose consultants look after the owner.
        external_id: Id in another system, unique in the account.
        attributes: Free JSON.
        flex_context: Inherited by assets below.
        flex_model: Collected by assets above.
        sensors_to_show: Graphs.
        sensors_to_show_as_kpis: Key figures.
    """

    id: int
    name: str
    description: str | None
    latitude: float | None
    longitude: float | None
    asset_type: AssetType
    account_id: int | None
    account_name: str | None
    consultancy_account_id: int | None
    parent_asset_id: int | None
    external_id: str | None
    attributes: Mapping[str, Any]
    flex_context: Mapping[str, Any]
    flex_model: Mapping[str, Any]
    sensors_to_show: list[Any]
    sensors_to_show_as_kpis: list[Any]

    @property
    def resource(self) -> Resource:
        """The facts that decide who may do what to it."""
        return Resource(Kind.ASSET, self.account_id, self.consultancy_account_id)


@dataclass(frozen=True, slots=True)
class ChildAsset:
    """An asset directly below another."""

    id: int
    name: str
    account_id: int | None
    asset_type: AssetType


@dataclass(frozen=True, slots=True)
class Relations:
    """What belongs to an asset.

    Attributes:
        children: Assets directly below, by id.
        sensors: Ids and names of its own sensors, by id.
    """

    children: tuple[ChildAsset, ...] = ()
    sensors: tuple[tuple[int, str], ...] = ()
