"""Sensors to choose from."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.accounts import Action, account_resource, policy
from wattloom.api.fields import ResolutionText, Unit
from wattloom.assets import FoundSensor, SensorsWanted, asset_resource, choose_sensors
from wattloom.http import CurrentUser, Id, JsonResponse, ReadConnection, make_router

router = make_router(prefix="/v4/sensors", tags=["Sensors"])

_MOST = 200
_MAX_TERMS = 20


class SensorSearch(BaseModel):
    """Which sensors to offer."""

    model_config = ConfigDict(extra="forbid")

    filter: str = Field("", max_length=1000, description="Words that all occur in the names of sensor, asset and unit.")
    fits: list[Unit] = Field(
        [],
        max_length=10,
        description="Units: only sensors whose values can be told in one of them, prices in any currency.",
        examples=[["kW"]],
    )
    resolution: ResolutionText | None = Field(
        None, description="Only sensors with this length of events in ISO 8601.", examples=["PT15M"]
    )
    account: Id | None = Field(None, description="Sensors on assets of this account; by default your own.")
    asset: Id | None = Field(None, description="Sensors on this asset and all below it.")
    public: bool = Field(False, description="Also those on public assets.")
    id: list[Id] = Field([], max_length=_MOST, description="These sensors alone; those you may not read are left out.")
    limit: int = Field(20, ge=1, le=_MOST, description="At most so many.")


class FoundSensorJson(TypedDict):
    """A sensor with the name of its asset."""

    id: int
    name: str
    unit: str
    event_resolution: str
    asset: int
    asset_name: str
    is_public: bool


class FoundSensorsJson(TypedDict):
    """The first sensors by the names of asset and sensor, and whether there are more of them."""

    sensors: list[FoundSensorJson]
    has_more: bool


@router.get("", summary="Search sensors to choose from", response_model=FoundSensorsJson)
def search(params: Annotated[SensorSearch, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """Return sensors that you may read, with what tells them from others of the same name, those on public assets last."""
    if params.account is not None:
        policy.check(user, Action.READ, account_resource(connection, params.account))
    if params.asset is not None:
        policy.check(user, Action.READ, asset_resource(connection, params.asset))
    wanted = SensorsWanted(
        account_id=user.account_id if params.account is None else params.account,
        asset_id=params.asset,
        includes_public=params.public,
        fits=params.fits,
        resolution=params.resolution,
        terms=tuple(params.filter.split()[:_MAX_TERMS]),
        ids=params.id,
    )
    found, has_more = choose_sensors(connection, user, wanted, limit=len(params.id) or params.limit)
    answer: FoundSensorsJson = {"sensors": [_json(each) for each in found], "has_more": has_more}
    return JsonResponse(answer)


def _json(found: FoundSensor) -> FoundSensorJson:
    sensor = found.sensor
    return {
        "id": sensor.id,
        "name": sensor.name,
        "unit": sensor.unit,
        "event_resolution": sensor.event_resolution.iso(),
        "asset": sensor.asset_id,
        "asset_name": found.asset_name,
        "is_public": found.is_public,
    }
