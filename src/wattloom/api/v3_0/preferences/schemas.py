"""Preferences as clients send them."""

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.accounts import AssetView
from wattloom.errors import InputError


class DefaultAssetViewBody(BaseModel):
    """Which page of an asset opens first."""

    model_config = ConfigDict(extra="forbid")

    default_asset_view: AssetView | None = Field(
        None, description="The page to open first; may be left out where use_as_default is false."
    )
    use_as_default: bool = Field(True, description="False returns to the default of the system.")

    def chosen(self) -> AssetView | None:
        """Return the page to open first, None for the default of the system.

        Raises:
            InputError: There should be one, and none is named.
        """
        if not self.use_as_default:
            return None
        if self.default_asset_view is None:
            raise InputError("Missing data for required field.", field="default_asset_view")
        return self.default_asset_view


class LegendsBody(BaseModel):
    """Where the legends of graphs stand."""

    model_config = ConfigDict(extra="forbid")

    keep_legends_below_graphs: bool = Field(
        True,
        description="True keeps legends below graphs; false moves those of seven sensors or more to the right.",
    )


class PreferenceStoredJson(TypedDict):
    """That a preference is stored."""

    message: str
    status: int
