"""The form with which files of sensor data are uploaded."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.datastructures import FormData, UploadFile

from wattloom.api.fields import Unit
from wattloom.api.v3_0.sensors.bodies import merged
from wattloom.errors import FieldProblem, InputError

_FILES = "uploaded-files"
_MAX_FILES = 100
_TYPE_OF_EXTENSION = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
}
_CONTENT_TYPES = frozenset({*_TYPE_OF_EXTENSION.values(), "text/plain", "text/x-csv"})
# What curl and others call a file that they know nothing of.
_ANY_BYTES = "application/octet-stream"


async def _read(request: Request) -> AsyncIterator[FormData]:
    async with request.form(max_files=_MAX_FILES) as form:
        yield form


UploadedForm: TypeAlias = Annotated[FormData, Depends(_read)]
"""The parts of a form as they came; empty for a body that is no form."""


class UploadForm(BaseModel):
    """One or more files with values of a sensor."""

    model_config = ConfigDict(extra="forbid")

    files: list[Any] = Field(
        alias=_FILES,
        min_length=1,
        description="CSV, XLSX, XLS or XLSM, with the columns event_start and event_value.",
        json_schema_extra={"items": {"type": "string", "format": "binary"}},
    )
    is_measured_instantly: bool = Field(
        default=False,
        alias="belief-time-measured-instantly",
        description="Whether values were known as soon as they could be, instead of now.",
    )
    unit: Annotated[Unit | None, BeforeValidator(lambda text: text or None)] = Field(
        default=None, description="Unit of the values; the sensor's when left out."
    )
    is_dayfirst: bool | None = Field(
        default=None,
        alias="dayfirst",
        description="Whether times like 01/03/2026 or 01-03-2026 have the day first (true) or the month (false); "
        "when left out they are refused. ISO 8601 and 01.03.2026 need no word.",
    )
    is_dry_run: bool = Field(
        default=False,
        alias="dry-run",
        description="Whether to say what would be new, changed and unchanged, and store nothing.",
    )


def upload_form(parts: FormData) -> UploadForm:
    """Return the form with its files checked by name and content type.

    Raises:
        RequestValidationError: A field is missing, unknown or not valid.
        InputError: Something is no file of a known kind; names each by its position.
    """
    fields: dict[str, Any] = {name: part for name, part in parts.multi_items() if name != _FILES}
    if _FILES in parts:
        fields[_FILES] = parts.getlist(_FILES)
    form = merged(UploadForm, {}, fields)
    problems = [
        FieldProblem((_FILES, position), problem)
        for position, file in enumerate(form.files)
        for problem in _problems(file)
    ]
    if problems:
        raise InputError("Not all files are of a known kind.", problems=problems)
    return form


def name_of(file: UploadFile) -> str:
    """Return the name of a file, fit to be shown and stored."""
    return "".join(character if character.isprintable() else "?" for character in file.filename or "")


def _problems(file: Any) -> list[str]:
    if not isinstance(file, UploadFile):
        return ["Not a valid file."]
    found = []
    name = name_of(file)
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in _TYPE_OF_EXTENSION:
        found.append(f"'{name}' must end with one of: {', '.join(f'.{each}' for each in _TYPE_OF_EXTENSION)}.")
    content_type = (file.content_type or "").partition(";")[0].strip().lower()
    if content_type not in _CONTENT_TYPES:
        hint = _curl(extension) if content_type == _ANY_BYTES and extension in _TYPE_OF_EXTENSION else ""
        found.append(f"Content type '{content_type}' must be one of: {', '.join(sorted(_CONTENT_TYPES))}.{hint}")
    return found


def _curl(extension: str) -> str:
    return f" With curl: -F '{_FILES}=@file.{extension};type={_TYPE_OF_EXTENSION[extension]}'."
