"""What clients ask of several series; the same fields in a query and in a JSON body."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from wattloom.api.fields import Horizon, Instant, PositiveResolution, Unit
from wattloom.http import Id
from wattloom.timeseries import FEWEST_POINTS

MAX_SENSORS = 5_000
MAX_POINTS = 100_000
_MAX_SOURCES = 1_000
_MAX_UNITS = 50


def _few_kinds(units: Any) -> Any:
    """Refuse many different units before any of them is looked up, which takes longer than reading them."""
    if isinstance(units, list) and len({unit for unit in units if isinstance(unit, str)}) > _MAX_UNITS:
        raise ValueError(f"At most {_MAX_UNITS} different units.")
    return units


class SourceChoice(BaseModel):
    """Whose beliefs count; all given conditions have to hold."""

    model_config = ConfigDict(extra="forbid")

    sensor: list[Id] = Field(min_length=1, max_length=MAX_SENSORS, description="Ids of sensors.")
    source: list[Id] = Field([], max_length=_MAX_SOURCES, description="Ids of data sources.")
    source_type: list[str] = Field(
        [], alias="source-type", max_length=_MAX_SOURCES, description="Types of data sources, such as forecaster."
    )
    exclude_source_type: list[str] = Field(
        [], alias="exclude-source-type", max_length=_MAX_SOURCES, description="Types of data sources that do not count."
    )
    source_account: list[Id] = Field(
        [], alias="source-account", max_length=_MAX_SOURCES, description="Ids of accounts whose sources count."
    )


class AskedSeries(SourceChoice):
    """Which values of which sensors, in which form."""

    start: Instant = Field(description="Events from here on.")
    end: Instant = Field(description="Events that start before.")
    unit: Annotated[list[Unit], BeforeValidator(_few_kinds)] = Field(
        [], max_length=MAX_SENSORS, description="One for all sensors or one for each; by default their own."
    )
    resolution: PositiveResolution | None = Field(
        None,
        description="One value per slot of this length on the clock of each sensor; by default events as they are.",
    )
    points: int | None = Field(
        None, ge=FEWEST_POINTS, le=MAX_POINTS, description="At most so many rows per series, chosen for charts."
    )
    prior: Instant | None = Field(None, description="Only what was believed at this moment.")
    horizon: Horizon | None = Field(None, description="Only beliefs formed at least so long before.")
    beliefs: Literal["all", "by-source"] | None = Field(
        None,
        description="Instead of one value per event: all beliefs of all sources and all their history,"
        " or the newest belief of each source as a series of its own.",
    )


class RecordParams(BaseModel):
    """How to record."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(False, alias="dry-run", description="Say what would happen, and store nothing.")


class AskedLatest(SourceChoice):
    """Whose current values, as seen when."""

    at: Instant | None = Field(None, description="What was current, and known, at this moment; by default now.")
