"""Annotations: what people and systems remark about a time on an account, an asset or a sensor.

:func:`annotate` attaches a remark to a :class:`Subject` and :func:`withdraw` takes
it back, :func:`read_annotations` finds those of several, and :func:`stacked` makes
them readable in a chart.
"""

from wattloom.annotations.annotate import annotate, get_annotation, withdraw
from wattloom.annotations.annotation import (
    MAX_CONTENT,
    Annotation,
    AnnotationType,
    Band,
    NewAnnotation,
    stacked,
)
from wattloom.annotations.read_annotations import AnnotationFilter, read_annotations, subjects_of
from wattloom.annotations.subject import Subject, account_subject, asset_subject, owner_subject, sensor_subject

__all__ = [
    "MAX_CONTENT",
    "Annotation",
    "AnnotationFilter",
    "AnnotationType",
    "Band",
    "NewAnnotation",
    "Subject",
    "account_subject",
    "annotate",
    "asset_subject",
    "get_annotation",
    "owner_subject",
    "read_annotations",
    "sensor_subject",
    "stacked",
    "subjects_of",
    "withdraw",
]
