"""The query parameters of assets."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wattloom.api.fields import Instant
from wattloom.api.v3_0.assets.schemas import AssetJson
from wattloom.api.v3_0.paging import ListParams
from wattloom.assets import CopyTarget
from wattloom.db import Listing
from wattloom.errors import FilterError, suggestion
from wattloom.http import Id
from wattloom.periods import Period


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split("|"))


def _of_known_fields(text: str) -> str:
    known = AssetJson.__annotations__
    for unknown in sorted(_names(text) - known.keys()):
        raise ValueError(f"Assets have no field '{unknown}'.{suggestion(unknown, known)}")
    return text


FieldNames = Annotated[str, Field(max_length=1000), AfterValidator(_of_known_fields)]


class FieldChoice(BaseModel):
    """Which fields of assets to return."""

    model_config = ConfigDict(extra="ignore")

    fields: FieldNames | None = Field(None, description="Names separated by pipes, for example id|name.")

    def picker(self) -> Callable[[AssetJson], Mapping[str, object]]:
        """Return what reduces an asset to the fields that were asked for."""
        if self.fields is None:
            return lambda asset: asset
        names = _names(self.fields)
        return lambda asset: {name: part for name, part in asset.items() if name in names}


class AssetListParams(ListParams, FieldChoice):
    """Which assets to list."""

    account: Id | None = Field(None, description="Assets of this account (or account_id); yours by default.")
    all_accessible: bool = Field(False, description="Assets of all accounts that you may read, and public ones.")
    include_public: bool = Field(False, description="Public assets as well.")
    root: Id | None = Field(None, description="This asset and all below it.")
    depth: int | None = Field(None, ge=0, le=1000, description="Generations below the root.")
    asset_type: Id | None = Field(None, description="Assets of this type.")
    sort_by: Literal["id", "name", "owner"] | None = Field(None, alias="sort-by", description="What to sort by.")


class AssetSensorListParams(ListParams):
    """Which sensors of an asset to list."""

    sort_by: Literal["id", "name", "resolution"] | None = Field(None, alias="sort-by", description="What to sort by.")

    def listing(self) -> Listing:
        """Return the part of the list that is asked for; the direction may be left out."""
        return replace(super().listing(), sort_by=self.sort_by)


class AuditListParams(ListParams):
    """Which audit records to list."""

    sort_by: Literal["event_datetime"] | None = Field(None, alias="sort-by", description="What to sort by.")


class KpiParams(BaseModel):
    """Which days count."""

    start: Instant = Field(description="Days that start here or later.")
    end: Instant = Field(description="Days that start before.")

    def period(self) -> Period:
        """Return the window.

        Raises:
            FilterError: It ends before it starts.
        """
        if self.end < self.start:
            raise FilterError("Must not lie before the start.", field="end")
        return Period(self.start, self.end)


class CopyParams(BaseModel):
    """Where a copy is to stand; without both it becomes a sibling of the original."""

    model_config = ConfigDict(extra="ignore")

    account: Id | None = Field(None, description="Owner of the copy; without a parent it stands at the top there.")
    parent: Id | None = Field(None, description="Asset that the copy is below; its account owns the copy by default.")

    def target(self) -> CopyTarget:
        """Return where the copy is to stand."""
        return CopyTarget(self.account, self.parent)
