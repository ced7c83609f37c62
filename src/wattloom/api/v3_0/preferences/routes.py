"""The endpoints of preferences, which FlexMeasures has among those of assets."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wattloom.accounts import Action, Kind, Resource, User, policy, read_preferences, store_preferences
from wattloom.api.v3_0.preferences.schemas import DefaultAssetViewBody, LegendsBody, PreferenceStoredJson
from wattloom.http import CurrentUser, JsonResponse, ServicesDep, WriteConnection, make_router

router = make_router(prefix="/v3_0/assets", tags=["Assets"])


@router.post(
    "/default_asset_view", summary="Choose which page of an asset opens first", response_model=PreferenceStoredJson
)
def update_default_asset_view(
    body: DefaultAssetViewBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Choose which page of an asset you are shown first, or return to the default of the system.

    The choice is kept with the user, whatever the user logs in with.
    """
    _change(connection, user, services.clock(), default_asset_view=body.chosen())
    return _stored("Default asset view updated successfully.")


@router.post(
    "/keep_legends_below_graphs",
    summary="Choose where the legends of graphs stand",
    response_model=PreferenceStoredJson,
)
def update_keep_legends_below_graphs(
    body: LegendsBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Choose whether legends stay below graphs however many sensors they name, for example on narrow screens.

    By default the legends of seven sensors or more stand to the right. The choice is kept with the user.
    """
    _change(connection, user, services.clock(), keep_legends_below_graphs=body.keep_legends_below_graphs)
    return _stored("Legend position preference updated successfully.")


def _change(connection: Connection, user: User, now: datetime, **changes: Any) -> None:
    policy.check(user, Action.UPDATE, Resource(Kind.USER, user.account_id, user_id=user.id))
    changed = replace(read_preferences(connection, user), **changes)
    store_preferences(connection, user, changed, by=user, now=now)


def _stored(message: str) -> JsonResponse:
    stored: PreferenceStoredJson = {"message": message, "status": 200}
    return JsonResponse(stored)
