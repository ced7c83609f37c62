"""The query parameters that chart, chart_data and chart_annotations share."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from wattloom.annotations import AnnotationFilter
from wattloom.api.fields import DurationField, Instant
from wattloom.charts import AskedChart
from wattloom.errors import FilterError
from wattloom.periods import Duration

CHART_ALIASES = {
    "event_starts_after": "start",
    "event_ends_before": "end",
    "beliefs_before": "prior",
    "beliefs_after": "beliefs-after",
}
"""Further names of the shared parameters, for ``query_aliases``."""


class ChartParams(BaseModel):
    """Which events, as of when; the members of the chart family add their own."""

    # compat: unknown parameters of charts are ignored (tests/integration/api/test_chart_data.py).
    model_config = ConfigDict(extra="ignore", populate_by_name=False)

    start: Instant | None = Field(None, description="Where the window starts, with an offset.")
    end: Instant | None = Field(None, description="Where the window ends, with an offset; included.")
    duration: DurationField | None = Field(
        None, description="Length of the window, in place of start or end; ignored beside both of them."
    )
    prior: Instant | None = Field(None, description="Show what was believed at this moment.")
    beliefs_after: Instant | None = Field(
        None, alias="beliefs-after", description="Leave out what was believed before this moment."
    )

    def period(self) -> tuple[datetime | None, datetime | None]:
        """Return where the window starts and ends; None where it is open.

        Months and years of ``duration`` are counted on the calendar of the bound that is given.

        Raises:
            FilterError: The window ends before it starts, or only its duration is given.
        """
        start, end = self.start, self.end
        if self.duration is not None:
            if start is None and end is None:
                raise FilterError("Needs start or end beside it.", field="duration")
            if not self.duration.is_positive:
                raise FilterError("Must be positive.", field="duration")
            start, end = start or _before(end, self.duration), end or _after(start, self.duration)
        if start is not None and end is not None and end < start:
            raise FilterError("Must not lie before the start.", field="end")
        return start, end

    def annotations(self) -> AnnotationFilter:
        """Return which annotations are asked for.

        Raises:
            FilterError: The bounds of the window do not fit each other.
        """
        return AnnotationFilter(*self.period(), self.beliefs_after, self.prior)

    def chart(self, *, latest_versions: bool, max_rows: int, all_beliefs: bool = False) -> AskedChart:
        """Return which beliefs are asked for; see :class:`AskedChart` for the arguments.

        Raises:
            FilterError: The bounds of the window do not fit each other.
        """
        start, end = self.period()
        return AskedChart(
            start=start,
            end=end,
            prior=self.prior,
            beliefs_after=self.beliefs_after,
            all_beliefs=all_beliefs,
            latest_versions=latest_versions,
            max_rows=max_rows,
        )


def _after(start: datetime | None, duration: Duration) -> datetime | None:
    return None if start is None else duration.after(start)


def _before(end: datetime | None, duration: Duration) -> datetime | None:
    return None if end is None else Duration(-duration.months, -duration.time).after(end)
