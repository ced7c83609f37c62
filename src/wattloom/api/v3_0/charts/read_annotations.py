"""The annotations that a chart shows."""

from collections.abc import Iterable

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.annotations import AnnotationFilter, Subject, read_annotations, stacked
from wattloom.api.v3_0.charts.annotation_schemas import ChartAnnotationJson, chart_annotations_json
from wattloom.timeseries import get_sources


def read_chart_annotations(
    connection: Connection, user: User, subjects: Iterable[Subject], wanted: AnnotationFilter, *, clip: bool
) -> list[ChartAnnotationJson]:
    """Return what is remarked about those subjects that the user may read, as charts show it.

    Args:
        connection: The transaction.
        user: Who asks.
        subjects: What the chart is about, and what that belongs to.
        wanted: Which annotations.
        clip: Whether to cut them to the window.

    Raises:
        FilterError: There are too many to be shown.
    """
    bands = stacked(read_annotations(connection, user, subjects, wanted))
    sources = get_sources(connection, {band.source_id for band in bands})
    return chart_annotations_json(bands, sources, wanted if clip else None)
