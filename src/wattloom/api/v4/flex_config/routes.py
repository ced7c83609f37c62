"""The endpoints that editors of assets ask: which fields there are, and what would be said of a change."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattloom.accounts import User
from wattloom.api.v3_0.assets.change import change_asset
from wattloom.api.v3_0.assets.schemas import AssetChanges
from wattloom.api.v3_0.schedules.trigger import planning_limits
from wattloom.api.v4.flex_config.fields import FlexFieldsJson, flex_fields_json
from wattloom.api.v4.languages import AnswerLanguage
from wattloom.assets import Asset, collect_flex_models
from wattloom.errors import FieldPath, InputError, NotFoundError, PermissionDeniedError
from wattloom.http import (
    ChangeableAsset,
    CurrentUser,
    JsonResponse,
    Services,
    ServicesDep,
    TrialConnection,
    make_router,
)
from wattloom.language import using
from wattloom.scheduling import ScheduleRequest, rehearse_schedule

router = make_router(prefix="/v4", tags=["Assets"])

_KEPT = {"Cache-Control": "public, max-age=3600"}
_WRAPPERS = ("json", "flex-context", "flex-model")

Messages = dict[str, list[str]]
"""What is wrong, by the path of the field, its parts joined with dots."""


class CheckJson(TypedDict):
    """What would be said: ``problems`` by which PATCH would refuse, and ``warnings`` of a schedule after it."""

    problems: Messages
    warnings: Messages


@router.get("/flex-fields", summary="List the fields of flex-configs", response_model=FlexFieldsJson)
def list_fields(language: AnswerLanguage = "en") -> JsonResponse:
    """Return all fields of flex-contexts, flex-models and what stands in them, with their units, defaults and meaning."""
    with using(language):
        return JsonResponse(flex_fields_json(), headers=_KEPT)


@router.post("/assets/{id}/check", summary="Check changes of an asset", response_model=CheckJson)
def check(
    asset: ChangeableAsset, body: AssetChanges, trial: TrialConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Return what PATCH would say to the same body, and what asking for a schedule would say afterwards. Changes nothing.

    Problems are those for which PATCH refuses. Warnings concern the whole flex-config, inherited fields included.
    """

    def change() -> None:
        change_asset(trial, asset, body, by=user, now=services.clock())

    problems = _said(change)
    warnings = {} if problems else _said(lambda: _rehearse(trial, services, user, asset))
    answer: CheckJson = {"problems": problems, "warnings": warnings}
    return JsonResponse(answer)


def _rehearse(connection: Connection, services: Services, user: User, asset: Asset) -> None:
    if collect_flex_models(connection, asset.id):
        request = ScheduleRequest(("asset", asset.id), start=services.clock())
        rehearse_schedule(connection, request, planning_limits(services), by=user)


def _said(attempt: Callable[[], Any]) -> Messages:
    """Return what is wrong with the attempt; nothing when it succeeds."""
    try:
        attempt()
    except InputError as error:
        found = [(problem.path, problem.message) for problem in error.problems]
    except PermissionDeniedError as error:
        found = [(error.path, error.message)]
    except NotFoundError as error:
        found = [((), error.message)]
    else:
        return {}
    said: Messages = {}
    for path, message in found:
        said.setdefault(_dotted(path), []).append(message)
    return said


def _dotted(path: FieldPath) -> str:
    """Return a path within the flex-config, where it leads there."""
    parts = list(map(str, path))
    while parts and parts[0] in _WRAPPERS:
        parts.pop(0)
    return ".".join(parts)
