"""The refusals of the API as its description shows them: which statuses, in which of the five shapes.

The shapes and what leads to them stand in :mod:`wattloom.api.errors`.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from wattloom.api.errors import Shape

DescribedShape: TypeAlias = Shape | Literal["login"]
"""A login that fails has a shape of its own."""

SHAPE_NAMES: Mapping[DescribedShape, str] = {
    "fields": "FieldErrors",
    "rejected": "Rejection",
    "results": "ReplacementRejection",
    "named": "NamedError",
    "plain": "PlainError",
    "login": "LoginErrors",
}
"""Name of each shape's schema."""

_USUAL: Mapping[int, tuple[str, Shape]] = {
    400: ("INVALID_REQUEST, REQUIRED_INFO_MISSING, UNEXPECTED_PARAMS", "plain"),
    401: ("UNAUTHORIZED", "named"),
    403: ("INVALID_SENDER", "rejected"),
    404: ("NOT_FOUND", "plain"),
    405: ("INVALID_METHOD", "plain"),
    406: ("NOT_ACCEPTABLE", "plain"),
    409: ("CONFLICT", "plain"),
    410: ("GONE", "plain"),
    413: ("PAYLOAD_TOO_LARGE", "rejected"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "plain"),
    422: ("UNPROCESSABLE_ENTITY", "fields"),
    429: ("TOO_MANY_REQUESTS", "rejected"),
    503: ("ERROR", "named"),
}

_EXAMPLES: Mapping[tuple[int, DescribedShape], Mapping[str, Any]] = {
    (400, "plain"): {"message": "The body is not valid JSON.", "status": 400},
    (400, "rejected"): {"message": "Unknown schedule.", "result": "Rejected", "status": "UNKNOWN_SCHEDULE"},
    (401, "named"): {"message": "Log in, or send a token in the Authorization header.", "status": "UNAUTHORIZED"},
    (401, "login"): {"errors": ["E-mail or password is wrong."], "status": 401},
    (403, "rejected"): {"message": "You may not update this asset.", "result": "Rejected", "status": "INVALID_SENDER"},
    (403, "results"): {
        "message": "Other values of this source and belief time are recorded already.",
        "results": "Rejected",
        "status": "INVALID_REPLACEMENT",
    },
    (404, "plain"): {"message": "There is no asset with id 987.", "status": 404},
    (404, "named"): {"message": "There is no job with this id.", "status": "ERROR"},
    (405, "plain"): {"message": "Method Not Allowed", "status": 405},
    (406, "plain"): {"message": "This server does not write Arrow.", "status": 406},
    (409, "plain"): {
        "message": "Sensor 931 has got another unit, resolution or time zone meanwhile. Nothing was changed; try again.",
        "status": 409,
    },
    (410, "plain"): {"message": "This version of the API is gone. Use /api/v3_0.", "status": 410},
    (413, "rejected"): {
        "message": "The request is larger than this server takes.",
        "result": "Rejected",
        "status": "PAYLOAD_TOO_LARGE",
    },
    (415, "plain"): {"message": "Send application/json, not text/plain.", "status": 415},
    (422, "fields"): {
        "message": {"json": {"start": ["Missing data for required field."]}},
        "result": "Rejected",
        "status": "UNPROCESSABLE_ENTITY",
    },
    (422, "plain"): {"message": "Asset 5 does not belong to account 2.", "status": 422},
    (422, "named"): {"message": "The forecasting job failed.", "status": "FAILED"},
    (429, "rejected"): {
        "message": "Too many attempts: at most 10 per 5 minutes.",
        "result": "Rejected",
        "status": "TOO_MANY_REQUESTS",
    },
    (503, "named"): {"message": "The server cannot do this now. Try again in 5 s.", "status": "ERROR"},
}

_HEADERS: Mapping[int, Mapping[str, Any]] = {
    405: {"Allow": {"description": "The methods that there are.", "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds until it is worth trying again.", "schema": {"type": "integer"}}},
    503: {"Retry-After": {"description": "Seconds until it is worth trying again.", "schema": {"type": "integer"}}},
}


def _schema(description: str, *, message: dict[str, Any], status: dict[str, Any], result: str = "") -> dict[str, Any]:
    properties = {"message": message, "status": status}
    if result:
        properties[result] = {"type": "string", "const": "Rejected"}
    return {"type": "object", "description": description, "required": sorted(properties), "properties": properties}


_TEXT = {"type": "string", "description": "What was wrong, and what would be right, for people."}
_CODE = {"type": "string", "pattern": "^[A-Z_]+$"}

SCHEMAS: Mapping[str, dict[str, Any]] = {
    "FieldErrors": _schema(
        "What is wrong with which field: texts below the field's name, below the part of the request that holds it "
        "(json, query or path).",
        message={"type": "object"},
        status={"type": "string", "enum": ["UNPROCESSABLE_ENTITY", "INVALID_DOMAIN"]},
        result="result",
    ),
    "Rejection": _schema(
        "Understood, and refused for the reason that status names.", message=_TEXT, status=_CODE, result="result"
    ),
    "ReplacementRejection": _schema(
        "Something else is recorded already, and is not overwritten.", message=_TEXT, status=_CODE, result="results"
    ),
    "NamedError": _schema("Refused for the reason that status names.", message=_TEXT, status=_CODE),
    "PlainError": _schema(
        "A refusal without a code of its own.", message=_TEXT, status={"type": "integer", "description": "As in HTTP."}
    ),
    "LoginErrors": {
        "type": "object",
        "description": "Why nobody is logged in.",
        "required": ["errors", "status"],
        "properties": {"errors": {"type": "array", "items": _TEXT}, "status": {"type": "integer"}},
    },
}
"""The schemas of all shapes, by name."""


def refusal(status: int, *shapes: DescribedShape, names: str = "") -> dict[int | str, dict[str, Any]]:
    """Return what a route declares that it may answer besides what follows from its signature.

    Args:
        status: The HTTP status.
        shapes: What the body may look like; by default as usual for the status.
        names: What the answer is called; by default as usual for the status.
    """
    usual_names, usual_shape = _USUAL[status]
    possible = shapes or (usual_shape,)
    schemas = [{"$ref": f"#/components/schemas/{SHAPE_NAMES[shape]}"} for shape in possible]
    examples = {SHAPE_NAMES[shape]: {"value": _EXAMPLES[status, shape]} for shape in possible}
    content = {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}, "examples": examples}
    answer: dict[str, Any] = {"description": names or usual_names, "content": {"application/json": content}}
    return {status: answer | ({"headers": dict(_HEADERS[status])} if status in _HEADERS else {})}
