"""The description of the API: an OpenAPI 3.1 document that follows from the routes.

Summaries, parameters and schemas come from the handlers' signatures. What is
added here are the names of the operations, the refusals that follow from what
a handler needs (a login, an id, a body), and the examples, which are files.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts

import wattloom
from wattloom.api.documented_errors import SCHEMAS, refusal
from wattloom.api.errors import UNKNOWN_STATUS, ErrorStyle
from wattloom.http import needs_services, needs_user, subject_of

DOCUMENT_PATH: Final = "/v3_0/openapi.json"
_JSON: Final = "application/json"
# Parameters whose value names a thing that may be unknown, or may not be read.
_NAMING = frozenset({"account", "asset", "sensor", "source", "source-account", "root", "parent", "user", "uuid"})
_SUCCESS = {200: "PROCESSED", 201: "PROCESSED", 202: "ACCEPTED", 204: "DELETED"}

_DESCRIPTION = """
Send the token from `POST /api/requestAuthToken`, or an API key, in the header `Authorization`, bare or after `Bearer`.

Everything below `/api/v3_0` answers as FlexMeasures does, so its clients work unchanged. What only Wattloom has is below
`/api/v4`. Times are ISO 8601 with an offset, durations ISO 8601 durations. Every GET also answers HEAD, every path
OPTIONS, and every answer is JSON. Query parameters with two words are taken with a hyphen and with an underscore
where both are listed. Numbers and booleans are also read from text, in bodies too.
"""

_TAGS: Mapping[str, str] = {
    "Public": "What can be asked without a login: versions, services, readiness.",
    "Auth": "Tokens, and keys for programs.",
    "Assets": "Sites, devices and everything else that has sensors; they form trees.",
    "Sensors": "Time series: their definition, and the values recorded on them.",
    "Jobs": "Work that is done in the background.",
    "Charts": "What charts of FlexMeasures' own pages ask for; not promised to stay.",
    "Users": "Who may log in.",
    "Accounts": "Organisations that own assets and users.",
    "Sources": "Who stated what is recorded.",
    "Operations": "For whoever runs the server.",
    "Plans": "Wattloom's own: a site's past and plan on one grid.",
    "Explanations": "Wattloom's own: why a schedule is as it is, and what would be planned.",
    "Annotations": "Wattloom's own: remarks one by one, to change and remove them.",
    "Series": "Wattloom's own: values of many sensors in columns.",
    "Events": "Wattloom's own: what changes, while it changes.",
    "API keys": "Wattloom's own: credentials for programs, with fewer rights than their user.",
    "Preferences": "Wattloom's own: what a user likes better.",
}
"""What the groups of operations are about."""

# Clients link to operations by these groups, whatever router the handler stands in.
_TAG_OF: Mapping[str, str] = {
    "assets": "Assets",
    "sensors": "Sensors",
    "jobs": "Jobs",
    "users": "Users",
    "accounts": "Accounts",
    "sources": "Sources",
    "dev": "Charts",
}

# How the reference that clients were written against names its refusals, where that is not the usual.
_REFERENCE_NAMES: Mapping[str, Mapping[int, str]] = {
    "get_assets": {400: "INVALID_REQUEST"},
    "post_assets": {400: "INVALID_REQUEST"},
    "get_assets_public": {400: "INVALID_REQUEST"},
    "get_assets_id_sensors": {400: "INVALID_REQUEST"},
    "get_assets_id_kpis": {400: "INVALID_DATA", 405: "INVALID_METHOD"},
    "post_assets_id_schedules_trigger": {400: "INVALID_DATA", 405: "INVALID_METHOD"},
}


def describe(api: FastAPI) -> dict[str, Any]:
    """Return the document that describes what ``api`` answers."""
    document = get_openapi(
        title="Wattloom",
        version=wattloom.__version__,
        summary="Store time series of sites and devices, and plan what flexible devices do.",
        description=_DESCRIPTION.strip(),
        license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/api", "description": "This server"}],
        routes=api.routes,
    )
    operations = list(_operations(api, document))
    for path, operation_id, handler, operation in operations:
        operation["operationId"] = operation_id
        operation["tags"] = [_TAG_OF.get(operation_id.split("_")[1], operation["tags"][0])]
        _complete_parameters(path, operation, handler)
        _add_request_examples(operation_id, operation)
        _complete_responses(operation_id, operation, handler)
    used = {tag for *_, operation in operations for tag in operation["tags"]}
    document["tags"] = [{"name": name, "description": text} for name, text in _TAGS.items() if name in used]
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= SCHEMAS
    document["components"]["securitySchemes"] = {
        "ApiKeyAuth": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "A token from requestAuthToken, or an API key; bare or after `Bearer`.",
        }
    }
    return document


def operation_id_of(method: str, path: str) -> str:
    """Return the name of an operation, which stays as long as its address: ``get_assets_id_sensors``."""
    parts = path.removeprefix("/v3_0/").strip("/").replace("{", "").replace("}", "").replace("-", "_").split("/")
    return "_".join([method.lower(), *(part for part in parts if part)]) if any(parts) else f"{method.lower()}_versions"


@cache
def request_examples() -> Mapping[str, Mapping[str, Any]]:
    """Return the examples of request bodies by operation and case, each with summary and value."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(files("wattloom.api").joinpath("examples").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            operation_id, _, case = file.name.removesuffix(".json").partition("-")
            found.setdefault(operation_id, {})[case] = json.loads(file.read_text(encoding="utf-8"))
    return found


@cache
def answer_examples() -> Mapping[tuple[str, int], Any]:
    """Return the examples of answers by operation and status."""
    found = {}
    for file in files("wattloom.api").joinpath("examples", "answers").iterdir():
        operation_id, _, status = file.name.removesuffix(".json").partition("-")
        found[operation_id, int(status)] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _operations(api: FastAPI, document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    for context in iter_route_contexts(api.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and route.include_in_schema:
            path = getattr(context, "path_format", None) or route.path_format
            for method in sorted(route.methods or ()):
                operation = document["paths"][path][method.lower()]
                yield path, operation_id_of(method, path), route.endpoint, operation


def _kind_in(path: str) -> str:
    """Return what the id in a path is of: an asset, in ``/v3_0/assets/{id}/sensors``."""
    before, _, _ = path.partition("/{id}")
    return before.rpartition("/")[2].removesuffix("s")


def _complete_parameters(path: str, operation: dict[str, Any], handler: Any) -> None:
    """Describe the ids in the path, what can be sent, and further spellings like the canonical one."""
    parameters = {parameter["name"]: parameter for parameter in operation.get("parameters", ())}
    for parameter in parameters.values():
        parameter["schema"] = _sendable(parameter["schema"])
    for alias, canonical in getattr(handler, "query_aliases", {}).items():
        if canonical in parameters:
            parameters[alias] |= {
                "schema": {**parameters[canonical].get("schema", {})},
                "description": f"Another spelling of `{canonical}`, which counts where both are sent.",
                "required": False,
            }
        else:
            del parameters[alias]
    for name, text in (("id", f"Id of the {_kind_in(path)}."), ("uuid", "Id of the job, as its trigger answered it.")):
        parameters.get(name, {}).setdefault("description", text)
    if parameters:
        operation["parameters"] = list(parameters.values())


def _sendable(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter without null, which is for those that are left out."""
    choices: list[dict[str, Any]] = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return schema
    return choices[0] | {key: value for key, value in schema.items() if key != "anyOf"}


def _add_request_examples(operation_id: str, operation: dict[str, Any]) -> None:
    """Show the examples with the first type of body that the operation takes."""
    examples = request_examples().get(operation_id)
    if examples is not None:
        next(iter(operation["requestBody"]["content"].values()))["examples"] = dict(examples)


def _complete_responses(operation_id: str, operation: dict[str, Any], handler: Any) -> None:
    declared = operation["responses"]
    for status in list(declared):
        content = declared[status].get("content", {}).get(_JSON, {})
        if "HTTPValidationError" in str(content):
            del declared[status]
    for status in _usual_refusals(operation, handler) | _REFERENCE_NAMES.get(operation_id, {}).keys():
        names = _REFERENCE_NAMES.get(operation_id, {}).get(status, "")
        known = declared.get(str(status), {})
        declared[str(status)] = refusal(status, names=names)[status] | (known if "content" in known else {})
    _add_plain_refusal(declared["400"]["content"][_JSON])
    for status, answer in declared.items():
        if int(status) in _SUCCESS and answer["description"] == "Successful Response":
            answer["description"] = _SUCCESS[int(status)]
        example = answer_examples().get((operation_id, int(status)))
        if example is not None:
            answer["content"][_JSON]["example"] = example
    if "204" in declared:
        declared["204"].pop("content", None)
    operation["responses"] = dict(sorted(declared.items()))


def _add_plain_refusal(content: dict[str, Any]) -> None:
    """Let 400 also look as it always may: what cannot be read at all is refused before the handler sees it."""
    plain = refusal(400, "plain")[400]["content"][_JSON]["schema"]
    if plain != content["schema"] and plain not in content["schema"].get("anyOf", ()):
        content["schema"] = {"anyOf": [content["schema"], plain]}


def _usual_refusals(operation: Mapping[str, Any], handler: Any) -> set[int]:
    """Return the statuses that follow from what a handler needs."""
    parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
    subject = subject_of(handler)
    names_things = bool(parameters & _NAMING) or ("id" in parameters and subject is None)
    has_body = "requestBody" in operation
    found = {400}
    if needs_user(handler):
        found.add(401)
        # Requests that change something and are authenticated by cookie must have been meant.
        is_reading = operation["operationId"].startswith("get_")
        if names_things or subject is not None or not is_reading:
            found.add(403)
    if names_things or "page" in parameters or _unknown_status(handler) == 404:  # noqa: PLR2004 - what HTTP calls it
        found.add(404)
    if parameters or has_body:
        found.add(422)
    if has_body:
        found.add(413)
    if needs_services(handler):
        found.add(503)
    if operation["operationId"] != "get_health_ready":
        found.add(429)
    return found


def _unknown_status(handler: Any) -> int | None:
    """Return the status for an unknown id in the path that the rules protect."""
    subject = subject_of(handler)
    if subject is None:
        return None
    kind = subject.__name__.lower()
    style: ErrorStyle = getattr(handler, "error_style", ErrorStyle())
    return style.unknown.get(kind, UNKNOWN_STATUS.get(kind, 404))
