"""The endpoints of schedules, below assets and sensors."""

from typing import Annotated

from fastapi import Query, Request

from wattloom.accounts import Action, policy
from wattloom.api.v3_0.errors import error_style, rejection
from wattloom.api.v3_0.schedules.get_schedule import find_schedule_job, pending_response, schedule_response
from wattloom.api.v3_0.schedules.schemas import AssetTriggerBody, ScheduleParams, TriggerBody
from wattloom.api.v3_0.schedules.trigger import asset_trigger_body, trigger
from wattloom.api.v3_0.sensors.access import permitted_sensor
from wattloom.api.v3_0.sensors.bodies import RawBody
from wattloom.api.v3_0.waiting import answer_when_ended, prefers_no_wait, read_job_id
from wattloom.assets import asset_resource
from wattloom.errors import FlexModelError, InputError, NotFoundError
from wattloom.http import CurrentUser, JsonResponse, PathId, ServicesDep, WriteConnection, make_router

router = make_router(prefix="/v3_0", tags=["Schedules"])


@router.post(
    "/assets/{id}/schedules/trigger",
    summary="Schedule the devices of an asset",
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": AssetTriggerBody.model_json_schema()}}}},
)
@error_style(location=None)
def trigger_asset(
    asset_id: PathId,
    request: Request,
    raw: RawBody,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Plan all flexible devices of an asset and of the assets below it together.

    The flex-model is a list of devices; what is stored on their assets fills it
    up, and with an empty list it is used alone. The answer names a job; its
    schedules are read per sensor.
    """
    try:
        policy.check(user, Action.CREATE_CHILDREN, asset_resource(connection, asset_id))
        body = asset_trigger_body(request, raw)
        return trigger(connection, services, user, body.request_for("asset", asset_id))
    except NotFoundError as error:
        raise InputError(error.message, field="id") from error
    except FlexModelError as error:
        raise error.below("json") from error


@router.post("/sensors/{id}/schedules/trigger", summary="Schedule one device")
def trigger_sensor(
    sensor_id: PathId, body: TriggerBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Plan the device whose power this sensor tells.

    What is stored on the sensor's asset fills the flex-model up. The answer
    names a job, and where the schedule can be read.
    """
    permitted_sensor(connection, user, Action.CREATE_CHILDREN, sensor_id)
    return trigger(connection, services, user, body.request_for("sensor", sensor_id), results=sensor_id)


@router.get("/sensors/{id}/schedules/{uuid}", summary="Get a schedule")
@error_style(location=None)
async def get_schedule(
    sensor_id: PathId,
    uuid: str,
    params: Annotated[ScheduleParams, Query()],
    request: Request,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return what a job has scheduled for a sensor; any sensor that it records on will do.

    An unfinished job is waited for, for some seconds. Power counts consumption
    positive unless asked otherwise.
    """
    job_id = read_job_id(uuid)

    def answer(may_wait: bool) -> JsonResponse | None:  # noqa: FBT001 - the form that waiting asks for
        with services.database.read() as connection:
            sensor, job = find_schedule_job(connection, services, user, sensor_id, job_id)
            if job is None:
                return rejection(400, "UNRECOGNIZED_UDI_EVENT", f"There is no scheduling job with id {uuid}.")
            if not job.state.is_final and prefers_no_wait(request):
                return pending_response(job, status=202)
            if not job.state.is_final and may_wait:
                return None
            return schedule_response(connection, services, sensor, job, params)

    return await answer_when_ended(services, job_id, answer)
