"""Periods in which a device does the same for the same reason, from the columns of an explanation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, groupby
from typing import Any
from zoneinfo import ZoneInfo

from wattloom.scheduling.explanation.codes import Reason

Document = Mapping[str, Any]
Range = tuple[float, float]
_COLUMNS = (
    "cost",
    "income",
    "stored_value",
    "kept_value",
    "taken_value",
    "given_value",
    "tariff_cost",
    "tariff_income",
)
_NOTHING_KW = 1e-6
_AHEAD = {
    Reason.CHARGE_FOR_USE,
    Reason.CHARGE_FOR_TARGET,
    Reason.CHARGE_BEFORE_FULL,
    Reason.CHARGE_FOR_END,
    Reason.DISCHARGE_FOR_ROOM,
}
"""Reasons that tell what comes; they differ where that differs."""


@dataclass(frozen=True, slots=True)
class LimitFact:
    """A limit that is reached throughout a period.

    Attributes:
        of: ``device``, ``network`` or ``group``.
        name: Of the device, commodity or group.
        code: Of the limit.
        level_kw: Lowest and highest value of the limit.
        price: Highest worth of one more kW for an hour; None where nobody knows.
    """

    of: str
    name: str
    code: str
    level_kw: Range
    price: float | None


@dataclass(frozen=True, slots=True)
class Period:
    """Steps in a row in which a device has one reason.

    Attributes:
        first: Its first step.
        last: Its last step.
        starts_at: When it begins, in the time zone of the plan.
        ends_at: When it ends.
        reason: Why.
        power_kw: Lowest and highest net consumption.
        values: Range of each of ``cost``, ``income``, ``stored_value``, ``kept_value``, ``taken_value`` and
            ``given_value`` that is known [money/kWh]; ``tariff_cost`` and ``tariff_income`` where limits add to them.
        selling: Range of the price of feeding in; None for what is not connected to a grid.
        bound_at: When the stock meets the bound that decides; None where none does.
        bound_kwh: What the stock holds then.
        used_at: When stored energy is next used; None where it is not.
        used_value: What a kWh given earns then.
        limits: What is reached.
        modes: Operation modes of the device, as the explanation tells them; empty without any.
        ramp: How fast it may change its power; None without a limit.
    """

    first: int
    last: int
    starts_at: datetime
    ends_at: datetime
    reason: Reason
    power_kw: Range
    values: Mapping[str, Range]
    selling: Range | None
    bound_at: datetime | None
    bound_kwh: float | None
    used_at: datetime | None
    used_value: float | None
    limits: Sequence[LimitFact]
    modes: Sequence[Document] = ()
    ramp: Document | None = None


class Timeline:
    """Boundaries of the steps of a plan."""

    def __init__(self, document: Document, zone: ZoneInfo) -> None:
        """Read them from an explanation; instants come in ``zone``."""
        # In UTC first: wall clocks change.
        start = datetime.fromisoformat(document["start"]).astimezone(UTC)
        ends = accumulate(document["step_s"], initial=0)
        self.edges = [(start + timedelta(seconds=seconds)).astimezone(zone) for seconds in ends]


def periods_of(document: Document, index: int, timeline: Timeline) -> list[Period]:
    """Return the periods of one device.

    Args:
        document: An explanation as :func:`explain` made it.
        index: Of the device.
        timeline: When its steps are.
    """
    device = document["devices"][index]
    reached = list(_limits_of(document, index))
    columns = zip(device["reason"], device["power_kw"], _bounds(device), strict=True)
    keys = [
        (
            reason,
            _direction(power),
            bound if reason in _AHEAD else None,
            tuple(n for n, (_, levels) in enumerate(reached) if step in levels and reason != Reason.UNAVAILABLE),
        )
        for step, (reason, power, bound) in enumerate(columns)
    ]
    found, first = [], 0
    for (_, _, _, numbers), steps in groupby(keys):
        last = first + len(list(steps)) - 1
        limits = [_fact(*reached[n], range(first, last + 1)) for n in numbers]
        found.append(_period(document, index, (first, last), timeline, limits))
        first = last + 1
    return found


def _bounds(device: Document) -> Sequence[int]:
    return device.get("bound_at") or [-1] * len(device["power_kw"])


def _direction(power_kw: float) -> int:
    return (power_kw > _NOTHING_KW) - (power_kw < -_NOTHING_KW)


def _limits_of(document: Document, index: int) -> Iterator[tuple[Mapping[str, Any], dict[int, tuple[Any, Any]]]]:
    """Yield the limits that concern a device, with level and worth by step."""
    for limit in document["limits"]:
        part = {"network": "networks", "group": "groups"}.get(limit["of"])
        is_own = limit["of"] == "device" and limit["index"] == index
        if is_own or (part is not None and index in document[part][limit["index"]]["devices"]):
            name = document["devices"][index]["name"] if part is None else _name(document[part][limit["index"]])
            levels = dict(zip(limit["steps"], zip(limit["level"], limit["price"], strict=True), strict=True))
            yield {"of": limit["of"], "name": name, "code": limit["code"]}, levels


def _name(part: Document) -> str:
    return str(part.get("name") or part["commodity"])


def _fact(limit: Mapping[str, Any], levels: Mapping[int, tuple[Any, Any]], steps: range) -> LimitFact:
    prices = [levels[step][1] for step in steps if levels[step][1] is not None]
    level_kw = _range(levels[step][0] for step in steps)
    assert level_kw is not None
    return LimitFact(limit["of"], limit["name"], limit["code"], level_kw, max(prices, default=None))


def _period(
    document: Document, index: int, steps: tuple[int, int], timeline: Timeline, limits: Sequence[LimitFact]
) -> Period:
    device = document["devices"][index]
    first, last = steps
    chosen = slice(first, last + 1)
    columns = {name: device.get(name, device["cost"] if name == "income" else None) for name in _COLUMNS}
    ranges = {name: _range(values[chosen]) for name, values in columns.items() if values is not None}
    power_kw = _range(device["power_kw"][chosen])
    assert power_kw is not None
    bound = _bounds(device)[first]
    used = device.get("used_at", [-1] * (first + 1))[first]
    network = next((each for each in document["networks"] if index in each["devices"] and not each["is_node"]), None)
    return Period(
        first=first,
        last=last,
        starts_at=timeline.edges[first],
        ends_at=timeline.edges[last + 1],
        reason=Reason(device["reason"][first]),
        power_kw=power_kw,
        values={name: found for name, found in ranges.items() if found is not None},
        selling=None if network is None else _range(network["production_price"][chosen]),
        bound_at=timeline.edges[bound + 1] if bound >= 0 else None,
        bound_kwh=document["stocks"][device["stock"]]["energy_kwh"][bound + 1] if bound >= 0 else None,
        used_at=timeline.edges[used] if used >= 0 else None,
        used_value=device.get("income", device["cost"])[used] if used >= 0 else None,
        limits=limits,
        modes=device.get("modes", ()),
        ramp=device.get("ramp"),
    )


def _range(values: Any) -> Range | None:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else None
