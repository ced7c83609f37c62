"""Versions, services, readiness and ping; all public."""

from fastapi import Request
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from wattloom.api.v3_0 import FLEXMEASURES_VERSION
from wattloom.api.v3_0.health.schemas import OkJson, ReadinessJson, ServiceJson, ServicesJson, VersionsJson
from wattloom.errors import UnavailableError
from wattloom.http import JsonResponse, Services, ServicesDep, make_router

router = make_router(tags=["Public"])

_PREFIX = "/v3_0"


@router.get("/", summary="Versions", response_model=VersionsJson)
def get_versions() -> JsonResponse:
    """Say which versions of the API there are."""
    answer: VersionsJson = {
        "message": f"Use the API at /api{_PREFIX}; /api{_PREFIX}/docs describes it.",
        "versions": [_PREFIX.removeprefix("/")],
        "flexmeasures_version": FLEXMEASURES_VERSION,
        "status": 200,
    }
    return JsonResponse(answer)


@router.get(_PREFIX, summary="Services", response_model=ServicesJson)
def get_services(request: Request) -> JsonResponse:
    """List the operations of this version."""
    base_url = str(request.url.replace(path=request.scope.get("root_path", ""), query=""))
    services: list[ServiceJson] = [
        {
            "url": base_url + path,
            "name": f"{method.upper()} {path.removeprefix(_PREFIX)}",
            "description": operation["summary"],
        }
        for template, operations in request.app.openapi()["paths"].items()
        if template.startswith(_PREFIX)
        for path in [template.replace("{", "<").replace("}", ">")]
        for method, operation in operations.items()
    ]
    answer: ServicesJson = {
        "services": sorted(services, key=lambda service: (service["url"], service["name"])),
        "version": "3.0",
        "status": "PROCESSED",
        "message": "Request has been processed.",
    }
    return JsonResponse(answer)


@router.get(
    f"{_PREFIX}/health/ready",
    summary="Readiness",
    response_model=ReadinessJson,
    responses={503: {"model": ReadinessJson, "description": "Not ready; Retry-After says when to ask again."}},
)
def get_readiness(services: ServicesDep) -> JsonResponse:
    """Say whether the server can work: its database answers."""
    is_ready = _answers(services)
    status = 200 if is_ready else 503
    answer: ReadinessJson = {"database_sql": is_ready, "status": status}
    return JsonResponse(answer, status, None if is_ready else {"Retry-After": "5"})


@router.get("/ops/ping", summary="Ping", response_model=OkJson)
def ping() -> JsonResponse:
    """Answer, without touching the database."""
    answer: OkJson = {"message": "ok", "status": 200}
    return JsonResponse(answer)


def _answers(services: Services) -> bool:
    try:
        with services.database.read() as connection:
            connection.execute(select(literal(1)))
    except (UnavailableError, SQLAlchemyError):
        return False
    return True
