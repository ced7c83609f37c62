"""The one table that turns our errors into FlexMeasures' statuses and bodies.

Five shapes exist, because clients of v3_0 know five::

    fields        {"message": {"json": {"start": ["…"]}}, "result": "Rejected", "status": "UNPROCESSABLE_ENTITY"}
    rejected      {"message": "…", "result": "Rejected", "status": "INVALID_SENDER"}
    results       {"message": "…", "results": "Rejected", "status": "INVALID_REPLACEMENT"}
    named         {"message": "…", "status": "UNAUTHORIZED"}
    plain         {"message": "…", "status": 404}

A route that differs from the rule says so with :func:`error_style`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from wattloom import errors as e
from wattloom.api.field_messages import messages, validation_messages, with_hints
from wattloom.errors import FieldProblem, WattloomError
from wattloom.http import JsonResponse

_log = structlog.get_logger("wattloom.api")

Shape = Literal["fields", "rejected", "results", "named", "plain"]
_Handler = TypeVar("_Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Rule:
    """How an error class is shown."""

    status: int
    shape: Shape
    code: str = "UNPROCESSABLE_ENTITY"


RULES: Mapping[type[WattloomError], Rule] = {
    e.WattloomError: Rule(500, "plain"),
    e.InputError: Rule(422, "fields"),
    e.UnitError: Rule(422, "fields"),
    e.PeriodError: Rule(422, "fields"),
    e.FlexModelError: Rule(422, "fields"),
    e.FilterError: Rule(422, "fields"),
    e.AddressError: Rule(422, "fields", "INVALID_DOMAIN"),
    e.PayloadTooLargeError: Rule(413, "rejected", "PAYLOAD_TOO_LARGE"),
    e.AuthenticationError: Rule(401, "named", "UNAUTHORIZED"),
    e.UnknownEmailError: Rule(401, "named", "UNAUTHORIZED"),
    e.PermissionDeniedError: Rule(403, "rejected", "INVALID_SENDER"),
    e.NotFoundError: Rule(404, "plain"),
    e.ConflictError: Rule(409, "plain"),
    e.DuplicateError: Rule(400, "plain"),
    e.ReplacementError: Rule(403, "results", "INVALID_REPLACEMENT"),
    e.MissingDataError: Rule(422, "fields"),
    e.InfeasibleError: Rule(422, "rejected", "INFEASIBLE"),
    e.UnavailableError: Rule(503, "named", "ERROR"),
    e.TooManyRequestsError: Rule(429, "rejected", "TOO_MANY_REQUESTS"),
    e.InternalError: Rule(500, "plain"),
}
"""Every error class; a test fails when one is missing."""

UNKNOWN_STATUS: Mapping[str, int] = {"sensor": 422}
"""Status for an unknown id in the path, by kind; 404 for kinds that are not here."""

_AS_SENT = "json or query"
_NOT_FOUND, _UNKNOWN_PATH = 404, "Not Found"
_NO_PATH = "There is nothing at this address; /api/v3_0/docs lists what there is."


@dataclass(frozen=True, slots=True)
class ErrorStyle:
    """Where a route departs from the rule.

    Attributes:
        location: Key under which the fields of body and query are named, by
            default ``json`` or ``query``; None leaves the level out, for the path as well.
        unknown: Status for an unknown id by kind, 404 or 422, where it is not
            :data:`UNKNOWN_STATUS`.
    """

    location: str | None = _AS_SENT
    unknown: Mapping[str, int] = field(default_factory=dict)

    def rename(self, location: str) -> str | None:
        """Return the key of a location in this route's messages."""
        is_as_sent = self.location == _AS_SENT or (self.location is not None and location not in {"json", "query"})
        return location if is_as_sent else self.location


_DEFAULT_STYLE = ErrorStyle()


def error_style(
    *, location: str | None = _AS_SENT, unknown: Mapping[str, int] | None = None
) -> Callable[[_Handler], _Handler]:
    """Declare how a handler's errors are shown; put it below the route's decorator.

    See :class:`ErrorStyle` for the arguments.
    """

    def decorate(handler: _Handler) -> _Handler:
        handler.error_style = ErrorStyle(location, unknown or {})  # type: ignore[attr-defined] # functions accept it
        return handler

    return decorate


def style_of(request: Request) -> ErrorStyle:
    """Return the style that the request's route declares."""
    endpoint = getattr(request.scope.get("route"), "endpoint", None)
    style: ErrorStyle = getattr(endpoint, "error_style", _DEFAULT_STYLE)
    return style


def rejection(status: int, code: str, message: str) -> JsonResponse:
    """Return a domain rejection in message style, for example 400 UNKNOWN_SCHEDULE."""
    return JsonResponse({"result": "Rejected", "status": code, "message": message}, status)


def error_response(request: Request, error: WattloomError) -> JsonResponse:
    """Return the answer to one of our errors."""
    style = style_of(request)
    rule = _rule_of(error, style)
    if rule.shape == "fields":
        return _fields(_located(request, style, error), rule)
    if isinstance(error, e.UnavailableError) and rule is RULES[e.UnavailableError]:
        # Why is for the operator: it can name hosts and files.
        request_id = request.scope.get("state", {}).get("request_id")
        _log.warning("not available", reason=error.message, request_id=request_id)
    return _message(rule, error)


def validation_response(request: Request, error: RequestValidationError) -> JsonResponse:
    """Return the answer to a request that does not have the declared form."""
    found = with_hints(error.errors(), _models(request))
    if any(problem["type"] == "json_invalid" for problem in found):
        return plain_response(400, "The body is not valid JSON.")
    style = style_of(request)
    return _fields(validation_messages(found, style.rename), RULES[e.InputError])


def _models(request: Request) -> dict[str, type[BaseModel]]:
    """Return the models of body and query that the request's route declares."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return {}
    fields = {"body": [route.body_field] if route.body_field else [], "query": route.dependant.query_params}
    return {
        location: field.field_info.annotation
        for location, declared in fields.items()
        for field in declared
        if isinstance(field.field_info.annotation, type) and issubclass(field.field_info.annotation, BaseModel)
    }


def http_response(request: Request, error: HTTPException) -> JsonResponse:
    """Return the answer to what the framework refuses: unknown URLs, wrong methods, large bodies."""
    if error.status_code == 413:  # noqa: PLR2004 - the code that the limit of bodies raises
        return error_response(request, e.PayloadTooLargeError("The request is larger than this server takes."))
    text = _NO_PATH if error.status_code == _NOT_FOUND and error.detail == _UNKNOWN_PATH else error.detail
    return plain_response(error.status_code, text, error.headers)


def crash_response(request: Request, request_id: str) -> JsonResponse:
    """Return the answer to an error that nobody expected; the log has the rest under the id."""
    del request
    return plain_response(500, f"Something went wrong on our side. It is logged as {request_id}.")


def plain_response(status: int, message: str, headers: Mapping[str, str] | None = None) -> JsonResponse:
    """Return a message with the HTTP status as integer."""
    return JsonResponse({"message": message, "status": status}, status, headers=headers)


def _rule_of(error: WattloomError, style: ErrorStyle) -> Rule:
    if isinstance(error, e.NotFoundError):
        status = style.unknown.get(error.kind, UNKNOWN_STATUS.get(error.kind, 404))
        return RULES[e.InputError] if status == RULES[e.InputError].status else RULES[e.NotFoundError]
    return RULES[type(error)]


def _located(request: Request, style: ErrorStyle, error: WattloomError) -> dict[str, Any]:
    if isinstance(error, e.NotFoundError):
        return {"id": [error.message]} if style.location is None else {"path": {"id": [error.message]}}
    if isinstance(error, e.MissingDataError):
        problems: tuple[FieldProblem, ...] = (FieldProblem((error.field,), error.message),)
    else:
        assert isinstance(error, e.InputError)
        problems = error.problems
    is_query = isinstance(error, e.FilterError) or request.method in {"GET", "DELETE"}
    return messages(style.rename("query" if is_query else "json"), problems)


def _text_of(error: WattloomError) -> str:
    if isinstance(error, e.PermissionDeniedError) and error.path:
        # compat: clients read the field from the nested notation (tests/unit/api/test_error_table.py).
        field_path: Any = error.path[-1]
        for part in reversed(error.path[:-1]):
            field_path = {part: field_path}
        return f"{error.message} {field_path}"
    if type(error) is e.UnavailableError:
        return f"The server cannot do this now. Try again in {error.retry_after_s} s."
    return error.message


def _headers_of(error: WattloomError) -> dict[str, str] | None:
    return {"Retry-After": str(error.retry_after_s)} if isinstance(error, e.UnavailableError) else None


def _fields(message: dict[str, Any], rule: Rule) -> JsonResponse:
    return JsonResponse({"message": message, "result": "Rejected", "status": rule.code}, rule.status)


def _message(rule: Rule, error: WattloomError) -> JsonResponse:
    body: dict[str, Any] = {"message": _text_of(error), "status": rule.status if rule.shape == "plain" else rule.code}
    if rule.shape in {"rejected", "results"}:
        body["result" if rule.shape == "rejected" else "results"] = "Rejected"
    if isinstance(error, e.DuplicateError):
        body["detail"] = error.detail
    return JsonResponse(body, rule.status, headers=_headers_of(error))
