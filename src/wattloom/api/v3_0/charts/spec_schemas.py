"""What may be asked of charts for embedders, and what they look like on the wire."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from wattloom.api.v3_0.charts.params import CHART_ALIASES, ChartParams
from wattloom.charts.vega import ChartOptions

SPEC_ALIASES = CHART_ALIASES | {
    name.replace("-", "_"): name
    for name in (
        "include-data",
        "dataset-name",
        "chart-type",
        "combine-legend",
        "include-asset-annotations",
        "include-account-annotations",
        "include-sensor-annotations",
    )
}
"""Further names of the parameters of charts, for ``query_aliases``."""

_PIXELS = re.compile(r"[1-9]\d{0,4}")


def _check_pixels(text: str) -> str:
    if _PIXELS.fullmatch(text) is None:
        raise ValueError("Not a number of pixels, for example 400.")
    return text


def _check_width(text: str) -> str:
    if text != "container" and _PIXELS.fullmatch(text) is None:
        raise ValueError("Neither a number of pixels, for example 400, nor container.")
    return text


class _SpecParams(ChartParams):
    """What assets and sensors share."""

    include_data: bool = Field(
        False, alias="include-data", description="Put the data in, so that nothing else has to be fetched."
    )
    dataset_name: str | None = Field(
        None,
        alias="dataset-name",
        min_length=1,
        max_length=100,
        description="Name of the dataset that the chart draws; asset_<id> or sensor_<id> by default.",
    )
    width: Annotated[str, AfterValidator(_check_width)] = Field(
        "container", description="Pixels, or container: the width of the element that the chart is put in."
    )
    height: Annotated[str, AfterValidator(_check_pixels)] | None = Field(
        None, description="Pixels; of an asset's chart the height of each graph."
    )
    include_asset_annotations: bool = Field(
        False, alias="include-asset-annotations", description="Draw what is remarked about the asset."
    )
    include_account_annotations: bool = Field(
        False, alias="include-account-annotations", description="Draw what is remarked about the asset's account."
    )

    def options(self, default_dataset: str, *, shows_annotations: bool, combines_legends: bool = True) -> ChartOptions:
        """Return how to draw the chart.

        Raises:
            FilterError: The bounds of the window do not fit each other.
        """
        start, end = self.period()
        return ChartOptions(
            dataset=self.dataset_name or default_dataset,
            start=start,
            end=end,
            width=self.width,
            height=self.height,
            combines_legends=combines_legends,
            shows_annotations=shows_annotations,
        )


class AssetSpecParams(_SpecParams):
    """Which chart of an asset."""

    chart_type: Literal["chart_for_multiple_sensors", "chart_for_chargepoint_sessions"] = Field(
        "chart_for_multiple_sensors",
        alias="chart-type",
        description="A graph for each entry of sensors_to_show, or charging sessions.",
    )
    combine_legend: bool = Field(True, alias="combine-legend", description="One legend for all graphs.")

    @property
    def shows_annotations(self) -> bool:
        """Whether annotations are drawn."""
        return self.include_asset_annotations or self.include_account_annotations


class SensorSpecParams(_SpecParams):
    """Which chart of a sensor."""

    chart_type: Literal["bar_chart", "histogram", "daily_heatmap", "weekly_heatmap"] = Field(
        "bar_chart", alias="chart-type", description="How values are drawn."
    )
    include_sensor_annotations: bool = Field(
        False, alias="include-sensor-annotations", description="Draw what is remarked about the sensor."
    )

    @property
    def shows_annotations(self) -> bool:
        """Whether annotations are drawn."""
        return self.include_sensor_annotations or self.include_asset_annotations or self.include_account_annotations


class ChartSpecification(TypedDict, total=False):
    """A chart in the grammar of Vega-Lite 5; charts of assets have ``vconcat``, those of sensors ``layer``."""

    description: str
    title: str
    width: int | str
    height: int | str
    autosize: dict[str, Any]
    data: dict[str, str]
    datasets: dict[str, list[dict[str, Any]]]
    transform: list[dict[str, Any]]
    vconcat: list[dict[str, Any]]
    layer: list[dict[str, Any]]
    resolve: dict[str, Any]
    config: dict[str, Any]
