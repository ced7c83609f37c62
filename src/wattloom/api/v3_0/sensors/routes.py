"""The endpoints of sensors."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from wattloom.accounts import Action, User, account_resource, policy
from wattloom.api.documented_errors import refusal
from wattloom.api.v3_0.paging import LIST_ALIASES, list_response
from wattloom.api.v3_0.sensors.schemas import (
    NewSensorBody,
    SensorAnswer,
    SensorChanges,
    SensorJson,
    SensorListParams,
    SensorPageJson,
    SensorStatusJson,
    StatisticsAnswer,
    StatisticsParams,
    sensor_json,
    statistics_json,
)
from wattloom.api.v3_0.sensors.status import freshness_json
from wattloom.assets import (
    SensorScope,
    add_sensor,
    asset_resource,
    change_sensor,
    get_asset,
    remove_sensor,
    search_sensors,
)
from wattloom.errors import FilterError, InputError, NotFoundError
from wattloom.http import (
    ChangeableSensor,
    CurrentUser,
    DeletableSensor,
    JsonResponse,
    ReadableSensor,
    ReadConnection,
    Services,
    ServicesDep,
    WriteConnection,
    make_router,
    query_aliases,
)
from wattloom.periods import Resolution
from wattloom.timeseries import NewSensor, Sensor, freshness_of_sensors, get_sensor, statistics_by_source

router = make_router(prefix="/v3_0/sensors", tags=["Sensors"])


@router.get(
    "",
    summary="List sensors",
    response_model=list[SensorJson] | SensorPageJson,
    responses=refusal(422, "fields", "plain"),
)
@query_aliases(**LIST_ALIASES, account_id="account", asset_id="asset")
def index(
    params: Annotated[SensorListParams, Query()], connection: ReadConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """List the sensors of your account, of another one, or of an asset and all assets below it.

    Without ``page`` the answer is an array, with it an object that also counts.
    """
    account_id = _account_in_scope(connection, user, params)
    scope = SensorScope(
        account_id=account_id,
        asset_id=params.asset,
        include_clients=params.include_consultancy_clients,
        include_public=params.include_public_assets,
        unit=params.unit,
    )
    page = search_sensors(connection, user, scope, params.listing())
    return list_response(page, params, lambda sensor: _json(sensor, services))


@router.post("", summary="Create a sensor", status_code=201, response_model=SensorJson)
def post(body: NewSensorBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Create a sensor on an asset.

    The unit is any SI unit with its prefixes, a currency, a percentage, or made
    of these, such as EUR/kWh. A resolution of zero makes the sensor instantaneous.
    """
    try:
        owner = asset_resource(connection, body.generic_asset_id)
    except NotFoundError as error:
        raise InputError(error.message, field="generic_asset_id") from error
    policy.check(user, Action.CREATE_CHILDREN, owner)
    new = NewSensor(
        name=body.name,
        unit=body.unit,
        timezone=body.timezone or services.options.timezone,
        event_resolution=Resolution.parse(body.event_resolution),
        attributes=body.attributes,
        asset_id=body.generic_asset_id,
    )
    return JsonResponse(_json(add_sensor(connection, new, by=user, now=services.clock()), services), 201)


@router.get("/{id}", summary="Get a sensor", response_model=SensorAnswer)
def fetch_one(sensor: ReadableSensor, services: ServicesDep) -> JsonResponse:
    """Return one sensor."""
    return JsonResponse(_answer(sensor, services))


@router.patch("/{id}", summary="Update a sensor", response_model=SensorAnswer)
def patch(
    sensor: ChangeableSensor, body: SensorChanges, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Change any subset of the fields. What is recorded is not converted to a new unit or resolution."""
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    if "event_resolution" in changes:
        changes["event_resolution"] = Resolution.parse(changes["event_resolution"])
    change_sensor(connection, sensor, replace(sensor, **changes), by=user, now=services.clock())
    return JsonResponse(_answer(get_sensor(connection, sensor.id), services))


@router.delete("/{id}", summary="Delete a sensor", status_code=204)
def delete(
    sensor: DeletableSensor, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Delete a sensor and everything recorded on it."""
    remove_sensor(connection, sensor, by=user, now=services.clock())
    return JsonResponse(None, 204)


@router.get("/{id}/status", summary="Get the status of a sensor", response_model=SensorStatusJson)
def status(sensor: ReadableSensor, connection: ReadConnection, services: ServicesDep) -> JsonResponse:
    """Return for each type of source whether what it recorded is recent enough.

    Data are stale two resolutions after they could be known, schedules and
    forecasts when they reach less than 12 hours ahead; the sensor's attribute
    ``status_specs`` may say otherwise.
    """
    found = freshness_of_sensors(connection, services.beliefs, [sensor], now=services.clock())
    asset_name = get_asset(connection, sensor.asset_id).name
    answer: SensorStatusJson = {
        "sensors_data": [freshness_json(one, asset_name=asset_name) for one in found],
        "status": 200,
    }
    return JsonResponse(answer)


@router.get("/{id}/stats", summary="Get statistics of a sensor", response_model=StatisticsAnswer)
def stats(
    sensor: ReadableSensor, params: Annotated[StatisticsParams, Query()], connection: ReadConnection
) -> JsonResponse:
    """Return for each source what it has recorded: first and last event, extremes, mean, sum and count."""
    found = statistics_by_source(connection, sensor, start=params.event_start_time, end=params.event_end_time)
    answer: StatisticsAnswer = {"status": 200}
    for one in found:
        shown = statistics_json(one, sensor)
        name = f"{one.source.description} (ID: {one.source.id})"
        answer[name] = shown if params.sort else [[label, value] for label, value in shown.items()]
    return JsonResponse(answer)


def _account_in_scope(connection: Connection, user: User, params: SensorListParams) -> int:
    """Return the account whose sensors are meant, having checked that account and asset may be read."""
    if params.account is not None:
        policy.check(user, Action.READ, account_resource(connection, params.account))
    if params.asset is not None:
        try:
            owner = asset_resource(connection, params.asset)
        except NotFoundError as error:
            raise FilterError(error.message, field="asset") from error
        policy.check(user, Action.READ, owner)
        if params.account is not None and owner.account_id != params.account:
            # compat: this one refusal is plain text (tests/integration/api/test_sensors.py).
            raise HTTPException(422, f"Asset {params.asset} does not belong to account {params.account}.")
    return user.account_id if params.account is None else params.account


def _json(sensor: Sensor, services: Services) -> SensorJson:
    return sensor_json(sensor, host=services.options.public_host, now=services.clock())


def _answer(sensor: Sensor, services: Services) -> SensorAnswer:
    return {**_json(sensor, services), "status": 200}
