"""Errors as pages: a missing login leads to the login page, everything else says what is wrong."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from wattloom.errors import (
    AuthenticationError,
    ConflictError,
    InfeasibleError,
    InputError,
    InternalError,
    MissingDataError,
    NotFoundError,
    PermissionDeniedError,
    TooManyRequestsError,
    UnavailableError,
    WattloomError,
)
from wattloom.language import gettext as _
from wattloom.web.refusals import crash_text, refusal_text
from wattloom.web.rendering import Pages

PAGE_STATUS: dict[type[WattloomError], int] = {
    AuthenticationError: 401,
    PermissionDeniedError: 403,
    NotFoundError: 404,
    InputError: 422,
    ConflictError: 409,
    MissingDataError: 422,
    InfeasibleError: 422,
    TooManyRequestsError: 429,
    UnavailableError: 503,
    InternalError: 500,
}
"""The status of the page that shows an error; subclasses follow their parents."""


def install_error_pages(app: FastAPI, pages: Pages) -> None:
    """Answer errors of the handlers of ``app`` with pages."""

    def show_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, WattloomError)
        status = page_status(error)
        if status == HTTPStatus.UNAUTHORIZED:
            return _to_login(request)
        return _page(pages, request, status, refusal_text(error))

    def show_http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        texts = {404: _("There is no such page."), 405: _("This page cannot be used in that way.")}
        return _page(pages, request, error.status_code, texts.get(error.status_code, error.detail))

    def show_bad_request(request: Request, _error: Exception) -> Response:
        return _page(pages, request, 422, _("The address or the form holds a value that does not fit."))

    app.add_exception_handler(WattloomError, show_error)
    app.add_exception_handler(HTTPException, show_http_error)
    app.add_exception_handler(RequestValidationError, show_bad_request)


def crash_page(pages: Pages, request_id: str) -> Response:
    """Return the page for an error that nobody expected."""
    return _error_page(pages, 500, crash_text(), request_id)


def page_status(error: WattloomError) -> int:
    """Return the HTTP status for an error."""
    return next(PAGE_STATUS[kind] for kind in type(error).mro() if kind in PAGE_STATUS)


def _to_login(request: Request) -> Response:
    """Ask to log in and come back; a part of a page makes the whole page do so."""
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Refresh": "true"})
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = f"?{urlencode({'next': target})}" if request.method == "GET" and target != "/" else ""
    return RedirectResponse(f"/login{query}", status_code=303)


def _page(pages: Pages, request: Request, status: int, text: str) -> Response:
    request_id = request.state.request_id if status >= HTTPStatus.INTERNAL_SERVER_ERROR else ""
    return _error_page(pages, status, text, request_id)


def _error_page(pages: Pages, status: int, text: str, request_id: str) -> Response:
    context = {"title": _title(status), "text": text, "request_id": request_id}
    return pages.html("error.html", status=status, context=context)


def _title(status: int) -> str:
    titles = {
        403: _("Not allowed"),
        404: _("Not found"),
        429: _("Too many attempts"),
        500: _("Server error"),
        503: _("Busy"),
    }
    return titles.get(status) or HTTPStatus(status).phrase
