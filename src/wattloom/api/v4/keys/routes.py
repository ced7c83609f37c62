"""The endpoints of API keys."""

from datetime import datetime
from typing import Annotated, TypeAlias

from fastapi import Query
from sqlalchemy import Connection

from wattloom.accounts import (
    KEY_LIFETIME,
    Action,
    ApiKey,
    Kind,
    NewApiKey,
    Resource,
    create_api_key,
    get_api_key,
    get_user,
    list_api_keys,
    policy,
    rename_api_key,
    revoke_api_keys,
    user_resource,
)
from wattloom.api.v4.keys.schemas import (
    IssuedKeyJson,
    KeyChanges,
    KeyJson,
    KeyListParams,
    KeysJson,
    NewKeyBody,
    issued_key_json,
    key_json,
)
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    Permitted,
    ReadConnection,
    ServicesDep,
    WriteConnection,
    make_router,
)

router = make_router(prefix="/v4/keys", tags=["API keys"])

_WHAT = "API key"


def _find_key(connection: Connection, key_id: int) -> tuple[ApiKey, Resource]:
    key = get_api_key(connection, key_id)
    return key, _keys_of(connection, key.user_id)


def _keys_of(connection: Connection, user_id: int) -> Resource:
    owner = user_resource(connection, get_user(connection, user_id))
    return Resource(Kind.API_KEY, owner.account_id, owner.consultancy_account_id, user_id)


ReadableKey: TypeAlias = Annotated[ApiKey, Permitted(Action.READ, _find_key)]
ChangeableKey: TypeAlias = Annotated[ApiKey, Permitted(Action.UPDATE, _find_key)]
RevocableKey: TypeAlias = Annotated[ApiKey, Permitted(Action.DELETE, _find_key)]


@router.get("", summary="List API keys", response_model=KeysJson)
def index(params: Annotated[KeyListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List your API keys, expired ones as well, or those of a user whom you look after.

    The keys themselves are not kept, so nobody can see them again.
    """
    user_id = params.user if params.user is not None else user.id
    policy.check(user, Action.READ, _keys_of(connection, user_id))
    keys: KeysJson = {"keys": [key_json(key) for key in list_api_keys(connection, user_id)]}
    return JsonResponse(keys)


@router.post("", summary="Make an API key", status_code=201, response_model=IssuedKeyJson)
def post(body: NewKeyBody, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Make a key for yourself; send it like a token, in the ``Authorization`` header.

    It is shown in this answer and never again.
    """
    policy.check_in_person(user, "create", _WHAT)
    policy.check(user, Action.CREATE_CHILDREN, Resource(Kind.USER, user.account_id, user_id=user.id))
    now = services.clock()
    new = NewApiKey(body.name, body.scopes, _expiry(body, now))
    return JsonResponse(issued_key_json(create_api_key(connection, user, new, by=user, now=now)), 201)


@router.get("/{id}", summary="Get an API key", response_model=KeyJson)
def fetch_one(key: ReadableKey) -> JsonResponse:
    """Return what is known about one key."""
    return JsonResponse(key_json(key))


@router.patch("/{id}", summary="Rename an API key", response_model=KeyJson)
def patch(
    key: ChangeableKey, body: KeyChanges, connection: WriteConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """Give a key of yours another name; what it is good for stays as it was made."""
    policy.check_in_person(user, "update", _WHAT)
    return JsonResponse(key_json(rename_api_key(connection, key, body.name, by=user, now=services.clock())))


@router.delete("/{id}", summary="Revoke an API key", status_code=204)
def delete(key: RevocableKey, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """End a key: it is refused from now on."""
    policy.check_in_person(user, "delete", _WHAT)
    owner = get_user(connection, key.user_id)
    revoke_api_keys(connection, owner, [key], by=user, now=services.clock())
    return JsonResponse(None, 204)


def _expiry(body: NewKeyBody, now: datetime) -> datetime | None:
    return body.expires if "expires" in body.model_fields_set else now + KEY_LIFETIME
