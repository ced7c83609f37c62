"""How many sites and assets somebody may see, and how their newest schedules ended."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from wattloom.accounts import Action, Kind, User, policy
from wattloom.accounts.tables import account
from wattloom.assets import AssetType
from wattloom.assets.tables import asset, asset_type
from wattloom.sites.site_map import STATES, SiteState, newest_state

_OWNERS = policy.Columns(Kind.ASSET, asset.c.account_id, account.c.consultancy_account_id)


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """What there is, all in all.

    Attributes:
        states: Number of sites by how their newest schedule ended.
        types: Number of owned assets by type, most frequent first.
    """

    states: Mapping[SiteState, int]
    types: tuple[tuple[AssetType, int], ...]

    @property
    def n_sites(self) -> int:
        """How many sites there are."""
        return sum(self.states.values())


def count_sites(connection: Connection, user: User) -> SiteCounts:
    """Return how many sites and assets a user may see; public assets are none of them.

    Args:
        connection: Any transaction.
        user: Who asks.
    """
    with_owners = asset.outerjoin(account, account.c.id == asset.c.account_id)
    owned = asset.c.account_id.is_not(None) & policy.permitted(user, Action.READ, _OWNERS)
    states = connection.scalars(
        select(newest_state(asset.c.id)).select_from(with_owners).where(owned, asset.c.parent_asset_id.is_(None))
    )
    n = func.count()
    types = connection.execute(
        select(asset_type.c.id, asset_type.c.name, n)
        .select_from(with_owners.join(asset_type, asset_type.c.id == asset.c.asset_type_id))
        .where(owned)
        .group_by(asset_type.c.id, asset_type.c.name)
        .order_by(n.desc(), asset_type.c.name)
    )
    return SiteCounts(
        states=Counter(STATES.get(state, "none") for state in states),
        types=tuple((AssetType(type_id, name), count) for type_id, name, count in types),
    )
