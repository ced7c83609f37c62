"""Explained schedules as clients see them.

Power is in kW with consumption positive, energy in kWh, values of energy in
money per kWh. Columns have one entry per step; unknown figures are null.
"""

from datetime import timedelta
from typing import Any, NotRequired

from pydantic import Field, model_validator
from typing_extensions import TypedDict

from wattloom.api.v3_0.schedules.schemas import AssetTriggerBody


class WhatIfBody(AssetTriggerBody):
    """What would be planned for an asset, or for one sensor: the fields of a trigger and whom it would be for."""

    asset: int | None = Field(None, description="Plan the devices of this asset and of all below it.")
    sensor: int | None = Field(None, description="Plan the device whose power this sensor tells.")
    flex_model: Any = Field(
        None,
        alias="flex-model",
        json_schema_extra={"anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]},
    )
    time_limit: timedelta | None = Field(
        None,
        alias="time-limit",
        gt=timedelta(0),
        description="Answer with the best plan known after this time, if that is sooner than the server's own limit.",
    )

    @model_validator(mode="after")
    def _names_one(self) -> "WhatIfBody":
        if (self.asset is None) == (self.sensor is None):
            raise ValueError("Name either an asset or a sensor.")
        return self


class SolverJson(TypedDict):
    """How sure it is that nothing cheaper exists.

    ``gap`` is how far the objective may lie above the best one, relative to it; 0 when that is proven.
    """

    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float | None
    binaries: int


class AlternativeJson(TypedDict):
    """What other conduct would cost.

    Without a cost it breaks a hard limit, and ``reason`` says which. What it leaves stored counts, too.
    ``breaches`` is the part of the cost that is paid for limits which may be broken at a price.
    """

    cost: float | None
    saving: float | None
    breaches: float | None
    cost_without_breaches: float | None
    saving_without_breaches: float | None
    stored_kwh: float | None
    reason: str | None


class ComparisonJson(TypedDict):
    """Doing nothing, and keeping to the plan before this one; null where there was none."""

    stored_kwh: float | None
    breaches: float | None
    cost_without_breaches: float | None
    idle: AlternativeJson
    previous: AlternativeJson | None


class NetworkJson(TypedDict):
    """A grid connection, or a node inside the site; ``value`` is what a kWh more costs.

    ``surcharge`` is the part of it that comes from limits, peaks and commitments instead of the tariff.
    """

    commodity: str
    is_node: bool
    devices: list[int]
    net_kw: list[float]
    consumption_price: list[float | None]
    production_price: list[float | None]
    value: list[float | None]
    surcharge: list[float | None]


class GroupJson(TypedDict):
    """Devices that share a limit, by their places in the list of devices."""

    name: str
    devices: list[int]


class StockJson(TypedDict):
    """A storage: what it holds at the boundaries of steps, one more than steps, and what a kWh more would save."""

    name: str
    energy_kwh: list[float]
    value: list[float | None]


class LimitJson(TypedDict):
    """A limit and the steps in which it leaves no room; of storages, at whose ends.

    ``price`` is what one kW more for an hour would save, or one kWh more of a storage's limit.
    """

    of: str
    index: int
    code: str
    steps: list[int]
    level: list[float | None]
    price: list[float | None]


class ReachedJson(TypedDict):
    """A limit that is reached all through a period: lowest and highest level, and the most it is worth."""

    of: str
    name: str
    code: str
    level_kw: list[float]
    price: float | None


class PeriodJson(TypedDict):
    """Steps in a row in which a device has one reason; ranges are lowest and highest."""

    start: str
    end: str
    first_step: int
    last_step: int
    reason: str
    text: str
    power_kw: list[float]
    values: dict[str, list[float]]
    bound_at: str | None
    bound_kwh: float | None
    used_at: str | None
    used_value: float | None
    limits: list[ReachedJson]


class ModeJson(TypedDict):
    """A band in which a device may work, its least duration, the least pause before it, and what entering it costs."""

    lowest_kw: float
    highest_kw: float
    least_h: float
    pause_h: float
    start_cost: float


class RampJson(TypedDict):
    """How fast a device may change its power; null where that is not limited."""

    up_kw_per_h: float | None
    down_kw_per_h: float | None


class DeviceJson(TypedDict):
    """A device: what it does, why, and what energy is worth to it.

    ``cost`` is that of consuming a kWh more, ``income`` that of producing one more, ``stored_value`` what a kWh
    consumed is worth in its storage, ``kept_value`` what a kWh not produced is worth there. ``taken_value`` and
    ``given_value`` are what its converter takes and gives for each kWh that it takes. ``bound`` names the
    next limit of its storage that decides, ``bound_at`` the step at whose end it is met, ``used_at`` the step in
    which stored energy is next drawn; −1 is none.
    """

    name: str
    sensor: int | None
    asset: int | None
    stock: int | None
    power_kw: list[float]
    previous_kw: NotRequired[list[float | None]]
    modes: NotRequired[list[ModeJson]]
    ramp: NotRequired[RampJson]
    reason: list[str]
    cost: list[float | None]
    income: list[float | None]
    stored_value: NotRequired[list[float | None]]
    kept_value: NotRequired[list[float | None]]
    tariff_cost: NotRequired[list[float | None]]
    tariff_income: NotRequired[list[float | None]]
    taken_value: NotRequired[list[float | None]]
    given_value: NotRequired[list[float | None]]
    bound: NotRequired[list[str]]
    bound_at: NotRequired[list[int]]
    used_at: NotRequired[list[int]]
    periods: list[PeriodJson]


class FuturesJson(TypedDict):
    """What is expected where several futures are planned for; all else explains the median one.

    ``risk`` is the average cost of the worst futures.
    """

    number: int
    expected_cost: float | None
    risk: float | None
    text: str


class ExplainedPlanJson(TypedDict):
    """What was planned at once. Without ``has_values`` time ran out before values were known."""

    start: str
    end: str
    step_s: list[float]
    currency: str
    has_values: bool
    solver: SolverJson
    costs: dict[str, float | None]
    comparison: ComparisonJson
    futures: FuturesJson | None
    networks: list[NetworkJson]
    groups: list[GroupJson]
    devices: list[DeviceJson]
    stocks: list[StockJson]
    limits: list[LimitJson]


class RunJson(TypedDict):
    """A span of time without zeros, in the unit of the sensor; consumption is positive."""

    start: str
    end: str
    lowest: float
    highest: float


class DelegatedSeriesJson(TypedDict):
    """When something runs."""

    sensor: int
    name: str
    unit: str
    runs: list[RunJson]
    text: str


class DelegatedJson(TypedDict):
    """What a scheduler other than the StorageScheduler has planned, such as a process."""

    scheduler: str
    currency: str
    costs: dict[str, float]
    series: list[DelegatedSeriesJson]


class ExplanationJson(TypedDict):
    """An explained schedule: one plan, or one per device of a sequence; what other schedulers planned is apart."""

    schedule: NotRequired[str]
    belief_time: str
    timezone: str
    currency: str
    costs: dict[str, float]
    unresolved: list[dict[str, Any]]
    resolved: list[dict[str, Any]]
    notices: list[str]
    plans: list[ExplainedPlanJson]
    delegated: list[DelegatedJson]


class ClashJson(TypedDict):
    """One of the inputs that cannot all be kept."""

    field: str
    device: str | None
    at: str | None
    text: str


class FailedScheduleJson(TypedDict):
    """Why there is no schedule; ``clashes`` names the inputs that contradict each other, where that is why."""

    result: str
    status: str
    message: str
    clashes: NotRequired[list[ClashJson]]
