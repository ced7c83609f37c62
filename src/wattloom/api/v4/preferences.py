"""A user's own preferences, read and replaced as a whole."""

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.accounts import (
    Action,
    AssetView,
    Kind,
    Preferences,
    Resource,
    policy,
    read_preferences,
    store_preferences,
)
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, ServicesDep, WriteConnection, make_router

router = make_router(prefix="/v4/me/preferences", tags=["Preferences"])


class PreferencesBody(BaseModel):
    """All preferences of a user."""

    model_config = ConfigDict(extra="forbid")

    default_asset_view: AssetView | None = Field(
        description="Which page of an asset opens first; null leaves that to the system."
    )
    keep_legends_below_graphs: bool = Field(
        description="True keeps legends below graphs; false moves those of seven sensors or more to the right."
    )


class PreferencesJson(TypedDict):
    """All preferences of a user, as in the body of PUT."""

    default_asset_view: str | None
    keep_legends_below_graphs: bool


@router.get("", summary="Get your preferences", response_model=PreferencesJson)
def get(connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """Return how you want pages to look."""
    policy.check(user, Action.READ, Resource(Kind.USER, user.account_id, user_id=user.id))
    return JsonResponse(_json(read_preferences(connection, user)))


@router.put("", summary="Replace your preferences", response_model=PreferencesJson)
def put(body: PreferencesBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Say how you want pages to look; returns what is stored now."""
    policy.check(user, Action.UPDATE, Resource(Kind.USER, user.account_id, user_id=user.id))
    chosen = Preferences(body.default_asset_view, body.keep_legends_below_graphs)
    store_preferences(connection, user, chosen, by=user, now=services.clock())
    return JsonResponse(_json(chosen))


def _json(preferences: Preferences) -> PreferencesJson:
    return {
        "default_asset_view": preferences.default_asset_view,
        "keep_legends_below_graphs": preferences.keep_legends_below_graphs,
    }
