"""Annotations as clients send and see them."""

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.annotations import MAX_CONTENT, Annotation, AnnotationType, NewAnnotation
from wattloom.api.fields import Instant


class NewAnnotationBody(BaseModel):
    """A remark about a time."""

    model_config = ConfigDict(extra="forbid")

    content: str = Field(max_length=MAX_CONTENT, description="What is remarked; not only blanks.")
    start: Instant = Field(description="Where the time starts that it is about, with an offset.")
    end: Instant = Field(description="Where that time ends; later than the start.")
    type: AnnotationType = Field("label", description="What kind of remark it is.")
    prior: Instant | None = Field(
        None, description="When it was held to be true; without it the remark is shown whenever one looks."
    )

    def new_annotation(self) -> NewAnnotation:
        """Return the remark to attach."""
        return NewAnnotation(self.content, self.start, self.end, self.type, self.prior)


class AnnotationJson(TypedDict):
    """An annotation that is kept; ``source`` is the id of its author's data source."""

    id: int
    content: str
    start: str
    end: str
    type: str
    prior: str | None
    source: int


def annotation_json(annotation: Annotation, sent: NewAnnotationBody) -> AnnotationJson:
    """Return an annotation as clients see it, its times with the offset in which they were sent."""
    zone = sent.start.tzinfo
    prior = annotation.belief_time
    return {
        "id": annotation.id,
        "content": annotation.content,
        "start": sent.start.isoformat(),
        "end": sent.end.isoformat(),
        "type": annotation.type,
        "prior": None if prior is None else prior.astimezone(zone).isoformat(),
        "source": annotation.source_id,
    }
