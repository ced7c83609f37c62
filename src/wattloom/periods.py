"""Time windows, resolutions, ISO 8601 durations and tick alignment.

Instants are aware datetimes outside and integer microseconds since 1970 UTC
(``…_us``) inside arrays. A :class:`Resolution` is fixed (15 minutes) or
follows the calendar (a day, a month, a year) in a time zone, so that a day on
which the clocks change is 23 or 25 hours long. Pure: reads no clock.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

import isodate
import numpy as np
from numpy.typing import NDArray

from wattloom.errors import PeriodError, suggestion

Microseconds: TypeAlias = NDArray[np.int64]
"""Instants in µs since 1970-01-01T00:00Z, or lengths in µs."""

HOUR_US = 3_600_000_000
QUARTER_US = HOUR_US // 4
DAY = timedelta(days=1)
_DAY_US = 24 * HOUR_US
MICROSECOND = timedelta(microseconds=1)
"""What instants in arrays count in."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def to_us(instant: datetime) -> int:
    """Return an aware instant as µs since 1970 UTC."""
    assert instant.tzinfo is not None
    return (instant - _EPOCH) // MICROSECOND


def from_us(instant_us: int, zone: ZoneInfo | None = None) -> datetime:
    """Return µs since 1970 as an aware datetime in ``zone`` (default UTC)."""
    instant = _EPOCH + timedelta(microseconds=int(instant_us))
    return instant.astimezone(zone) if zone is not None else instant


def parse_instant(text: object, *, field: str) -> datetime:
    """Read an ISO 8601 instant with an offset.

    A blank where the offset's plus sign should be is read as ``+``, because
    clients forget to escape it in query strings.

    Raises:
        PeriodError: Not a string, not ISO 8601, without an offset, or outside
            the years 1900 to 2199.
    """
    if isinstance(text, datetime):
        instant = text
    elif isinstance(text, str):
        try:
            instant = datetime.fromisoformat(re.sub(r" (?=\d\d:?(\d\d)?$)", "+", text.strip()))
        except ValueError as error:
            raise PeriodError("Not a valid datetime.", field=field) from error
    else:
        raise PeriodError("Not a valid datetime.", field=field)
    if instant.tzinfo is None:
        raise PeriodError("Not a valid aware datetime. Add an offset, for example +01:00.", field=field)
    if not _EARLIEST <= instant < _LATEST:
        raise PeriodError("Must lie between the years 1900 and 2199.", field=field)
    return instant


def parse_zone(name: object, *, field: str = "timezone") -> ZoneInfo:
    """Return the IANA time zone called ``name``.

    Raises:
        PeriodError: Unknown; the message suggests the closest name.
    """
    names = _zone_names()
    if isinstance(name, str) and name in names:
        return zone(name)
    hint = suggestion(str(name), names) or " Use an IANA name such as 'Europe/Amsterdam'."
    raise PeriodError(f"'{name}' doesn't exist as a time zone.{hint}", field=field)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """Return a time zone whose name is known to be valid."""
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that may contain calendar parts.

    Attributes:
        months: Calendar months; a year is twelve.
        time: Everything else. Days count as 24 hours here unless the duration
            is used as a :class:`Resolution` or added with :meth:`after`.
    """

    months: int
    time: timedelta

    def after(self, start: datetime, *, calendar_zone: ZoneInfo | None = None) -> datetime:
        """Return ``start`` plus this duration.

        Months are added on the calendar of ``calendar_zone`` (default: the
        zone or offset of ``start``); the rest is elapsed time.
        """
        if self.months == 0:
            return (start.astimezone(UTC) + self.time).astimezone(start.tzinfo)
        local = start.astimezone(calendar_zone) if calendar_zone is not None else start
        return ((_add_months(local, self.months)).astimezone(UTC) + self.time).astimezone(start.tzinfo)

    @property
    def is_positive(self) -> bool:
        """Whether time moves forward."""
        return self.months > 0 or (self.months == 0 and self.time > timedelta(0))


def parse_duration(text: object, *, field: str) -> Duration:
    """Read an ISO 8601 duration; whole minutes, may be negative or nominal.

    Raises:
        PeriodError: Not a string, not a duration, or not whole minutes, months and years.
    """
    if not isinstance(text, str):
        raise PeriodError("Not a valid ISO 8601 duration, for example 'PT15M'.", field=field)
    try:
        parsed = isodate.parse_duration(text.strip(), as_timedelta_if_possible=False)
        years, months, time = parsed.years, parsed.months, parsed.tdelta
    except (ValueError, OverflowError, TypeError) as error:
        raise PeriodError(
            f"Cannot parse '{text}' as ISO 8601 duration, for example 'PT15M'.",
            field=field,
        ) from error
    if years % 1 or months % 1:
        raise PeriodError("Months and years must be whole numbers, for example 'P1Y6M'.", field=field)
    months = int(years * 12 + months)
    if time % timedelta(minutes=1):
        raise PeriodError("Durations must be whole minutes.", field=field)
    if abs(months) > 12 * 100 or abs(time) > timedelta(days=36_525):
        raise PeriodError("Durations may span a hundred years at most.", field=field)
    return Duration(months, time)


def format_duration(length: timedelta, *, with_days: bool) -> str:
    """Return a duration as ISO 8601.

    Args:
        length: Any fixed length.
        with_days: True writes ``P1DT2H`` and zero as ``P0D`` (sensor
            resolutions); False writes ``PT26H`` and zero as ``PT0H`` (data).
    """
    sign, rest = ("-", -length) if length < timedelta(0) else ("", length)
    days, seconds = (rest.days, rest.seconds) if with_days else (0, int(rest.total_seconds()))
    hours, minutes, seconds = seconds // 3600, seconds % 3600 // 60, seconds % 60
    time = "".join(f"{n}{letter}" for n, letter in ((hours, "H"), (minutes, "M"), (seconds, "S")) if n)
    if not days and not time:
        return "P0D" if with_days else "PT0H"
    return f"{sign}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


@dataclass(frozen=True, slots=True)
class Resolution:
    """How long one event of a sensor lasts.

    Exactly one part is set, or none for an instantaneous sensor.

    Attributes:
        months: Calendar months (a year is twelve).
        days: Calendar days.
        time: Fixed length below or not a multiple of a day.
    """

    months: int = 0
    days: int = 0
    time: timedelta = timedelta(0)

    @classmethod
    def of(cls, length: Duration | timedelta, *, field: str = "event_resolution") -> "Resolution":
        """Return the resolution of a length; whole days are calendar days.

        Raises:
            PeriodError: Negative, or a mix of months and time.
        """
        months, time = (length.months, length.time) if isinstance(length, Duration) else (0, length)
        if months and time:
            raise PeriodError("Resolutions cannot mix months with shorter units.", field=field)
        if months < 0 or time < timedelta(0):
            raise PeriodError("Resolutions cannot be negative.", field=field)
        if time and time % DAY == timedelta(0):
            return cls(days=time.days)
        return cls(months=months, time=time)

    @classmethod
    def parse(cls, text: object, *, field: str = "event_resolution") -> "Resolution":
        """Read a resolution from ISO 8601 (``PT15M``, ``P1D``, ``P1M``, ``PT0H``)."""
        return cls.of(parse_duration(text, field=field), field=field)

    @property
    def is_instantaneous(self) -> bool:
        """Whether events have no length."""
        return not (self.months or self.days or self.time)

    @property
    def is_calendar(self) -> bool:
        """Whether the length of an event depends on the calendar."""
        return bool(self.months or self.days)

    @property
    def nominal(self) -> timedelta:
        """The usual length: a day is 24 h, a month 30 days, a year 365 days."""
        if self.months:
            years, months = divmod(self.months, 12)
            return timedelta(days=365 * years + 30 * months)
        return self.time + timedelta(days=self.days)

    @property
    def hours(self) -> float:
        """The nominal length [h]."""
        return self.nominal / timedelta(hours=1)

    def iso(self) -> str:
        """Return the canonical ISO 8601 text, as stored and shown."""
        if self.months:
            years, months = divmod(self.months, 12)
            return f"P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"
        return format_duration(self.nominal, with_days=True)

    def floor_us(self, instants_us: Microseconds, local_zone: ZoneInfo) -> Microseconds:
        """Return the starts of the events that contain these instants.

        Fixed resolutions are anchored at local midnight of a day with the
        offset then in force, so that a 15-minute grid is the wall clock's.
        Instantaneous resolutions change nothing.
        """
        if self.is_instantaneous:
            return instants_us
        if not self.is_calendar:
            step_us = self.time // MICROSECOND
            offset_us = _offsets_us(instants_us, local_zone) if QUARTER_US % step_us else np.int64(0)
            return (instants_us + offset_us) // step_us * step_us - offset_us
        local_days = (instants_us + _offsets_us(instants_us, local_zone)) // _DAY_US
        _, first, inverse = np.unique(local_days, return_index=True, return_inverse=True)
        floored = [to_us(self._floor_date(from_us(int(t), local_zone))) for t in instants_us[first]]
        return np.array(floored, dtype=np.int64)[inverse]

    def floor(self, instant: datetime, local_zone: ZoneInfo) -> datetime:
        """Return the start of the event that contains ``instant``, in its offset."""
        floored = self.floor_us(np.array([to_us(instant)]), local_zone)
        return from_us(int(floored[0])).astimezone(instant.tzinfo)

    def ends_us(self, starts_us: Microseconds, local_zone: ZoneInfo) -> Microseconds:
        """Return where the events that start at ``starts_us`` end."""
        if not self.is_calendar:
            return starts_us + self.time // MICROSECOND
        unique, inverse = np.unique(starts_us, return_inverse=True)
        ends = [to_us(self._step(from_us(int(t), local_zone), 1)) for t in unique]
        return np.array(ends, dtype=np.int64)[inverse]

    def starts_us(self, start: datetime, n: int, local_zone: ZoneInfo) -> Microseconds:
        """Return ``n`` event starts from ``start`` on, one resolution apart."""
        if not self.is_calendar:
            return to_us(start) + np.arange(n, dtype=np.int64) * (self.time // MICROSECOND)
        local = start.astimezone(local_zone)
        return np.array([to_us(self._step(local, k)) for k in range(n)], dtype=np.int64)

    def count(self, start: datetime, end: datetime, local_zone: ZoneInfo) -> int:
        """Return how many events from ``start`` on begin before ``end``."""
        assert not self.is_instantaneous
        if end <= start:
            return 0
        if not self.is_calendar:
            return -(-(to_us(end) - to_us(start)) // (self.time // MICROSECOND))
        local, n = start.astimezone(local_zone), int((end - start) / self.nominal)
        while n > 0 and self._step(local, n - 1) >= end:
            n -= 1
        while self._step(local, n) < end:
            n += 1
        return n

    def _floor_date(self, local: datetime) -> datetime:
        midnight = _midnight(local)
        if self.months:
            months = (midnight.year * 12 + midnight.month - 1) // self.months * self.months
            return midnight.replace(year=months // 12, month=months % 12 + 1, day=1)
        # Day 1 was a Monday, and so weeks begin on Mondays.
        return midnight - timedelta(days=(midnight.toordinal() - 1) % self.days) if self.days > 1 else midnight

    def _step(self, local: datetime, n: int) -> datetime:
        # Where the clocks go forward at midnight, a day begins at one; the next does not.
        midnight = _midnight(local)
        first = midnight if to_us(midnight) == to_us(local) else local
        return _add_months(first, n * self.months) if self.months else first + timedelta(days=n * self.days)


def _midnight(local: datetime) -> datetime:
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)


def _add_months(local: datetime, months: int) -> datetime:
    total = local.year * 12 + local.month - 1 + months
    year, month = total // 12, total % 12 + 1
    last_day = (datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC) - DAY).day
    return local.replace(year=year, month=month, day=min(local.day, last_day))


def _offsets_us(instants_us: Microseconds, local_zone: ZoneInfo) -> Microseconds:
    """Return the offset from UTC at each instant [µs]; asks the zone twice a day, and more on days of a change."""
    days, day = np.unique(instants_us // _DAY_US, return_inverse=True)
    before, after = (_offsets_at_us(each * _DAY_US, local_zone) for each in (days, days + 1))
    offsets = before[day]
    changing = np.flatnonzero((before != after)[day])
    # Clocks change at full quarters of an hour.
    quarters, quarter = np.unique(instants_us[changing] // QUARTER_US, return_inverse=True)
    offsets[changing] = _offsets_at_us(quarters * QUARTER_US, local_zone)[quarter]
    return offsets


def _offsets_at_us(instants_us: Microseconds, local_zone: ZoneInfo) -> Microseconds:
    offsets = [(from_us(int(t), local_zone).utcoffset() or timedelta(0)) // MICROSECOND for t in instants_us]
    return np.array(offsets, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Period:
    """A window of time, left-closed and right-open; both ends aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse an end before the start."""
        if self.end < self.start:
            raise PeriodError("The end must not lie before the start.", field="end")

    @property
    def length(self) -> timedelta:
        """How much time passes."""
        return self.end - self.start


ALL_TIME = Period(_EARLIEST, _LATEST)
"""Everything that can be recorded."""
