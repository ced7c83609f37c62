"""Parts of the sentences about one period, in the present language: amounts, prices, times, limits."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from typing import Final

from wattloom.language import format_number, format_weekday, translatable
from wattloom.language import gettext as _
from wattloom.scheduling.explanation.periods import LimitFact, Period, Range

_OWN_LIMITS: Final = {"consumption-capacity", "production-capacity"}
_LIMIT_NAMES: Final = {
    "capacity": translatable("capacity"),
    "consumption-capacity": translatable("consumption capacity"),
    "coupling": translatable("coupling"),
    "export-capacity": translatable("export capacity"),
    "import-capacity": translatable("import capacity"),
    "maximum": translatable("maximum"),
    "min-down-time": translatable("min down time"),
    "min-up-time": translatable("min up time"),
    "minimum": translatable("minimum"),
    "operation-mode": translatable("operation mode"),
    "production-capacity": translatable("production capacity"),
    "ramp-down": translatable("ramp down"),
    "ramp-down-limit": translatable("ramp down limit"),
    "ramp-up": translatable("ramp up"),
    "ramp-up-limit": translatable("ramp up limit"),
}


class Phrases:
    """Parts of sentences about one period."""

    def __init__(self, period: Period, currency: str) -> None:
        self.period = period
        self.currency = currency

    @property
    def power(self) -> str:
        """The amount of power, whichever its direction."""
        low, high = sorted(abs(value) for value in self.period.power_kw)
        return f"{number_range((low, high))} kW"

    @property
    def is_running(self) -> bool:
        """Whether it takes or gives anything."""
        return any(round(value, 6) for value in self.period.power_kw)

    @property
    def is_at_limit(self) -> bool:
        """Whether it can do no more."""
        return any(limit.of == "device" and limit.code in _OWN_LIMITS for limit in self.period.limits)

    @property
    def charges(self) -> str:
        """How much it charges, and whether more is possible."""
        text = _("Charges at its limit of %(power)s") if self.is_at_limit else _("Charges %(power)s")
        return text % {"power": self.power}

    @property
    def discharges(self) -> str:
        """How much it discharges, and whether more is possible."""
        text = _("Discharges at its limit of %(power)s") if self.is_at_limit else _("Discharges %(power)s")
        return text % {"power": self.power}

    @property
    def consumes(self) -> str:
        """How much it consumes, and whether more is possible."""
        text = _("Consumes at its limit of %(power)s") if self.is_at_limit else _("Consumes %(power)s")
        return text % {"power": self.power}

    @property
    def runs(self) -> str:
        """How much it works, or that it rests."""
        return _("Runs at %(power)s", power=self.power) if self.is_running else _("Rests")

    def price(self, name: str, *, sign: float = 1.0) -> str:
        """Return a value of energy with its unit."""
        return self.figure(name, f" {self.currency}/kWh", sign=sign)

    def figure(self, name: str, unit: str = "", *, sign: float = 1.0) -> str:
        """Return a value of energy; where limits add to the tariff, that comes first."""
        full, tariff = self.bare(name, sign=sign), f"tariff_{name}"
        if tariff not in self.period.values or self.bare(tariff, sign=sign) == full:
            return f"{full}{unit}"
        paid = f"{self.bare(tariff, sign=sign)}{unit}"
        return _("%(tariff)s (%(full)s with what limits are worth)", tariff=paid, full=full)

    def bare(self, name: str, *, sign: float = 1.0) -> str:
        """Return a value of energy without its unit."""
        low, high = self._range(name)
        return number_range((low, high) if sign > 0 else (-high, -low))

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
        """When the stock meets the bound that decides."""
        at = self.period.bound_at
        return _("later") if at is None else _("at %(when)s", when=self._clock(at))

    @property
    def use_time(self) -> str:
        """When stored energy is used."""
        if self.period.used_at is not None:
            return _("at %(when)s", when=self._clock(self.period.used_at))
        # No device draws it: what is drawn all the time has used it up by then.
        at = self.period.bound_at
        return _("later") if at is None else _("by %(when)s", when=self._clock(at))

    @property
    def bound_level(self) -> str:
        """What the stock holds at the bound that decides."""
        return f"{number(self.period.bound_kwh or 0.0)} kWh"

    def limits(self) -> str:
        """Return sentences about limits of connections and groups that cost something."""
        found = (limit for limit in self.period.limits if limit.of != "device" and (limit.price or 0.0) > 0)
        return "".join(f" {_limit(limit, self.currency)}" for limit in found)

    def holding(self) -> str:
        """Return what keeps it from more, as far as that is known."""
        found = [limit for limit in self.period.limits if limit.of != "network"]
        names = [
            _("the limit of %(name)s", name=limit.name) if limit.of == "group" else limit_name(limit.code)
            for limit in found
        ]
        return ", ".join(dict.fromkeys(names)) or _("another limit of its own")

    def _clock(self, at: datetime) -> str:
        return clock_on(at, self.period.starts_at.date())


def limit_name(code: str) -> str:
    """Return what a limit is called; those that users have named keep their names."""
    return _(_LIMIT_NAMES.get(code, code.replace("-", " ")))


def number(value: float) -> str:
    """Return three significant digits, at least those before the point."""
    if abs(value) >= 100:  # noqa: PLR2004 - three digits before the point
        return format_number(value, 0, grouped=False)
    text = f"{value:.3g}"
    text = f"{value:.6f}".rstrip("0") if "e" in text else text
    return format_number(float(text), len(text.partition(".")[2]), grouped=False)


def number_range(values: Range) -> str:
    """Return a number, or the lowest and highest one where they differ."""
    low, high = (number(value) for value in values)
    return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


def clock_on(at: datetime, day: date) -> str:
    """Return a time of day, with its weekday where that is another one."""
    return f"{at:%H:%M}" if at.date() == day else clock_and_weekday(at)


def clock_and_weekday(at: datetime) -> str:
    """Return a time of day with its weekday."""
    return _("%(clock)s on %(weekday)s", clock=f"{at:%H:%M}", weekday=format_weekday(at))


def joined(texts: Iterable[str], pair: str) -> str:
    """Join texts by a translated pair of ``%(before)s`` and ``%(after)s``."""
    return reduce(lambda before, after: pair % {"before": before, "after": after}, texts)


def _limit(limit: LimitFact, currency: str) -> str:
    level, worth = f"{number_range(limit.level_kw)} kW", f"{number(limit.price or 0.0)} {currency}"
    facts = {"level": level, "worth": worth, "name": limit.name, "code": limit.code}
    if limit.of == "group":
        return _("%(name)s is at its limit of %(level)s (worth %(worth)s/kW and hour).", **facts)
    match limit.code:
        case "import-capacity":
            text = _("The connection is full: no more than %(level)s can be taken (worth %(worth)s/kW and hour).")
        case "export-capacity":
            text = _("The connection is full: no more than %(level)s can be fed in (worth %(worth)s/kW and hour).")
        case code if code.endswith("peak"):
            text = _("More would raise the %(code)s of %(level)s (worth %(worth)s/kW and hour).")
        case _other:
            text = _("At %(level)s the limit '%(code)s' is reached (worth %(worth)s/kW and hour).")
    return text % facts
