"""Versions, services, readiness and ping; all public."""

from fastapi import Request
from sqlalchemy import literal, select
from sqlalchemy.exc import SQLAlchemyError

from wattloom.api.v3_0 import FLEXMEASURES_VERSION
from wattloom.errors import UnavailableError
from wattloom.http import JsonResponse, Services, ServicesDep, make_router

router = make_router(tags=["Public"])

_PREFIX = "/v3_0"


@router.get("/", summary="Versions")
def get_versions() -> JsonResponse:
    """Say which versions of the API there are."""
    return JsonResponse(
        {
            "message": f"Use the API at /api{_PREFIX}; /api{_PREFIX}/openapi.json describes it.",
            "versions": [_PREFIX.removeprefix("/")],
            "flexmeasures_version": FLEXMEASURES_VERSION,
            "status": 200,
        }
    )


@router.get(_PREFIX, summary="Services")
def get_services(request: Request) -> JsonResponse:
    """List the operations of this version."""
    base_url = str(request.url.replace(path=request.scope.get("root_path", ""), query=""))
    services = [
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
    return JsonResponse(
        {
            "services": sorted(services, key=lambda service: (service["url"], service["name"])),
            "version": "3.0",
            "status": "PROCESSED",
            "message": "Request has been processed.",
        }
    )


@router.get(f"{_PREFIX}/health/ready", summary="Readiness")
def get_readiness(services: ServicesDep) -> JsonResponse:
    """Say whether the server can work: its database answers."""
    is_ready = _answers(services)
    status = 200 if is_ready else 503
    return JsonResponse(
        {"database_sql": is_ready, "status": status}, status, None if is_ready else {"Retry-After": "5"}
    )


@router.get("/ops/ping", summary="Ping")
def ping() -> JsonResponse:
    """Answer, without touching the database."""
    return JsonResponse({"message": "ok", "status": 200})


def _answers(services: Services) -> bool:
    try:
        with services.database.read() as connection:
            connection.execute(select(literal(1)))
    except (UnavailableError, SQLAlchemyError):
        return False
    return True
