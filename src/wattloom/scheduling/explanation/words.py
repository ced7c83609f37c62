"""Reasons in words. English; other languages need this module again, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wattloom.scheduling.explanation.codes import Reason
from wattloom.scheduling.explanation.periods import LimitFact, Period, Range, Timeline

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_AT_ENDS = {"minimum", "maximum"}
_OWN_LIMITS = {"consumption-capacity", "production-capacity"}


def sentence(period: Period, currency: str) -> str:
    """Return why a device does in a period what it does, in a sentence or two.

    Args:
        period: What it does, and the facts behind it.
        currency: Of all money.
    """
    phrase = _Phrases(period, currency)
    return f"{_SENTENCES[period.reason](phrase)}.{phrase.limits()}"


def broken_sentence(broken: Mapping[str, Any], timeline: Timeline) -> str:
    """Return why some other conduct is impossible: which limit it breaks first, and when.

    Args:
        broken: ``name``, ``limit`` and ``step``, as an explanation tells them.
        timeline: When its steps are. Storages break a limit at the end of a step, all else from its start.
    """
    at = timeline.edges[broken["step"] + (broken["limit"] in _AT_ENDS)]
    limit = broken["limit"].replace("-", " ")
    return f"It would break the {limit} of {broken['name']} at {at:%H:%M} on {_DAYS[at.weekday()]}."


def futures_sentence(futures: Mapping[str, Any], currency: str) -> str:
    """Return which of several futures is explained, and what is expected of all."""
    expected, risk = (f"{futures[name]:.2f} {currency}" for name in ("expected_cost", "risk"))
    return (
        f"Planned for {futures['number']} futures; this explains the median one. "
        f"Expected cost {expected}; in the worst futures {risk}."
    )


def runs_sentence(scheduler: str, runs: Sequence[tuple[datetime, datetime]], first_day: date) -> str:
    """Return when something runs that another scheduler has planned; it knows why.

    Args:
        scheduler: Who has planned it.
        runs: Start and end of each, in the time zone of the plan.
        first_day: Of the plan; days that are another one are named.
    """
    if not runs:
        return f"Rests: {scheduler} has found no time for it."
    spans = (f"{_on(start, first_day)} to {_on(end, start.date())}" for start, end in runs)
    return f"Runs from {', and from '.join(spans)}, where {scheduler} places it."


class _Phrases:
    """Parts of sentences about one period."""

    def __init__(self, period: Period, currency: str) -> None:
        self.period = period
        self.currency = currency

    @property
    def power(self) -> str:
        """The amount of power, whichever its direction."""
        low, high = sorted(abs(value) for value in self.period.power_kw)
        return f"{_range((low, high))} kW"

    @property
    def is_running(self) -> bool:
        return any(round(value, 6) for value in self.period.power_kw)

    @property
    def is_at_limit(self) -> bool:
        return any(limit.of == "device" and limit.code in _OWN_LIMITS for limit in self.period.limits)

    def does(self, verb: str) -> str:
        """Return what it does, and whether more is possible."""
        return f"{verb} at its limit of {self.power}" if self.is_at_limit else f"{verb} {self.power}"

    def runs(self) -> str:
        """Return how much it works, or that it rests."""
        return f"Runs at {self.power}" if self.is_running else "Rests"

    def price(self, name: str, *, sign: float = 1.0) -> str:
        """Return a value of energy with its unit."""
        return self.figure(name, f" {self.currency}/kWh", sign=sign)

    def figure(self, name: str, unit: str = "", *, sign: float = 1.0) -> str:
        """Return a value of energy; where limits add to the tariff, that comes first."""
        full, tariff = self.bare(name, sign=sign), f"tariff_{name}"
        if tariff not in self.period.values or self.bare(tariff, sign=sign) == full:
            return f"{full}{unit}"
        return f"{self.bare(tariff, sign=sign)}{unit} ({full} with what limits are worth)"

    def bare(self, name: str, *, sign: float = 1.0) -> str:
        """Return a value of energy without its unit."""
        low, high = self._range(name)
        return _range((low, high) if sign > 0 else (-high, -low))

    def is_less(self, one: str, other: str) -> bool:
        """Whether one value is below another; values that differ by less than ties are broken with may read otherwise."""
        if one not in self.period.values or other not in self.period.values:
            return False
        less, more = self._range(one), self._range(other)
        return self.bare(one) != self.bare(other) and (less[0] < more[0] or less[1] < more[1])

    def _range(self, name: str) -> Range:
        return self.period.values.get(name, (0.0, 0.0))

    @property
    def bound_time(self) -> str:
        at = self.period.bound_at
        return "later" if at is None else f"at {_clock(self.period, at)}"

    @property
    def use_time(self) -> str:
        if self.period.used_at is not None:
            return f"at {_clock(self.period, self.period.used_at)}"
        # No device draws it: what is drawn all the time has used it up by then.
        at = self.period.bound_at
        return "later" if at is None else f"by {_clock(self.period, at)}"

    @property
    def bound_level(self) -> str:
        return f"{_number(self.period.bound_kwh or 0.0)} kWh"

    def limits(self) -> str:
        """Return sentences about limits of connections and groups that cost something."""
        found = (limit for limit in self.period.limits if limit.of != "device" and (limit.price or 0.0) > 0)
        return "".join(f" {_limit(limit, self.currency)}" for limit in found)

    def holding(self) -> str:
        """Return what keeps it from more, as far as that is known."""
        found = [limit for limit in self.period.limits if limit.of != "network"]
        names = [
            f"the limit of {limit.name}" if limit.of == "group" else limit.code.replace("-", " ") for limit in found
        ]
        return ", ".join(dict.fromkeys(names)) or "another limit of its own"


def _charge_for_use(phrase: _Phrases) -> str:
    start = f"{phrase.does('Charges')}: energy costs {phrase.price('cost')} now"
    if phrase.is_less("cost", "stored_value"):
        return f"{start}, and is worth {phrase.bare('stored_value')} when it is used {phrase.use_time}"
    return f"{start}, just what it is worth when it is used {phrase.use_time}"


def _charge_before_full(phrase: _Phrases) -> str:
    start = f"{phrase.does('Charges')}: energy costs {phrase.price('cost')}, among the least before it is full"
    used_value = phrase.period.used_value
    if phrase.period.used_at is None or used_value is None:
        return f"{start} {phrase.bound_time}"
    use = f"it is used {phrase.use_time}"
    if used_value > phrase.period.values["cost"][0]:
        use = f"{use}, when energy is worth {_number(used_value)}"
    return f"{start} {phrase.bound_time}; {use}"


def _charge_for_end(phrase: _Phrases) -> str:
    start = f"{phrase.does('Charges')}: energy costs {phrase.price('cost')}"
    if phrase.is_less("cost", "stored_value"):
        return f"{start}, and is worth {phrase.bare('stored_value')} at the end of the plan"
    return f"{start}, just what it is worth at the end of the plan"


def _charge_for_target(phrase: _Phrases) -> str:
    start = f"{phrase.does('Charges')} to hold {phrase.bound_level} {phrase.bound_time}"
    return f"{start}; energy costs {phrase.price('cost')} now"


def _discharge_worth(phrase: _Phrases) -> str:
    start = f"{phrase.does('Discharges')}: energy is worth {phrase.price('income')} now"
    if phrase.is_less("kept_value", "income"):
        return f"{start}, and {phrase.bare('kept_value')} if it is kept"
    return f"{start}, as much as if it were kept"


def _rest_empty(phrase: _Phrases) -> str:
    if not phrase.is_less("stored_value", "cost"):
        return "Rests: it is empty"
    worth, cost = phrase.price("stored_value"), phrase.figure("cost")
    return f"Rests: it is empty; energy charged now is worth {worth} and costs {cost}"


def _rest_full(phrase: _Phrases) -> str:
    if not phrase.is_less("income", "kept_value"):
        return "Rests: it is full"
    worth, kept = phrase.price("income"), phrase.bare("kept_value")
    return f"Rests: it is full; energy given now is worth {worth}, and {kept} if it is kept"


def _rest_between(phrase: _Phrases) -> str:
    if not phrase.is_less("stored_value", "cost") and not phrase.is_less("income", "kept_value"):
        return f"Rests: charging and discharging are worth just the price of {phrase.price('cost')}"
    start = f"Rests: the price of {phrase.price('cost')} lies between what charging"
    return f"{start} ({phrase.bare('stored_value')}) and discharging ({phrase.bare('kept_value')}) would be worth"


def _rest_dear(phrase: _Phrases) -> str:
    start = f"Rests: energy costs {phrase.price('cost')} now"
    if "stored_value" not in phrase.period.values:
        return start
    is_less = phrase.is_less("stored_value", "cost")
    worth = f"worth {phrase.bare('stored_value')}" if is_less else "worth no more"
    return f"{start}, and storing it is {worth}"


def _rest_cheap(phrase: _Phrases) -> str:
    kept = phrase.bare("kept_value") if phrase.is_less("income", "kept_value") else "no less"
    return f"Rests: energy is worth {phrase.price('income')} now, and {kept} if it is kept"


def _coupled(phrase: _Phrases) -> str:
    start = f"{phrase.runs()} with its converter"
    if "taken_value" not in phrase.period.values:
        return start
    taken = f"each kWh taken costs {phrase.bare('taken_value')} {phrase.currency}"
    less, more = ("taken_value", "given_value") if phrase.is_running else ("given_value", "taken_value")
    if not phrase.is_less(less, more):
        return f"{start}: {taken}, and what is made of it is worth just that"
    return f"{start}: {taken}, and what is made of it is worth {phrase.bare('given_value')}"


def _modes(phrase: _Phrases) -> str:
    allowed = ", or ".join(_mode(mode, phrase.currency) for mode in phrase.period.modes)
    return f"{phrase.runs()}: its operation modes allow {allowed or 'nothing else'}"


def _mode(mode: Mapping[str, float], currency: str) -> str:
    """Return a band of power, and what entering it means."""
    text = f"{_range((mode['lowest_kw'], mode['highest_kw']))} kW"
    if mode["least_h"]:
        text = f"{text} for {_number(mode['least_h'])} h at least"
    if mode["pause_h"]:
        text = f"{text} after a pause of {_number(mode['pause_h'])} h"
    if mode["start_cost"]:
        text = f"{text} at {_number(mode['start_cost'])} {currency} a start"
    return text


def _ramp(phrase: _Phrases) -> str:
    ramp = phrase.period.ramp or {}
    ways = {"up": ramp.get("up_kw_per_h"), "down": ramp.get("down_kw_per_h")}
    most = " and ".join(f"{_number(limit)} kW {way}" for way, limit in ways.items() if limit is not None)
    return f"{phrase.runs()}: its ramp allows no more than {most or 'so much'} in an hour"


def _run(phrase: _Phrases) -> str:
    return f"{phrase.does('Consumes')}: energy costs {phrase.price('cost')} now"


def _produce(phrase: _Phrases) -> str:
    amount = f"{phrase.power}, all it can" if phrase.is_at_limit else phrase.power
    return f"Produces {amount}: energy is worth {phrase.price('income')} now"


def _curtail_price(phrase: _Phrases) -> str:
    selling = phrase.period.selling
    if selling is not None and selling[1] < 0:
        return f"{_curtailed(phrase)}: feeding in costs {_range((-selling[1], -selling[0]))} {phrase.currency}/kWh"
    return f"{_curtailed(phrase)}: more energy is worth {phrase.price('income')} here"


def _curtail_limit(phrase: _Phrases) -> str:
    if phrase.limits():
        return _curtailed(phrase)
    return f"{_curtailed(phrase)}: held back by {phrase.holding()}"


def _curtailed(phrase: _Phrases) -> str:
    return f"Curtailed to {phrase.power}" if phrase.is_running else "Curtailed to 0 kW"


_SENTENCES: Mapping[Reason, Callable[[_Phrases], str]] = {
    Reason.UNAVAILABLE: lambda _: "Rests: its capacity is 0 kW",
    Reason.COUPLED: _coupled,
    Reason.COUPLED_HELD: lambda phrase: f"{phrase.runs()} with its converter, for which a limit decides, not the price",
    Reason.CHARGE: lambda phrase: phrase.does("Charges"),
    Reason.CHARGE_PAID: lambda phrase: f"{phrase.does('Charges')}: consuming is paid {phrase.price('cost', sign=-1)}",
    Reason.CHARGE_FOR_USE: _charge_for_use,
    Reason.CHARGE_FOR_TARGET: _charge_for_target,
    Reason.CHARGE_BEFORE_FULL: _charge_before_full,
    Reason.CHARGE_FOR_END: _charge_for_end,
    Reason.DISCHARGE: lambda phrase: phrase.does("Discharges"),
    Reason.DISCHARGE_WORTH: _discharge_worth,
    Reason.DISCHARGE_FOR_ROOM: lambda phrase: (
        f"{phrase.does('Discharges')} to hold no more than {phrase.bound_level} {phrase.bound_time}"
    ),
    Reason.REST: lambda _: "Rests",
    Reason.REST_EMPTY: _rest_empty,
    Reason.REST_FULL: _rest_full,
    Reason.REST_BETWEEN: _rest_between,
    Reason.REST_DEAR: _rest_dear,
    Reason.REST_CHEAP: _rest_cheap,
    Reason.HELD_BACK: lambda phrase: f"Rests, though running would pay: held back by {phrase.holding()}",
    Reason.MODES: _modes,
    Reason.RAMP: _ramp,
    Reason.LIMITED: lambda phrase: f"{phrase.runs()}: {phrase.holding()} decides, and not the price",
    Reason.RUN: _run,
    Reason.RUN_PAID: lambda phrase: f"{phrase.does('Consumes')}: that is paid {phrase.price('cost', sign=-1)}",
    Reason.RUN_REQUIRED: lambda phrase: f"Runs at {phrase.power}, the least that it may",
    Reason.PRODUCE: _produce,
    Reason.CURTAIL_PRICE: _curtail_price,
    Reason.CURTAIL_LIMIT: _curtail_limit,
}


def _limit(limit: LimitFact, currency: str) -> str:
    level, worth = f"{_range(limit.level_kw)} kW", f"worth {_number(limit.price or 0.0)} {currency}/kW and hour"
    if limit.of == "group":
        return f"{limit.name} is at its limit of {level} ({worth})."
    match limit.code:
        case "import-capacity":
            return f"The connection is full: no more than {level} can be taken ({worth})."
        case "export-capacity":
            return f"The connection is full: no more than {level} can be fed in ({worth})."
        case code if code.endswith("peak"):
            return f"More would raise the {code} of {level} ({worth})."
        case code:
            return f"At {level} the limit '{code}' is reached ({worth})."


def _range(values: Range) -> str:
    low, high = (_number(value) for value in values)
    return low if low == high else f"{low} to {high}"


def _number(value: float) -> str:
    """Return three significant digits, at least those before the point."""
    if abs(value) >= 100:  # noqa: PLR2004 - three digits before the point
        return f"{value:.0f}"
    text = f"{value:.3g}"
    return f"{value:.6f}".rstrip("0") if "e" in text else text


def _clock(period: Period, at: datetime) -> str:
    return _on(at, period.starts_at.date())


def _on(at: datetime, day: date) -> str:
    """Return a time of day, with its weekday where that is another one."""
    clock = f"{at:%H:%M}"
    return clock if at.date() == day else f"{clock} on {_DAYS[at.weekday()]}"
