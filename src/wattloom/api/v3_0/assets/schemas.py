"""Assets as clients send and see them."""

import math
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.api.v3_0.audit_records import AuditRecordJson
from wattloom.api.v3_0.json_columns import JsonArray, JsonObject, json_text
from wattloom.assets import Asset, ChildAsset, KeyFigure, Relations
from wattloom.http import Id
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

    model_config = ConfigDict(extra="forbid")

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

    name: Name
    generic_asset_type_id: Id
    account_id: Id | None = None


class NamedJson(TypedDict):
    """Something by its id and name."""

    id: int
    name: str | None


class AssetTypeJson(NamedJson):
    """A type that assets can have."""

    description: str | None


class ChildJson(TypedDict):
    """An asset directly below another."""

    id: int
    name: str
    account_id: int | None
    generic_asset_type: NamedJson


class AssetJson(TypedDict):
    """An asset; the fields from ``attributes`` to ``sensors_to_show_as_kpis`` that hold JSON are strings of it."""

    id: int
    name: str
    description: str | None
    account_id: int | None
    owner: NamedJson | None
    latitude: float | None
    longitude: float | None
    generic_asset_type_id: int
    generic_asset_type: NamedJson
    attributes: str
    parent_asset_id: int | None
    child_assets: list[ChildJson]
    sensors: list[NamedJson]
    sensors_to_show: str
    flex_context: str
    flex_model: str
    sensors_to_show_as_kpis: str
    external_id: str | None


class OneAssetJson(AssetJson):
    """An asset by itself."""

    status: int


AssetArray: TypeAlias = list[AssetJson] | list[dict[str, Any]]
"""Assets with all fields, or with those that were asked for."""

AssetPage = TypedDict(
    "AssetPage",
    {
        "data": AssetArray,
        "num-records": int,
        "filtered-records": int,
        "status": int,
    },
)


AuditPage = TypedDict(
    "AuditPage",
    {
        "data": list[AuditRecordJson],
        "num-records": int,
        "filtered-records": int,
        "num_records": int,
        "filtered_records": int,
        "status": int,
    },
)


class KpiJson(TypedDict):
    """A key figure."""

    title: str
    sensor: int
    unit: str
    downsample_value: float
    downsample_function: str


class KpisJson(TypedDict):
    """The key figures of an asset."""

    data: list[KpiJson]


class CopyJson(TypedDict):
    """Where a copy is: the id of the new asset."""

    message: str
    asset: int
    status: int


def asset_json(asset: Asset, relations: Relations) -> AssetJson:
    """Return an asset as clients see it, with all fields."""
    return {
        "id": asset.id,
        "name": asset.name,
        "description": asset.description,
        "account_id": asset.account_id,
        "owner": None if asset.account_id is None else {"id": asset.account_id, "name": asset.account_name},
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "generic_asset_type_id": asset.asset_type.id,
        "generic_asset_type": {"id": asset.asset_type.id, "name": asset.asset_type.name},
        "attributes": json_text(asset.attributes),
        "parent_asset_id": asset.parent_asset_id,
        "child_assets": [_child_json(child) for child in relations.children],
        "sensors": [{"id": sensor_id, "name": name} for sensor_id, name in relations.sensors],
        "sensors_to_show": json_text(asset.sensors_to_show),
        "flex_context": json_text(asset.flex_context),
        "flex_model": json_text(asset.flex_model),
        "sensors_to_show_as_kpis": json_text(asset.sensors_to_show_as_kpis),
        "external_id": asset.external_id,
    }


def kpi_json(figure: KeyFigure) -> KpiJson:
    """Return a key figure as clients see it."""
    return {
        "title": figure.title,
        "sensor": figure.sensor.id,
        "unit": figure.sensor.unit,
        "downsample_value": 0.0 if figure.value is None else round(figure.value, 2),
        "downsample_function": figure.function,
    }


def _child_json(child: ChildAsset) -> ChildJson:
    return {
        "id": child.id,
        "name": child.name,
        "account_id": child.account_id,
        "generic_asset_type": {"id": child.asset_type.id, "name": child.asset_type.name},
    }
