"""What a handler is given, and when its transaction ends."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Form, Request
from sqlalchemy import insert, select

from tests.api_client import make_services
from tests.factories import make_user
from wattloom.accounts import get_user
from wattloom.accounts.tables import role
from wattloom.db import Database
from wattloom.errors import AuthenticationError, InputError, PermissionDeniedError, WattloomError
from wattloom.http import (
    SESSION_COOKIE,
    CurrentUser,
    HandlerRoute,
    JsonResponse,
    ReadConnection,
    Services,
    ServicesDep,
    WriteConnection,
    csrf_token,
    make_router,
    needs_user,
    query_aliases,
)

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

router = make_router()
seen_before_response: list[list[str]] = []


@router.post("/roles")
def add_role(name: str, connection: WriteConnection) -> JsonResponse:
    connection.execute(insert(role).values(name=name))
    if name == "broken":
        raise InputError("no such role", field="name")
    return JsonResponse(None, 204)


@router.get("/me")
def show_me(user: CurrentUser, connection: ReadConnection, services: ServicesDep) -> JsonResponse:
    assert get_user(connection, user.id) == user
    return JsonResponse({"username": user.username, "now": services.clock().isoformat()})


@router.get("/me/later")
async def show_me_later(request: Request, user: CurrentUser) -> JsonResponse:
    await asyncio.sleep(0)
    return JsonResponse({"username": user.username, "path": request.url.path})


@router.post("/me")
def change_me(user: CurrentUser, _connection: WriteConnection) -> JsonResponse:
    return JsonResponse({"username": user.username})


@router.post("/form")
def send_form(
    user: CurrentUser, number: Annotated[int, Form()] = 1, csrf_token: Annotated[str, Form()] = ""
) -> JsonResponse:
    return JsonResponse({"username": user.username, "number": number, "token": bool(csrf_token)})


@router.get("/token")
def show_token(request: Request, services: ServicesDep) -> JsonResponse:
    return JsonResponse(csrf_token(request, services))


@router.get("/aliased")
@query_aliases(per_page="per-page")
def aliased(request: Request) -> JsonResponse:
    return JsonResponse(request.query_params.multi_items())


@pytest.fixture
def services(database: Database) -> Services:
    return make_services(database)


@pytest.fixture
def send(services: Services) -> Iterator[Callable[..., httpx.Response]]:
    """Sends a request to an app with the routes above."""
    app = FastAPI()
    app.state.services = services
    app.include_router(router)

    async def show(_request: Request, error: Exception) -> JsonResponse:
        kinds = {AuthenticationError: 401, PermissionDeniedError: 403}
        return JsonResponse(str(error), kinds.get(type(error), 422))

    app.add_exception_handler(WattloomError, show)

    async def watched(scope: Any, receive: Any, respond: Callable[[Any], Awaitable[None]]) -> None:
        async def respond_watched(message: Any) -> None:
            if message["type"] == "http.response.start":
                seen_before_response.append(roles(services.database))
            await respond(message)

        await app(scope, receive, respond_watched)

    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(watched), base_url="http://wattloom.test")
        yield lambda *args, **more: runner.run(client.request(*args, **more))
        runner.run(client.aclose())


@pytest.fixture
def token(database: Database, services: Services) -> str:
    with database.write() as connection:
        return services.tokens.issue(get_user(connection, make_user(connection, username="ada")))


@pytest.fixture
def session(database: Database, services: Services) -> dict[str, str]:
    """The header with the cookie of a logged-in browser."""
    with database.write() as connection:
        user = get_user(connection, make_user(connection, username="ada"))
    return {"Cookie": f"{SESSION_COOKIE}={services.sessions.issue(user)}"}


def roles(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(role.c.name)))


def test_transaction_is_committed_before_the_response_is_sent(
    send: Callable[..., httpx.Response], database: Database
) -> None:
    seen_before_response.clear()

    assert send("POST", "/roles?name=kept").status_code == 204

    assert seen_before_response == [["kept"]]
    assert roles(database) == ["kept"]


def test_transaction_is_rolled_back_on_errors(send: Callable[..., httpx.Response], database: Database) -> None:
    assert send("POST", "/roles?name=broken").status_code == 422

    assert roles(database) == []


def test_handler_receives_caller_connection_and_services(send: Callable[..., httpx.Response], token: str) -> None:
    response = send("GET", "/me", headers={"Authorization": token})

    assert response.json() == {"username": "ada", "now": "2026-03-01T12:00:00+00:00"}


@ON_SQLITE
def test_waiting_handler_receives_caller_and_request(send: Callable[..., httpx.Response], token: str) -> None:
    response = send("GET", "/me/later", headers={"Authorization": token})

    assert response.json() == {"username": "ada", "path": "/me/later"}


@ON_SQLITE
@pytest.mark.parametrize("path", ["/me", "/me/later"])
def test_handler_that_names_the_caller_refuses_strangers(send: Callable[..., httpx.Response], path: str) -> None:
    assert send("GET", path).status_code == 401


@ON_SQLITE
def test_session_cookie_authenticates_reads(send: Callable[..., httpx.Response], session: dict[str, str]) -> None:
    assert send("GET", "/me", headers=session).json()["username"] == "ada"


@ON_SQLITE
def test_changes_by_cookie_need_the_sessions_csrf_token(
    send: Callable[..., httpx.Response], session: dict[str, str]
) -> None:
    right = send("GET", "/token", headers=session).json()

    assert send("POST", "/me", headers=session).status_code == 403
    assert send("POST", "/me", headers=session | {"X-CSRF-Token": "guess"}).status_code == 403
    assert send("POST", "/me", headers=session | {"X-CSRF-Token": right}).status_code == 200


@ON_SQLITE
def test_forms_carry_the_csrf_token_as_a_field(send: Callable[..., httpx.Response], session: dict[str, str]) -> None:
    right = send("GET", "/token", headers=session).json()

    assert send("POST", "/form", headers=session, data={"csrf_token": "guess"}).status_code == 403
    assert send("POST", "/form", headers=session, data={"csrf_token": right}).status_code == 200


@ON_SQLITE
def test_wrong_form_is_told_to_whom_it_belongs(send: Callable[..., httpx.Response], session: dict[str, str]) -> None:
    assert send("POST", "/form", headers=session, data={"number": "x"}).status_code == 422
    assert send("POST", "/form", data={"number": "x"}).status_code == 401


@ON_SQLITE
@pytest.mark.parametrize(
    "foreign",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_other_sites_cannot_use_the_session(
    send: Callable[..., httpx.Response], session: dict[str, str], foreign: dict[str, str]
) -> None:
    right = send("GET", "/token", headers=session).json()

    assert send("POST", "/me", headers=session | {"X-CSRF-Token": right} | foreign).status_code == 403


@ON_SQLITE
def test_token_needs_no_csrf_token(send: Callable[..., httpx.Response], token: str) -> None:
    assert send("POST", "/me", headers={"Authorization": token}).status_code == 200


@ON_SQLITE
def test_alias_is_renamed_unless_the_canonical_name_is_sent(send: Callable[..., httpx.Response]) -> None:
    assert send("GET", "/aliased?per_page=2&x=1").json() == [["per-page", "2"], ["x", "1"]]
    assert send("GET", "/aliased?per_page=2&per-page=3").json() == [["per-page", "3"]]


@ON_SQLITE
@pytest.mark.usefixtures("database")
def test_public_handlers_are_those_that_do_not_name_the_caller() -> None:
    routes = [route for route in router.routes if isinstance(route, HandlerRoute)]

    assert {route.path for route in routes if not needs_user(route.endpoint)} == {"/roles", "/token", "/aliased"}
