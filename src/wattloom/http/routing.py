"""Routes whose handlers name what they need: a transaction, the caller, the services.

A handler says so by the types of its parameters, for example
``def fetch_one(asset: ReadableAsset, connection: ReadConnection, user: CurrentUser)``.
The route opens the transaction, authenticates the caller in it, finds what the
path names and asks the rules whether the caller may (:class:`Permitted`), calls
the handler and commits before the response is sent, all in one thread of the
pool. FastAPI's own dependencies would take a turn in the pool each: 0.8 ms of
CPU for one asset instead of 0.5 ms.

An ``async`` handler may ask for the caller, for what the path names and for the
services; it holds no transaction while it waits. A handler that asks for
neither the caller nor a permission is public. Pages ask for all at once with :data:`Visit`.
"""

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Annotated, Any, TypeAlias, get_args

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from wattloom.accounts import Action, Claim, KeyClaim, User, policy, user_of_claim
from wattloom.db import Database
from wattloom.errors import InputError
from wattloom.http.ids import PathId
from wattloom.http.json_body import parse_json
from wattloom.http.login.authentication import check_intent, claim_of
from wattloom.http.login.session import CSRF_FIELD
from wattloom.http.permitted import Permitted
from wattloom.http.services import Services


class _Need(Enum):
    READ = "read"
    WRITE = "write"
    TRIAL = "trial"
    USER = "user"
    SERVICES = "services"
    VISIT = "visit"


ReadConnection: TypeAlias = Annotated[Connection, _Need.READ]
"""The request's transaction; it changes nothing."""

WriteConnection: TypeAlias = Annotated[Connection, _Need.WRITE]
"""The request's transaction; committed before the response is sent, rolled back on errors."""

TrialConnection: TypeAlias = Annotated[Connection, _Need.TRIAL]
"""A transaction in which everything can be tried; it is always rolled back."""

CurrentUser: TypeAlias = Annotated[User, _Need.USER]
"""Who sent the request; without valid credentials it is refused."""

ServicesDep: TypeAlias = Annotated[Services, _Need.SERVICES]
"""Stores, queue, clock and options."""


@dataclass(frozen=True, slots=True)
class PageVisit:
    """What a page needs of its request: who looks, and a transaction that changes nothing."""

    request: Request
    services: Services
    connection: Connection
    user: User

    @property
    def now(self) -> datetime:
        """The present, aware."""
        return self.services.clock()


Visit: TypeAlias = Annotated[PageVisit, _Need.VISIT]
"""Everything that a page of somebody who is logged in needs of its request."""

Handler: TypeAlias = Callable[..., Any]

_TRANSACTIONS = (_Need.WRITE, _Need.TRIAL, _Need.READ)
_OWN_REQUEST = "bound_request"
_SUBJECT = "subject_id"


def make_router(*, prefix: str = "", tags: Sequence[str | Enum] = ()) -> APIRouter:
    """Return a router whose handlers may name what they need."""
    return APIRouter(prefix=prefix, tags=list(tags), route_class=HandlerRoute)


def needs_user(handler: Handler) -> bool:
    """Return whether a handler refuses anonymous requests; also for wrapped ones."""
    handler = inspect.unwrap(handler)
    return bool({_Need.USER, _Need.VISIT} & set(_needs_of(handler).values())) or bool(_permitted_of(handler))


def needs_services(handler: Handler) -> bool:
    """Return whether a handler works with stores, which may be busy."""
    return bool(_needs_of(inspect.unwrap(handler))) or needs_user(handler)


def subject_of(handler: Handler) -> type | None:
    """Return the type of what the path names and the rules protect; None where it names nothing of the kind."""
    handler = inspect.unwrap(handler)
    found: type | None = None
    for name in _permitted_of(handler):
        found = get_args(inspect.signature(handler, eval_str=True).parameters[name].annotation)[0]
    return found


def query_aliases(**canonical: str) -> Callable[[Handler], Handler]:
    """Accept further names of query parameters; the canonical name wins where both are sent.

    Args:
        canonical: The canonical name by further name.
    """

    def decorate(handler: Handler) -> Handler:
        handler.query_aliases = canonical  # type: ignore[attr-defined] # functions accept it
        return handler

    return decorate


class HandlerRoute(APIRoute):
    """A route that gives its handler what it asks for."""

    def __init__(self, path: str, endpoint: Handler, **options: Any) -> None:
        """Wrap the handler; FastAPI sees the parameters that come from the request."""
        options["openapi_extra"] = _documented(endpoint) | (options.get("openapi_extra") or {})
        super().__init__(path, _bound(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler of requests; who may not call learns nothing of what is wrong with them."""
        handle = super().get_route_handler()
        is_public = not needs_user(self.endpoint)
        aliases: Mapping[str, str] = getattr(self.endpoint, "query_aliases", {})

        async def handle_checked(request: Request) -> Response:
            try:
                return await handle(_CheckedRequest(request, aliases))
            except (RequestValidationError, InputError, HTTPException):
                if not is_public:
                    services = services_of(request)
                    await run_in_threadpool(_admit, request.method, services, claim_of(request, services), {}, {})
                raise

        return handle_checked


def _documented(handler: Handler) -> dict[str, Any]:
    """Return what OpenAPI says of a handler beyond what FastAPI finds out."""
    aliases: Mapping[str, str] = getattr(handler, "query_aliases", {})
    parameters = [
        {"name": name, "in": "query", "schema": {}, "description": f"Another name of {canonical}."}
        for name, canonical in aliases.items()
    ]
    security: dict[str, Any] = {"security": [{"ApiKeyAuth": []}]} if needs_user(handler) else {}
    return security | ({"parameters": parameters} if parameters else {})


class _CheckedRequest(Request):
    """A request whose JSON and query hold only what both databases can store."""

    def __init__(self, request: Request, aliases: Mapping[str, str]) -> None:
        super().__init__(request.scope, request.receive)
        self._aliases = aliases

    async def body(self) -> bytes:
        """Return the body; an empty one that is sent as JSON is an object without fields."""
        is_json = self.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
        return await super().body() or (b"{}" if is_json else b"")

    async def json(self) -> Any:
        """Return the parsed body."""
        if not hasattr(self, "_json"):
            self._json = parse_json(await self.body())
        return self._json

    @property
    def query_params(self) -> QueryParams:
        """Return the parameters under their canonical names."""
        if b"%00" in self.scope["query_string"]:
            raise HTTPException(400, "The query must not contain NUL characters.")
        sent = super().query_params
        if not self._aliases or not sent:
            return sent
        kept = [(name, value) for name, value in sent.multi_items() if self._aliases.get(name) not in sent]
        return QueryParams([(self._aliases.get(name, name), value) for name, value in kept])


def _needs_of(handler: Handler) -> dict[str, _Need]:
    found = {}
    for name, parameter in inspect.signature(handler, eval_str=True).parameters.items():
        need = next((a for a in get_args(parameter.annotation) if isinstance(a, _Need)), None)
        if need is not None:
            found[name] = need
    return found


def _permitted_of(handler: Handler) -> dict[str, Permitted]:
    found = {}
    for name, parameter in inspect.signature(handler, eval_str=True).parameters.items():
        permitted = next((a for a in get_args(parameter.annotation) if isinstance(a, Permitted)), None)
        if permitted is not None:
            found[name] = permitted
    assert len(found) <= 1, handler
    return found


def _bound(handler: Handler) -> Handler:
    needs, permitted = _needs_of(handler), _permitted_of(handler)
    if not needs and not permitted:
        return handler
    assert sum(need in _TRANSACTIONS for need in needs.values()) <= 1, handler
    request_name = _request_name(handler)
    bind = _bound_async if inspect.iscoroutinefunction(handler) else _bound_sync
    bound = bind(handler, needs, request_name)
    signature = inspect.signature(handler, eval_str=True)
    asked_for = needs.keys() | permitted.keys()
    kept = [p.replace(kind=p.KEYWORD_ONLY) for name, p in signature.parameters.items() if name not in asked_for]
    if permitted:
        kept.append(inspect.Parameter(_SUBJECT, inspect.Parameter.KEYWORD_ONLY, annotation=PathId))
    if request_name not in signature.parameters:
        kept.append(inspect.Parameter(request_name, inspect.Parameter.KEYWORD_ONLY, annotation=Request))
    bound.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined] # functions accept it
    return bound


def _request_name(handler: Handler) -> str:
    # FastAPI gives the request to one parameter only, so the handler's own is shared.
    parameters = inspect.signature(handler, eval_str=True).parameters
    return next((name for name, p in parameters.items() if p.annotation is Request), _OWN_REQUEST)


def _bound_sync(handler: Handler, needs: Mapping[str, _Need], request_name: str) -> Handler:
    wanted, permitted = set(needs.values()), _permitted_of(handler)
    needs_caller = needs_user(handler)
    transaction = next((need for need in _TRANSACTIONS if need in wanted), _Need.READ if needs_caller else None)

    @wraps(handler)
    def bound(**values: Any) -> Any:
        request: Request = values[request_name] if request_name != _OWN_REQUEST else values.pop(_OWN_REQUEST)
        services = services_of(request)
        claim = _checked_claim(request, services, values) if needs_caller else None
        with _opened(services.database, transaction) as connection:
            user = None
            if claim is not None and connection is not None:
                user = _caller(request.method, services, connection, claim)
            given: dict[_Need, Any] = {
                _Need.READ: connection,
                _Need.WRITE: connection,
                _Need.TRIAL: connection,
                _Need.USER: user,
                _Need.SERVICES: services,
            }
            if _Need.VISIT in wanted:
                assert connection is not None
                assert user is not None
                given[_Need.VISIT] = PageVisit(request, services, connection, user)
            _resolve(permitted, connection, user, values)
            result = handler(**values, **{name: given[need] for name, need in needs.items()})
        if user is not None:
            services.last_seen.note(user, services.clock())
        return result

    return bound


def _opened(database: Database, transaction: _Need | None) -> AbstractContextManager[Connection | None]:
    match transaction:
        case _Need.WRITE:
            return database.write()
        case _Need.TRIAL:
            return database.trial()
        case _Need.READ:
            return database.read()
        case _:
            return nullcontext()


def _bound_async(handler: Callable[..., Awaitable[Any]], needs: Mapping[str, _Need], request_name: str) -> Handler:
    assert not {*_TRANSACTIONS, _Need.VISIT} & set(needs.values()), "a waiting handler holds no transaction"
    permitted = _permitted_of(handler)

    @wraps(handler)
    async def bound(**values: Any) -> Any:
        request: Request = values[request_name] if request_name != _OWN_REQUEST else values.pop(_OWN_REQUEST)
        services = services_of(request)
        given: dict[_Need, Any] = {_Need.SERVICES: services}
        if needs_user(handler):
            claim = _checked_claim(request, services, values)
            given[_Need.USER] = await run_in_threadpool(_admit, request.method, services, claim, permitted, values)
        return await handler(**values, **{name: given[need] for name, need in needs.items()})

    return bound


def _resolve(
    permitted: Mapping[str, Permitted], connection: Connection | None, user: User | None, values: dict[str, Any]
) -> None:
    """Put what the path names in the place of its id."""
    for name, permission in permitted.items():
        assert connection is not None
        assert user is not None
        values[name] = permission.resolve(connection, user, values.pop(_SUBJECT))


def services_of(request: Request) -> Services:
    """Return the services of the app that handles the request."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


def _checked_claim(request: Request, services: Services, values: Mapping[str, Any]) -> Claim | KeyClaim:
    claim = claim_of(request, services)
    check_intent(request, services, form_token=values.get(CSRF_FIELD, ""))
    return claim


def _caller(method: str, services: Services, connection: Connection, claim: Claim | KeyClaim) -> User:
    user = user_of_claim(connection, claim, now=services.clock())
    # Also what everybody may read, and lists, which would only seem to be empty.
    if method in {"GET", "HEAD"}:
        policy.check_scope(user, Action.READ, "API")
    return user


def _admit(
    method: str, services: Services, claim: Claim | KeyClaim, permitted: Mapping[str, Permitted], values: dict[str, Any]
) -> User:
    with services.database.read() as connection:
        user = _caller(method, services, connection, claim)
        _resolve(permitted, connection, user, values)
    services.last_seen.note(user, services.clock())
    return user
