"""What may be asked of chart data, and what it looks like on the wire."""

from datetime import datetime
from typing import NotRequired
from zoneinfo import ZoneInfo

from pydantic import Field
from typing_extensions import TypedDict

from wattloom.api.fields import PositiveResolution
from wattloom.api.v3_0.charts.params import CHART_ALIASES, ChartParams
from wattloom.charts import ROW_LENGTH, AskedChart
from wattloom.periods import Period

DATA_ALIASES = CHART_ALIASES | {
    "most_recent_beliefs_only": "most-recent-beliefs-only",
    "use_latest_version_per_event": "use-latest-version-per-event",
    "compress_json": "compress-json",
}
"""Further names of the parameters of chart data, for ``query_aliases``."""


class AssetChartDataParams(ChartParams):
    """Which beliefs, and in which form."""

    most_recent_beliefs_only: bool = Field(
        True, alias="most-recent-beliefs-only", description="Leave out what something newer has replaced."
    )
    use_latest_version_per_event: bool = Field(
        False,
        alias="use-latest-version-per-event",
        description="Of sources that are versions of each other, show only the latest.",
    )
    compress_json: bool = Field(
        False, alias="compress-json", description="Numbers and two look-up tables instead of self-contained rows."
    )

    def asked(self, *, max_values: int) -> AskedChart:
        """Return what to read.

        Args:
            max_values: Most values that one answer may have; of self-contained rows it may have fewer.

        Raises:
            FilterError: The bounds of the window do not fit each other.
        """
        return self.chart(
            latest_versions=self.use_latest_version_per_event,
            max_rows=max_values if self.compress_json else max_values // ROW_LENGTH,
            all_beliefs=not self.most_recent_beliefs_only,
        )


class SensorChartDataParams(AssetChartDataParams):
    """The same, with what is peculiar to one sensor."""

    use_latest_version_per_event: bool = Field(
        True,
        alias="use-latest-version-per-event",
        description="Of sources that are versions of each other, show only the latest.",
    )
    resolution: PositiveResolution | None = Field(None, description="Length of the events to show.")


class _SourceFields(TypedDict):
    name: str
    model: str
    version: str
    type: str
    raw_type: str
    display_type: str
    description: str


class RowSource(_SourceFields):
    """Who states a belief."""

    id: int


class RowSensor(TypedDict):
    """What a belief is about."""

    id: int
    name: str
    sensor_unit: str
    event_resolution: float
    asset_id: int
    description: str
    asset_description: str


class ChartRow(TypedDict):
    """One belief; times are epoch milliseconds."""

    index: NotRequired[int]
    event_start: int
    event_value: float | None
    belief_horizon: int
    belief_time: NotRequired[int]
    cumulative_probability: NotRequired[float]
    source: RowSource
    sensor: RowSensor
    sensor_unit: NotRequired[str]
    scale_factor: NotRequired[float]


class ChartRecord(TypedDict):
    """One belief in short; times are epoch milliseconds, horizons of sensors' charts seconds."""

    ts: int
    sid: int
    val: float | None
    sf: NotRequired[float]
    src: int
    bh: float
    bt: NotRequired[int]
    cp: NotRequired[float]


class ChartSensor(TypedDict):
    """What is told once of a sensor."""

    name: str
    unit: str
    event_resolution: float
    description: str
    asset_id: int
    asset_description: str


class ChartSource(_SourceFields):
    """What is told once of a source."""

    id: NotRequired[int]


class CompressedChart(TypedDict):
    """Beliefs in short, and their sensors and sources by id."""

    data: list[ChartRecord]
    sensors: dict[str, ChartSensor]
    sources: dict[str, ChartSource]


class TimeRange(TypedDict):
    """When the first event starts and the last one ends; null where nothing is recorded."""

    start: str | None
    end: str | None


class SensorInfo(TypedDict):
    """A sensor in short."""

    name: str
    timezone: str
    timerange: TimeRange


class AssetInfo(TypedDict):
    """An asset in short."""

    name: str
    timezone: str
    timerange_of_sensors_to_show: TimeRange


def time_range(period: Period | None, zone: ZoneInfo) -> TimeRange:
    """Return a window as clients see it, on the clock of a time zone."""
    if period is None:
        return {"start": None, "end": None}
    return {"start": _local(period.start, zone), "end": _local(period.end, zone)}


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat(timespec="seconds")
