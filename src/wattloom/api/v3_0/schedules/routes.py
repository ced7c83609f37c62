"""The endpoints of schedules, below assets and sensors."""

from typing import Annotated, Any

from fastapi import Query, Request

from wattloom.api.documented_errors import refusal
from wattloom.api.errors import error_style, rejection
from wattloom.api.v3_0.schedules.get_schedule import find_schedule_job, pending_response, schedule_response
from wattloom.api.v3_0.schedules.schemas import (
    AssetTriggerBody,
    PendingJson,
    ScheduleJson,
    ScheduleParams,
    TriggerBody,
    TriggeredJson,
)
from wattloom.api.v3_0.schedules.trigger import asset_trigger_body, trigger
from wattloom.api.v3_0.sensors.bodies import JsonBytes
from wattloom.api.waiting import answer_when_ended, prefers_no_wait, read_job_id
from wattloom.errors import FlexModelError
from wattloom.http import (
    CurrentUser,
    ExtensibleAsset,
    JsonResponse,
    ReadableSensor,
    RecordableSensor,
    ServicesDep,
    WriteConnection,
    make_router,
)

router = make_router(prefix="/v3_0", tags=["Schedules"])

_LATER: dict[int | str, dict[str, Any]] = {
    202: {"model": TriggeredJson, "description": "ACCEPTED, in the place of 200 with api_profile next."}
}


@router.post(
    "/assets/{id}/schedules/trigger",
    summary="Schedule the devices of an asset",
    response_model=TriggeredJson,
    responses=_LATER,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": AssetTriggerBody.model_json_schema()}},
        }
    },
)
@error_style(location=None, unknown={"asset": 422})
def trigger_asset(
    asset: ExtensibleAsset,
    request: Request,
    raw: JsonBytes,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Plan all flexible devices of an asset and of the assets below it: together, or one after another.

    The flex-model is a list of devices; what is stored on their assets fills it
    up, and with an empty list it is used alone. The answer names a job; its
    schedules are read per sensor.
    """
    try:
        body = asset_trigger_body(request, raw)
        return trigger(connection, services, user, body.request_for("asset", asset.id))
    except FlexModelError as error:
        raise error.below("json") from error


@router.post(
    "/sensors/{id}/schedules/trigger", summary="Schedule one device", response_model=TriggeredJson, responses=_LATER
)
def trigger_sensor(
    sensor: RecordableSensor, body: TriggerBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Plan the device whose power this sensor tells; the type of its asset, or an attribute, says by which scheduler.

    What is stored on the sensor's asset fills the flex-model up. The answer
    names a job, and where the schedule can be read.
    """
    return trigger(connection, services, user, body.request_for("sensor", sensor.id), results=sensor.id)


@router.get(
    "/sensors/{id}/schedules/{uuid}",
    summary="Get a schedule",
    response_model=ScheduleJson,
    responses=refusal(400, "plain", "rejected", names="UNKNOWN_SCHEDULE, UNRECOGNIZED_UDI_EVENT, INVALID_REQUEST")
    | {202: {"model": PendingJson, "description": "ACCEPTED: not done, for who prefers not to wait."}},
)
@error_style(location=None)
async def get_schedule(
    sensor: ReadableSensor,
    uuid: str,
    params: Annotated[ScheduleParams, Query()],
    request: Request,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return what a job has scheduled for a sensor; any sensor that it records on will do.

    Without ``duration`` that is its first six hours. An unfinished job is waited
    for, for some seconds. Power counts consumption positive unless asked otherwise.
    """
    job_id = read_job_id(uuid)

    def answer(may_wait: bool) -> JsonResponse | None:  # noqa: FBT001 - the form that waiting asks for
        with services.database.read() as connection:
            job = find_schedule_job(connection, services, user, sensor, job_id)
            if job is None:
                return rejection(400, "UNRECOGNIZED_UDI_EVENT", f"There is no scheduling job with id {uuid}.")
            if not job.state.is_final and prefers_no_wait(request):
                return pending_response(job, status=202)
            if not job.state.is_final and may_wait:
                return None
            return schedule_response(connection, services, sensor, job, params)

    return await answer_when_ended(services, job_id, answer)
