"""Requests about schedules."""

from dataclasses import replace
from typing import Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

from wattloom.api.fields import DurationField, Instant, ResolutionText
from wattloom.periods import Resolution, parse_duration
from wattloom.scheduling import ScheduleRequest, SignConvention

TriggeredJson = TypedDict(
    "TriggeredJson",
    {
        "status": Literal["PROCESSED", "ACCEPTED"],
        "message": str,
        "schedule": str,
        "job": str,
        "job_id": str,
        "job-url": str,
        "results-url": NotRequired[str],
    },
)
"""The job that is going to plan, by several names; where its schedule can be read, for a sensor."""


class ScheduleJson(TypedDict):
    """What is planned for a sensor, one value per event."""

    scheduler_info: dict[str, Any]
    values: list[float]
    start: str
    duration: str
    unit: str
    status: Literal["PROCESSED"]
    message: str


class PendingJson(TypedDict):
    """The state of a job that is not done."""

    status: str
    message: str


def with_canonical_names(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a trigger, the one with an older name under its canonical one, which wins over the older."""
    older = "force_new_job_creation"
    if older not in fields:
        return fields
    return {"force-new-job-creation": fields[older]} | {name: fields[name] for name in fields if name != older}


class TriggerBody(BaseModel):
    """A schedule to be made for one sensor."""

    model_config = ConfigDict(extra="forbid")

    start: Instant
    duration: DurationField | None = None
    prior: Instant | None = None
    resolution: ResolutionText | None = None
    flex_model: Any = Field(None, alias="flex-model", json_schema_extra={"type": "object"})
    flex_context: Any = Field(None, alias="flex-context", json_schema_extra={"type": "object"})
    force_new_job_creation: bool = Field(
        default=False,
        alias="force-new-job-creation",
        description="Plan anew, where otherwise an equal request of the last hour gets the job that it made.",
    )

    @model_validator(mode="before")
    @classmethod
    def _rename(cls, fields: Any) -> Any:
        return with_canonical_names(fields) if isinstance(fields, dict) else fields

    def request_for(self, kind: Literal["asset", "sensor"], subject_id: int) -> ScheduleRequest:
        """Return what is wanted for an asset or a sensor."""
        return ScheduleRequest(
            subject=(kind, subject_id),
            start=self.start,
            duration=self.duration,
            prior=self.prior,
            resolution=None if self.resolution is None else Resolution.parse(self.resolution, field="resolution"),
            flex_model=self.flex_model,
            flex_context=self.flex_context,
            forces_new_job=self.force_new_job_creation,
        )


class AssetTriggerBody(TriggerBody):
    """A schedule to be made for the devices of an asset and of all assets below it."""

    flex_model: Any = Field(None, alias="flex-model", json_schema_extra={"type": "array", "items": {"type": "object"}})
    sequential: bool = Field(
        default=False,
        description="Plan the devices one after another in the order of the flex-model, those before being given for "
        "those after. All are planned together otherwise, which is never dearer.",
    )

    def request_for(self, kind: Literal["asset", "sensor"], subject_id: int) -> ScheduleRequest:
        """Return what is wanted for an asset."""
        return replace(super().request_for(kind, subject_id), is_sequential=self.sequential)


class ScheduleParams(BaseModel):
    """How a schedule is to be shown."""

    model_config = ConfigDict(extra="forbid")

    duration: DurationField = Field(
        default_factory=lambda: parse_duration("PT6H", field="duration"),
        description="How much of the schedule, from its start; six hours unless more is asked for.",
    )
    unit: str | None = Field(None, max_length=80, description="Unit of the values; by default the sensor's.")
    sign_convention: SignConvention = Field(
        SignConvention.CONSUMPTION_POSITIVE,
        alias="sign-convention",
        description="Which direction of power counts positive; wysiwyg shows what is stored.",
    )
