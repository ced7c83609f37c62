"""Assets as clients send and see them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from wattloom.api.fields import Instant
from wattloom.api.v3_0.json_columns import JsonArray, JsonObject, json_text
from wattloom.api.v3_0.paging import ListParams
from wattloom.assets import Asset, AuditRecord, ChildAsset, KeyFigure, Relations
from wattloom.db import Listing
from wattloom.errors import FilterError
from wattloom.http import Id
from wattloom.periods import Period
from wattloom.scheduling import with_plain_ids

_DECIMALS = 7


def _rounded_at_most(value: float | None) -> float | None:
    if value is not None and not math.isclose(round(value, _DECIMALS), value, rel_tol=0, abs_tol=1e-12):
        raise ValueError(f"Coordinates have at most {_DECIMALS} decimals.")
    return value


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _unset_if_blank(value: str | None) -> str | None:
    return (value or "").strip() or None


Name = Annotated[str, BeforeValidator(_stripped), Field(min_length=1, max_length=80)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), AfterValidator(_rounded_at_most)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), AfterValidator(_rounded_at_most)]
FlexConfig = Annotated[JsonObject, AfterValidator(with_plain_ids)]
ExternalId = Annotated[str | None, Field(max_length=80), AfterValidator(_unset_if_blank)]


class AssetChanges(BaseModel):
    """Fields of an asset to change; any subset."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"latitude": 11.1, "longitude": 99.9}]})

    name: Name = ""
    description: str | None = Field(None, max_length=10_000)
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    generic_asset_type_id: Id = 0
    parent_asset_id: Id | None = None
    external_id: ExternalId = None
    attributes: JsonObject = {}
    flex_context: FlexConfig = {}
    flex_model: FlexConfig = {}
    sensors_to_show: JsonArray = []
    sensors_to_show_as_kpis: JsonArray = []


class NewAssetBody(AssetChanges):
    """An asset to create."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Test battery",
                    "generic_asset_type_id": 2,
                    "account_id": 2,
                    "latitude": 40,
                    "longitude": 170.3,
                },
                {
                    "name": "Test battery",
                    "generic_asset_type_id": 2,
                    "account_id": 2,
                    "parent_asset_id": 10,
                    "latitude": 40,
                    "longitude": 170.3,
                },
            ]
        },
    )

    name: Name
    generic_asset_type_id: Id
    account_id: Id | None = None


class FieldChoice(BaseModel):
    """Which fields of assets to return."""

    model_config = ConfigDict(extra="ignore")

    fields: str | None = Field(None, max_length=1000, description="Names separated by pipes, for example id|name.")

    def chosen(self) -> tuple[str, ...] | None:
        """Return the names, None for all.

        Raises:
            FilterError: Assets have no such field.
        """
        if self.fields is None:
            return None
        names = tuple(name.strip() for name in self.fields.split("|"))
        unknown = [name for name in names if name not in ASSET_FIELDS]
        if unknown:
            raise FilterError(f"Assets have no field '{unknown[0]}'.", field="fields")
        return names


class AssetListParams(ListParams, FieldChoice):
    """Which assets to list."""

    account: Id | None = Field(None, description="Assets of this account (or account_id); yours by default.")
    all_accessible: bool = Field(False, description="Assets of all accounts that you may read, and public ones.")
    include_public: bool = Field(False, description="Public assets as well.")
    root: Id | None = Field(None, description="This asset and all below it.")
    depth: int | None = Field(None, ge=0, le=1000, description="Generations below the root.")
    asset_type: Id | None = Field(None, description="Assets of this type.")
    sort_by: Literal["id", "name", "owner"] | None = Field(None, alias="sort-by")


class AssetSensorListParams(ListParams):
    """Which sensors of an asset to list."""

    sort_by: Literal["id", "name", "resolution"] | None = Field(None, alias="sort-by")

    def listing(self) -> Listing:
        """Return the part of the list that is asked for; the direction may be left out."""
        return replace(super().listing(), sort_by=self.sort_by)


class AuditListParams(ListParams):
    """Which audit records to list."""

    sort_by: Literal["event_datetime"] | None = Field(None, alias="sort-by")


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


_Getter = Callable[[Asset, Relations], Any]
ASSET_FIELDS: Mapping[str, _Getter] = {
    "id": lambda asset, _: asset.id,
    "name": lambda asset, _: asset.name,
    "description": lambda asset, _: asset.description,
    "account_id": lambda asset, _: asset.account_id,
    "owner": lambda asset, _: (
        None if asset.account_id is None else {"id": asset.account_id, "name": asset.account_name}
    ),
    "latitude": lambda asset, _: asset.latitude,
    "longitude": lambda asset, _: asset.longitude,
    "generic_asset_type_id": lambda asset, _: asset.asset_type.id,
    "generic_asset_type": lambda asset, _: {"id": asset.asset_type.id, "name": asset.asset_type.name},
    "attributes": lambda asset, _: json_text(asset.attributes),
    "parent_asset_id": lambda asset, _: asset.parent_asset_id,
    "child_assets": lambda _, relations: [_child_json(child) for child in relations.children],
    "sensors": lambda _, relations: [{"id": sensor_id, "name": name} for sensor_id, name in relations.sensors],
    "sensors_to_show": lambda asset, _: json_text(asset.sensors_to_show),
    "flex_context": lambda asset, _: json_text(asset.flex_context),
    "flex_model": lambda asset, _: json_text(asset.flex_model),
    "sensors_to_show_as_kpis": lambda asset, _: json_text(asset.sensors_to_show_as_kpis),
    "external_id": lambda asset, _: asset.external_id,
}
"""What is shown of an asset, field by field."""


def asset_json(asset: Asset, relations: Relations, fields: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Return an asset as clients see it, with all fields or the chosen ones."""
    if fields is None:
        return {name: get(asset, relations) for name, get in ASSET_FIELDS.items()}
    return {name: ASSET_FIELDS[name](asset, relations) for name in fields}


def audit_json(record: AuditRecord) -> dict[str, Any]:
    """Return an audit record as clients see it; the time is UTC without an offset."""
    return {
        "event": record.event,
        "event_datetime": record.event_time.replace(tzinfo=None).isoformat(),
        "active_user_name": record.user_name,
        "active_user_id": record.user_id,
        "action": record.action,
        "details": record.details,
    }


def kpi_json(figure: KeyFigure) -> dict[str, Any]:
    """Return a key figure as clients see it."""
    return {
        "title": figure.title,
        "sensor": figure.sensor.id,
        "unit": figure.sensor.unit,
        "downsample_value": 0.0 if figure.value is None else round(figure.value, 2),
        "downsample_function": figure.function,
    }


def _child_json(child: ChildAsset) -> dict[str, Any]:
    return {
        "id": child.id,
        "name": child.name,
        "account_id": child.account_id,
        "generic_asset_type": {"id": child.asset_type.id, "name": child.asset_type.name},
    }
