"""What today and the days before cost, and what flexibility saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattloom.language import format_date, format_weekday
from wattloom.language import gettext as _
from wattloom.sites import Costs, DayFigures

_BAR_UNITS = 40
"""Height of the highest bar; there is as much room below zero as needed."""
_NEARLY_ALL = 0.99


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from zero up or down, in units of the picture; y counts from its top."""

    y: float
    height: float


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day of the week.

    Attributes:
        weekday: Its short name.
        date: With its year.
        cost: In the currency of the site.
        saved: In the same.
        cost_bar: How much that is beside the other days.
        saved_bar: The same.
        is_today: Whether the day is not over.
    """

    weekday: str
    date: str
    cost: float
    saved: float
    cost_bar: Bar
    saved_bar: Bar
    is_today: bool


@dataclass(frozen=True, slots=True)
class CostCard:
    """What today and the days before cost.

    Attributes:
        currency: Code such as ``EUR``.
        today: Today's figures; None when nothing of it is known.
        saved_percent: What is saved today, as a share of what it would cost without flexibility.
        self_use_percent: How much of what the sun gives today is used at home.
        caveat: What of today is not known, in a sentence; empty when all is.
        has_flexibility: Whether anything can be saved.
        days: The last seven days, oldest first.
        height: Of the picture of the days, in its units.
        zero_y: Where its bars begin.
    """

    currency: str
    today: DayFigures | None
    saved_percent: float | None
    self_use_percent: float | None
    caveat: str
    has_flexibility: bool
    days: tuple[DayColumn, ...]
    height: float
    zero_y: float


def make_costs(costs: Costs | None, *, has_today: bool = True) -> CostCard | None:
    """Return what is shown; None where nothing is known.

    Args:
        costs: Of the last days; the newest is today.
        has_today: Whether that is so.
    """
    if costs is None or not costs.days:
        return None
    today = costs.days[-1] if has_today else None
    scale, top, bottom = _scale(costs.days)
    return CostCard(
        currency=costs.currency,
        today=today,
        saved_percent=saved_percent(today) if today is not None else None,
        self_use_percent=_self_use_percent(today) if today is not None else None,
        caveat=_caveat(today) if today is not None else "",
        has_flexibility=costs.has_flexibility,
        days=tuple(_column(day, scale, top, is_today=day is today) for day in costs.days),
        height=round(top + bottom, 1),
        zero_y=round(top, 1),
    )


def saved_percent(day: DayFigures) -> float | None:
    """Return what is saved as a share of what the day would cost; None when either of them earns."""
    return 100 * day.saved / day.without_flexibility if day.without_flexibility > 0 and day.cost >= 0 else None


def _self_use_percent(day: DayFigures) -> float | None:
    return 100 * day.self_used_kwh / day.produced_kwh if day.produced_kwh and day.self_used_kwh is not None else None


def _caveat(day: DayFigures) -> str:
    if day.known >= _NEARLY_ALL:
        return ""
    return _("Power and prices are known for %(percent)s %% of the day.", percent=round(100 * day.known))


def _scale(days: Sequence[DayFigures]) -> tuple[float, float, float]:
    """Return units per amount, and the room above and below zero."""
    amounts = [amount for day in days for amount in (day.cost, day.saved)]
    most, least = max(*amounts, 0.0), min(*amounts, 0.0)
    scale = _BAR_UNITS / max(most - least, 0.01)
    return scale, most * scale, -least * scale


def _column(day: DayFigures, scale: float, top: float, *, is_today: bool) -> DayColumn:
    return DayColumn(
        weekday=format_weekday(day.date),
        date=format_date(day.date),
        cost=day.cost,
        saved=day.saved,
        cost_bar=_bar(day.cost * scale, top),
        saved_bar=_bar(day.saved * scale, top),
        is_today=is_today,
    )


def _bar(length: float, top: float) -> Bar:
    return Bar(y=round(top - max(length, 0.0), 1), height=round(abs(length), 1))
