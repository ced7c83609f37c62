"""What is wrong with which field, in the nested form and the words of FlexMeasures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import BaseModel

from wattloom.errors import SCHEMA_FIELD, FieldProblem, suggestion

_LOCATIONS = {"body": "json", "query": "query", "path": "path", "header": "header", "cookie": "cookie"}

NOT_AN_OBJECT = "Invalid input type. Send a JSON object with Content-Type: application/json."
"""What is said of a body as a whole."""

MOST_PROBLEMS = 100
"""No answer lists more problems: one request can have 100,000, and looking for hints takes 50 µs each."""

_TEXTS: Mapping[str, str] = {
    "missing": "Missing data for required field.",
    "int_parsing": "Not a valid integer.",
    "int_type": "Not a valid integer.",
    "int_from_float": "Not a valid integer.",
    "int_parsing_size": "Not a valid integer.",
    "float_parsing": "Not a valid number.",
    "float_type": "Not a valid number.",
    "finite_number": "Special numeric values (nan or infinity) are not permitted.",
    "bool_parsing": "Not a valid boolean.",
    "bool_type": "Not a valid boolean.",
    "string_type": "Not a valid string.",
    "list_type": "Not a valid list.",
    "dict_type": "Not a valid mapping type.",
    "model_type": "Invalid input type.",
    "model_attributes_type": "Invalid input type.",
    "uuid_parsing": "Not a valid UUID.",
    "uuid_type": "Not a valid UUID.",
}

_TEXTS_WITH_FACTS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than": lambda facts: f"Must be greater than {facts['gt']}.",
    "greater_than_equal": lambda facts: f"Must be greater than or equal to {facts['ge']}.",
    "less_than": lambda facts: f"Must be less than {facts['lt']}.",
    "less_than_equal": lambda facts: f"Must be less than or equal to {facts['le']}.",
    "string_too_long": lambda facts: f"Longer than maximum length {facts['max_length']}.",
    "string_too_short": lambda facts: f"Shorter than minimum length {facts['min_length']}.",
    "too_long": lambda facts: f"Longer than maximum length {facts['max_length']}.",
    "too_short": lambda facts: f"Shorter than minimum length {facts['min_length']}.",
    "literal_error": lambda facts: f"Must be one of: {facts['expected']}.",
    "enum": lambda facts: f"Must be one of: {facts['expected']}.",
    "extra_forbidden": lambda facts: f"Unknown field.{facts.get('hint', '')}",
    "value_error": lambda facts: str(facts["error"]),
}


def validation_messages(found: Sequence[Any], rename: Callable[[str], str | None]) -> dict[str, Any]:
    """Return what Pydantic found in a request, the first :data:`MOST_PROBLEMS` of it.

    Args:
        found: The framework's list of errors.
        rename: Gives the key of a location (``json``, ``query``, ``path``), None for no such level.
    """
    located = [_problem(error) for error in found[:MOST_PROBLEMS]]
    renamed = [(rename(location), problem) for location, problem in located]
    return nested(
        [
            FieldProblem(problem.path if key is None else (key, *problem.path), problem.message)
            for key, problem in renamed
        ]
    )


def with_hints(found: Iterable[Any], models: Mapping[str, type[BaseModel]]) -> list[Any]:
    """Return what Pydantic found, where unknown fields come with the known field that is most like them.

    Only the first :data:`MOST_PROBLEMS` are returned.

    Args:
        found: The framework's list of errors.
        models: What is known, by where it stands: ``body`` or ``query``.
    """
    names = {
        location: [field.alias or name for name, field in model.model_fields.items()]
        for location, model in models.items()
    }
    return [
        error | {"ctx": {"hint": suggestion(str(error["loc"][-1]), names[error["loc"][0]])}}
        if error["type"] == "extra_forbidden" and len(error["loc"]) == 2 and error["loc"][0] in names  # noqa: PLR2004 - ("body", name)
        else error
        for error in islice(found, MOST_PROBLEMS)
    ]


def messages(location: str | None, problems: Sequence[FieldProblem]) -> dict[str, Any]:
    """Return our own findings under ``location``; a problem without a path is about all of it."""
    whole = next((problem.message for problem in problems if not problem.path), None)
    if whole is not None:
        return {location or SCHEMA_FIELD: whole}
    return nested(problems) if location is None else {location: nested(problems)}


def nested(problems: Iterable[FieldProblem]) -> dict[str, Any]:
    """Return lists of texts, nested by path; positions in lists become texts."""
    tree: dict[str, Any] = {}
    for problem in problems:
        *parents, leaf = [str(part) for part in problem.path]
        node = tree
        for part in parents:
            below = node.setdefault(part, {})
            if isinstance(below, list):
                node[part] = below = {SCHEMA_FIELD: below}
            node = below
        known = node.setdefault(leaf, [])
        texts = known.setdefault(SCHEMA_FIELD, []) if isinstance(known, dict) else known
        texts.append(problem.message)
    return tree


def _problem(error: Mapping[str, Any]) -> tuple[str, FieldProblem]:
    location, *rest = error["loc"]
    key = _LOCATIONS[location]
    if not rest:
        # The body as a whole: nothing was sent, or something that is not an object.
        return key, FieldProblem((SCHEMA_FIELD,), NOT_AN_OBJECT)
    kind = error["type"]
    if kind in _TEXTS_WITH_FACTS:
        return key, FieldProblem(tuple(rest), _TEXTS_WITH_FACTS[kind](error.get("ctx", {})))
    return key, FieldProblem(tuple(rest), _TEXTS.get(kind, error["msg"]))
