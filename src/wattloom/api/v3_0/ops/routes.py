"""The endpoints by which tasks report their runs, and monitors hear of them."""

import hmac
from typing import Annotated, Any

from fastapi import Form, Query, Request

from wattloom.accounts import Action, Kind, Resource, TaskRun, get_task_run, policy, report_task_run
from wattloom.api.documented_errors import refusal
from wattloom.api.fields import Instant
from wattloom.api.v3_0.ops.schemas import TaskRunJson, TaskRunProblemJson, TaskRunStoredJson
from wattloom.errors import AuthenticationError, NotFoundError, PermissionDeniedError
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    ReadConnection,
    Services,
    ServicesDep,
    WriteConnection,
    make_router,
)

router = make_router(prefix="/ops", tags=["Operations"])

_USUAL_FREQUENCY_MIN = 10
_MAX_NAME = 80
_BEARER = "Bearer "
_PROBLEM: dict[int | str, dict[str, Any]] = {
    400: {"description": "No task is named.", "model": TaskRunProblemJson},
    404: {"description": "The task has not reported any run.", "model": TaskRunProblemJson},
}


@router.get(
    "/getLatestTaskRun",
    summary="Get the latest run of a task",
    response_model=TaskRunJson,
    responses=_PROBLEM | refusal(401) | refusal(403),
    openapi_extra={"security": [{"ApiKeyAuth": []}]},
)
def get_latest_task_run(
    request: Request,
    connection: ReadConnection,
    services: ServicesDep,
    name: Annotated[str, Query(max_length=_MAX_NAME, description="Name of the task.")] = "",
) -> JsonResponse:
    """Say when a task last ran, and whether that went well, to a monitor.

    The monitor sends the operator's ``task_check_token`` in the Authorization header instead of a user's token.
    """
    _check_token(request, services)
    if not name:
        return _problem(services, name, 400, "Name the task, for example ?name=import-prices.")
    try:
        run = get_task_run(connection, name)
    except NotFoundError as error:
        return _problem(services, name, 404, error.message)
    reason = "" if run.succeeded else f"The latest run of task '{name}' failed."
    return JsonResponse(_run_json(services, name, reason) | {"lastrun": run.at.isoformat()})


@router.post("/postLatestTaskRun", summary="Report that a task has run", response_model=TaskRunStoredJson)
def post_latest_task_run(
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
    name: Annotated[str, Form(min_length=1, max_length=_MAX_NAME, description="Name of the task.")],
    status: Annotated[str, Form(max_length=80, description="True if it did what it should.")] = "True",
    at: Annotated[
        Instant | None, Form(alias="datetime", description="When it ran, with an offset; now by default.")
    ] = None,
) -> JsonResponse:
    """Report that a task has run, in the place of its report before; needs the role task-runner."""
    policy.check(user, Action.UPDATE, Resource(Kind.TASK_RUN))
    report_task_run(connection, TaskRun(name, at or services.clock(), status.strip().lower() == "true"))
    stored: TaskRunStoredJson = {"status": "OK", "message": "Request has been processed."}
    return JsonResponse(stored)


def _check_token(request: Request, services: Services) -> None:
    sent = request.headers.get("authorization")
    if sent is None:
        raise AuthenticationError("Send the task_check_token of the server in the Authorization header.")
    expected = services.options.task_check_token.get_secret_value()
    if not expected or not hmac.compare_digest(sent.removeprefix(_BEARER).strip().encode(), expected.encode()):
        raise PermissionDeniedError(Action.READ, Kind.TASK_RUN)


def _problem(services: Services, name: str, status: int, reason: str) -> JsonResponse:
    problem: TaskRunProblemJson = {**_run_json(services, name, reason), "message": reason}
    return JsonResponse(problem, status)


def _run_json(services: Services, name: str, reason: str) -> TaskRunJson:
    """Return what is known of a task that ran never; without a reason to complain all is well."""
    options = services.options
    return {
        "status": "ERROR" if reason else "OK",
        "reason": reason,
        "lastrun": None,
        "frequency": options.task_frequencies_min.get(name, _USUAL_FREQUENCY_MIN),
        "process": "Wattloom",
        "server": options.public_host,
    }
