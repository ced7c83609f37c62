"""The endpoints of what is recorded on sensors."""

from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from wattloom.accounts import Action
from wattloom.api.documented_errors import refusal
from wattloom.api.errors import error_style
from wattloom.api.v3_0.sensors.bodies import JsonBytes, asked_fields, merged, posted_fields
from wattloom.api.v3_0.sensors.data_schemas import DataJson, PreviewJson, RecordedJson
from wattloom.api.v3_0.sensors.delete_data import DeletedData
from wattloom.api.v3_0.sensors.deprecated import AskedOfAddress, PostedToAddress, sensor_at, superseded_by
from wattloom.api.v3_0.sensors.get_data import AskedData, get_data
from wattloom.api.v3_0.sensors.post_data import PostedData, post_data
from wattloom.api.v3_0.sensors.upload import preview_json, read_upload, record_upload, total_of
from wattloom.api.v3_0.sensors.upload_form import UploadedForm, UploadForm, upload_form
from wattloom.assets import DataSelection, delete_data
from wattloom.http import (
    CurrentUser,
    DeletableSensor,
    JsonResponse,
    ReadableSensor,
    ReadConnection,
    RecordableSensor,
    ServicesDep,
    WriteConnection,
    make_router,
)
from wattloom.timeseries import RecordOutcome

router = make_router(prefix="/v3_0/sensors", tags=["Sensors"])


def _body_of(
    model: type[BaseModel], content_type: str = "application/json", *, is_required: bool = True
) -> dict[str, Any]:
    """Return what the documentation says of a body that the handler parses itself."""
    content = {content_type: {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": is_required, "content": content}}


def _query_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the documentation says of a query that the handler parses itself."""
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": name in required,
                "schema": field,
                "description": field.get("description", ""),
            }
            for name, field in schema["properties"].items()
        ]
    }


DATA_LOCATION = "combined_sensor_data_description"
UPLOAD_LOCATION = "combined_sensor_data_upload"
_REPLACED = refusal(403, "rejected", "results") | refusal(409)
PROCESSED: RecordedJson = {"status": "PROCESSED", "message": "Request has been processed."}
DRY_RUN = {"status": "PROCESSED", "message": "Nothing is stored: this was a dry run."}
ALREADY_RECEIVED: RecordedJson = {
    # compat: clients know it by "results" (tests/integration/api/test_sensor_data.py).
    "results": "PROCESSED",
    "status": "ALREADY_RECEIVED_AND_SUCCESSFULLY_PROCESSED",
    "message": "This data has already been received and successfully processed.",
}


@router.post(
    "/{id}/data",
    summary="Post sensor data",
    response_model=RecordedJson,
    responses=_REPLACED,
    openapi_extra=_body_of(PostedData),
)
@error_style(location=DATA_LOCATION, unknown={"sensor": 404})
def post_values(
    sensor: RecordableSensor,
    request: Request,
    body: JsonBytes,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Record values of equally long events, as yours.

    Values are converted to the sensor's unit and resolution. Nothing is
    overwritten: the same event and belief time with another value is refused.
    """
    posted = merged(PostedData, request.query_params, posted_fields(body))
    outcome = post_data(connection, services, sensor, posted, user=user)
    return JsonResponse(_answer_to(outcome))


@router.post(
    "/{id}/data/upload",
    summary="Upload sensor data",
    response_model=RecordedJson | PreviewJson,
    responses=_REPLACED,
    openapi_extra=_body_of(UploadForm, "multipart/form-data"),
)
@error_style(location=UPLOAD_LOCATION)
async def upload_values(
    sensor: RecordableSensor, parts: UploadedForm, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Record the values of CSV or Excel files, as yours; all of them, or none.

    The first two columns are event_start, in ISO 8601 or as the date of a
    spreadsheet, and event_value. Times without an offset are in the sensor's
    zone. Values are converted to the sensor's unit and resolution. With
    ``dry-run`` nothing is stored, and the answer counts what would be.
    """
    form = upload_form(parts)

    def answer() -> JsonResponse:
        # Nobody else waits for the database while files are read.
        files = read_upload(sensor, form)
        with services.database.write() as connection:
            outcomes = record_upload(connection, services, sensor, form, files, user=user)
        if form.is_dry_run:
            return JsonResponse(preview_json(outcomes, sensor) | DRY_RUN)
        return JsonResponse(_answer_to(total_of(outcomes)))

    return await run_in_threadpool(answer)


@router.get("/{id}/data", summary="Get sensor data", response_model=DataJson, openapi_extra=_query_of(AskedData))
@error_style(location=DATA_LOCATION, unknown={"sensor": 404})
def get_values(
    sensor: ReadableSensor,
    request: Request,
    body: JsonBytes,
    connection: ReadConnection,
    services: ServicesDep,
) -> JsonResponse:
    """Return the values of a sensor, one per step of the resolution, ``null`` where nothing is known.

    Of several sources the one with the highest version counts for each event,
    then the most recent belief. The parameters may also stand in a JSON body.
    """
    asked = merged(AskedData, request.query_params, asked_fields(body))
    return JsonResponse(get_data(connection, services, sensor, asked) | PROCESSED)


@router.delete(
    "/{id}/data",
    summary="Delete sensor data",
    status_code=204,
    responses=refusal(409),
    openapi_extra=_body_of(DeletedData, is_required=False),
)
@error_style(location="json")
def delete_values(
    sensor: DeletableSensor,
    request: Request,
    body: JsonBytes,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Delete what is recorded on a sensor: all of it, or what a source stated, or the events of a window.

    Events count that start at ``start`` or later and end at ``until`` or
    earlier. The audit log of the asset keeps who deleted what.
    """
    wanted = merged(DeletedData, request.query_params, asked_fields(body))
    selection = DataSelection(wanted.source, wanted.start, wanted.until)
    delete_data(connection, services.beliefs, sensor, selection, by=user, now=services.clock())
    return JsonResponse(None, 204)


@router.post(
    "/data",
    summary="Post data to an entity address",
    deprecated=True,
    response_model=RecordedJson,
    responses=_REPLACED,
    openapi_extra=_body_of(PostedToAddress),
)
@error_style(location="json")
def post_values_to_address(
    request: Request, body: JsonBytes, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Record values on the sensor that an entity address names; use ``/sensors/{id}/data`` instead."""
    posted = merged(PostedToAddress, request.query_params, posted_fields(body))
    sensor = sensor_at(connection, posted.sensor, user, Action.CREATE_CHILDREN)
    outcome = post_data(connection, services, sensor, posted, user=user)
    return JsonResponse(_answer_to(outcome), headers=superseded_by(sensor))


@router.get(
    "/data",
    summary="Get data of an entity address",
    deprecated=True,
    response_model=DataJson,
    openapi_extra=_query_of(AskedOfAddress),
)
@error_style(location="query")
def get_values_of_address(
    request: Request, connection: ReadConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Return the values of the sensor that an entity address names; use ``/sensors/{id}/data`` instead."""
    asked = merged(AskedOfAddress, request.query_params, {})
    sensor = sensor_at(connection, asked.sensor, user, Action.READ)
    return JsonResponse(get_data(connection, services, sensor, asked) | PROCESSED, headers=superseded_by(sensor))


def _answer_to(outcome: RecordOutcome) -> RecordedJson:
    return ALREADY_RECEIVED if outcome.n_unchanged or not outcome.n_stored else PROCESSED
