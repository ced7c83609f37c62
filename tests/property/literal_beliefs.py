"""What is believed, written out one belief at a time: slow, plain, and the measure of the belief engine.

One function per rule, in the order in which the rules build on each other:
calendar, knowledge, search, choice of one belief, resampling, saving, removing.
Times are integer microseconds since 1970 UTC; nothing here uses arrays.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from wattloom.errors import ReplacementError
from wattloom.timeseries import BeliefFilter, Source

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FIXED = {"P0D": 0, "PT5M": 5 * MINUTE, "PT15M": 15 * MINUTE, "PT1H": HOUR, "PT7M30S": 7 * MINUTE + MINUTE // 2}
"""Length of resolutions that do not follow the calendar."""

CALENDAR_DAYS = {"P1D": 1, "P7D": 7}
CALENDAR_MONTHS = {"P1M": 1, "P3M": 3, "P1Y": 12}

VERSION_RANK = {None: 0, "0.0.0": 0, "0.9": 1, "1.0": 2, "1": 2, "2.0rc1": 3, "2.0": 4, "10": 5}
"""Versions in their order; one that is missing is 0.0.0."""


class Belief(NamedTuple):
    """One row: who believed what about which event of which sensor, and when."""

    sensor: int
    event: int
    source: int
    believed: int
    probability: float
    value: float

    @property
    def key(self) -> tuple[int, int, int, int, float]:
        """What no two rows have in common."""
        return self[:5]


@dataclass(frozen=True)
class LiteralSensor:
    """What the rules have to know of a sensor.

    Attributes:
        id: Key.
        resolution: ISO 8601, one of those listed above.
        zone: IANA name.
        knowledge: Name of the knowledge-horizon function.
        parameters: Its parameters.
    """

    id: int
    resolution: str
    zone: str
    knowledge: str = "ex_post"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_instantaneous(self) -> bool:
        """Whether events have no length."""
        return FIXED.get(self.resolution) == 0


# Calendar and knowledge


def to_instant(local: datetime) -> int:
    """Return an aware datetime as microseconds."""
    return (local - _EPOCH) // timedelta(microseconds=1)


def to_local(instant: int, zone: str) -> datetime:
    """Return the wall clock of a zone."""
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))


@lru_cache(maxsize=4096)
def first_instant(day: date, zone: str) -> int:
    """Return the first quarter of an hour at which the calendar of a zone shows this day, or a later one."""
    instant = to_instant(datetime.combine(day, time(), UTC)) - DAY
    while to_local(instant, zone).date() < day:
        instant += 15 * MINUTE
    return instant


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or the last one where the month is too short."""
    total = day.year * 12 + day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(total // 12, total % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


def next_date(day: date, resolution: str) -> date:
    """Return the date one calendar resolution later."""
    if resolution in CALENDAR_DAYS:
        return day + timedelta(days=CALENDAR_DAYS[resolution])
    return add_months(day, CALENDAR_MONTHS[resolution])


def event_end(sensor: LiteralSensor, event: int) -> int:
    """Return event start plus resolution; from the start of a day, calendar events last until the start of another."""
    if sensor.resolution in FIXED:
        return event + FIXED[sensor.resolution]
    local = to_local(event, sensor.zone)
    then = next_date(local.date(), sensor.resolution)
    if event == first_instant(local.date(), sensor.zone):
        return first_instant(then, sensor.zone)
    return to_instant(datetime.combine(then, local.time(), ZoneInfo(sensor.zone)))


def event_floor(instant: int, resolution: str, zone: str) -> int:
    """Return the start of the calendar day, month, quarter or year that contains an instant."""
    day = to_local(instant, zone).date()
    months = CALENDAR_MONTHS.get(resolution)
    if months is not None:
        day = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first_instant(day, zone)


def knowledge_time(sensor: LiteralSensor, event: int) -> int:
    """Return event start minus knowledge horizon."""
    return event - _KNOWLEDGE_HORIZONS[sensor.knowledge](sensor, event)


def belief_horizon(sensor: LiteralSensor, belief: Belief) -> int:
    """Return how long before the knowledge time a belief was formed."""
    return knowledge_time(sensor, belief.event) - belief.believed


def is_ex_post(sensor: LiteralSensor, belief: Belief) -> bool:
    """Whether a belief was formed when its event could be known, or later."""
    return belief_horizon(sensor, belief) <= 0


def _ex_post(sensor: LiteralSensor, event: int) -> int:
    return -(event_end(sensor, event) - event) - _hours(sensor.parameters.get("ex_post_horizon", "PT0H"))


def _ex_ante(sensor: LiteralSensor, event: int) -> int:
    del event
    return _hours(sensor.parameters["ex_ante_horizon"])


def _x_days_ago_at_y_oclock(sensor: LiteralSensor, event: int) -> int:
    zone = sensor.parameters["z"]
    day = to_local(event, zone).date() - timedelta(days=sensor.parameters["x"])
    minutes = round(sensor.parameters["y"] * 60)
    return event - to_instant(datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(zone)))


def _x_years_ago_at_date(sensor: LiteralSensor, event: int) -> int:
    zone = sensor.parameters["z"]
    year = to_local(event, zone).year - sensor.parameters["x"]
    return event - first_instant(date(year, sensor.parameters["month"], sensor.parameters["day"]), zone)


def _at_date(sensor: LiteralSensor, event: int) -> int:
    return event - to_instant(datetime.fromisoformat(sensor.parameters["knowledge_time"]))


_KNOWLEDGE_HORIZONS: dict[str, Callable[[LiteralSensor, int], int]] = {
    "ex_post": _ex_post,
    "ex_ante": _ex_ante,
    "x_days_ago_at_y_oclock": _x_days_ago_at_y_oclock,
    "x_days_ago_at_y_o_clock": _x_days_ago_at_y_oclock,
    "x_years_ago_at_date": _x_years_ago_at_date,
    "at_date": _at_date,
}


def _hours(duration: str) -> int:
    return int(duration.removeprefix("PT").removesuffix("H")) * HOUR


# Search


def overlaps(sensor: LiteralSensor, event: int, after: int, before: int) -> bool:
    """Whether an event is asked for by a window: it overlaps it, or, having no length, lies in it, ends included."""
    if sensor.is_instantaneous:
        return after <= event <= before
    return event_end(sensor, event) > after and event < before


def passes_limits(sensor: LiteralSensor, belief: Belief, wanted: BeliefFilter) -> bool:
    """Whether belief time and horizon lie within the limits, all inclusive."""
    horizon = timedelta(microseconds=belief_horizon(sensor, belief))
    believed = _EPOCH + timedelta(microseconds=belief.believed)
    return (
        (wanted.beliefs_after is None or believed >= wanted.beliefs_after)
        and (wanted.beliefs_before is None or believed <= wanted.beliefs_before)
        and (wanted.horizons_at_least is None or horizon >= wanted.horizons_at_least)
        and (wanted.horizons_at_most is None or horizon <= wanted.horizons_at_most)
    )


def passes_sources(source: Source, wanted: BeliefFilter) -> bool:
    """Whether a source is one of those asked for."""
    return (
        (wanted.source_ids is None or source.id in wanted.source_ids)
        and (wanted.source_types is None or source.type in wanted.source_types)
        and source.type not in wanted.exclude_source_types
        and (wanted.source_account_ids is None or source.account_id in wanted.source_account_ids)
    )


def accepted(
    beliefs: Iterable[Belief],
    sensors: Mapping[int, LiteralSensor],
    sources: Mapping[int, Source],
    wanted: BeliefFilter,
) -> list[Belief]:
    """Return the beliefs that pass all filters, in order of their keys."""
    return sorted(
        belief
        for belief in beliefs
        if belief.sensor in sensors
        and passes_limits(sensors[belief.sensor], belief, wanted)
        and passes_sources(sources[belief.source], wanted)
    )


def search(
    beliefs: Iterable[Belief],
    sensors: Mapping[int, LiteralSensor],
    sources: Mapping[int, Source],
    window: tuple[int, int],
    wanted: BeliefFilter,
    *,
    history: bool = False,
) -> list[Belief]:
    """Return what matches: of each event and source the most recent belief, or all of them."""
    found = [
        belief
        for belief in accepted(beliefs, sensors, sources, wanted)
        if overlaps(sensors[belief.sensor], belief.event, *window)
    ]
    return found if history else most_recent(found)


def most_recent(beliefs: Iterable[Belief]) -> list[Belief]:
    """Keep per sensor, event and source all rows of the latest belief time, which has the shortest horizon."""
    rows = sorted(beliefs)
    newest: dict[tuple[int, int, int], int] = {}
    for belief in rows:
        newest[belief.key[:3]] = max(belief.believed, newest.get(belief.key[:3], belief.believed))
    return [belief for belief in rows if belief.believed == newest[belief.key[:3]]]


def newest_events(beliefs: Iterable[Belief], *, starting_by: int, believed_by: int) -> list[Belief]:
    """Keep per sensor and source what was believed about its latest event."""
    known = most_recent(b for b in beliefs if b.event <= starting_by and b.believed <= believed_by)
    latest: dict[tuple[int, int], int] = {}
    for belief in known:
        of = belief.sensor, belief.source
        latest[of] = max(belief.event, latest.get(of, belief.event))
    return [belief for belief in known if belief.event == latest[belief.sensor, belief.source]]


# One belief per event


def lineage(source: Source) -> tuple[str, str, str | None]:
    """Return what versions of each other have in common."""
    return source.name, source.type, source.model


def rank(source: Source) -> tuple[int, int]:
    """Return the place of a source among the versions of its lineage: version, then id."""
    return VERSION_RANK[source.version], source.id


def latest_version(
    beliefs: Iterable[Belief], sources: Mapping[int, Source], *, per_belief_time: bool = True
) -> list[Belief]:
    """Keep, per event (and belief time), of each lineage only the highest-ranked source."""
    rows = sorted(beliefs)

    def rivals(belief: Belief) -> tuple[Any, ...]:
        when = belief.believed if per_belief_time else None
        return belief.sensor, belief.event, when, lineage(sources[belief.source])

    best: dict[tuple[Any, ...], tuple[int, int]] = {}
    for belief in rows:
        candidate = rank(sources[belief.source])
        best[rivals(belief)] = max(candidate, best.get(rivals(belief), candidate))
    return [belief for belief in rows if rank(sources[belief.source]) == best[rivals(belief)]]


def points(beliefs: Iterable[Belief]) -> list[Belief]:
    """Replace each distribution by its median, or what is nearest to it, the lower one of two."""

    def distance(belief: Belief) -> tuple[Fraction, float]:
        return abs(Fraction(str(belief.probability)) - Fraction(1, 2)), belief.probability

    return [min(rows, key=distance) for _, rows in groupby(sorted(beliefs), key=lambda belief: belief.key[:4])]


def one_per_event(beliefs: Iterable[Belief], sources: Mapping[int, Source]) -> list[Belief]:
    """Keep one point per event: latest version, median, then highest version, latest belief time, highest id."""

    def preference(belief: Belief) -> tuple[int, int, int]:
        return VERSION_RANK[sources[belief.source].version], belief.believed, belief.source

    candidates = points(latest_version(beliefs, sources, per_belief_time=False))
    return [max(rows, key=preference) for _, rows in groupby(candidates, key=lambda belief: belief.key[:2])]


# Resampling


class Event(NamedTuple):
    """What is known about one event."""

    start: int
    end: int
    value: float


def resampled(events: Sequence[Event], edges: Sequence[int], aggregation: str) -> list[Fraction | None]:
    """Return one value per slot, None for a gap."""
    rule = {"mean": mean_in, "sum": share_in, "first": first_in}[aggregation]
    return [rule(events, start, end) for start, end in pairwise(edges)]


def mean_in(events: Sequence[Event], start: int, end: int) -> Fraction | None:
    """Return the mean of a slot, weighted by the time covered; what is missing is not zero."""
    covered = [(covered_time(event, start, end), event.value) for event in events]
    total = sum(length for length, _ in covered)
    return sum(Fraction(value) * length for length, value in covered) / Fraction(total) if total else None


def share_in(events: Sequence[Event], start: int, end: int) -> Fraction | None:
    """Return the sum in a slot: each event gives the share of its time that lies in it."""
    parts = [
        Fraction(event.value) * Fraction(covered_time(event, start, end), event.end - event.start)
        for event in events
        if covered_time(event, start, end)
    ]
    return sum(parts, Fraction(0)) if parts else None


def first_in(events: Sequence[Event], start: int, end: int) -> Fraction | None:
    """Return the first sample of a slot."""
    inside = [event for event in events if start <= event.start < end]
    return Fraction(min(inside).value) if inside else None


def covered_time(event: Event, start: int, end: int) -> int:
    """Return for how long an event lies in a slot."""
    return max(0, min(event.end, end) - max(event.start, start))


# Saving and removing


class Saved(NamedTuple):
    """What became of a batch: rows about unknown events, rows that change a belief, rows that state nothing new."""

    n_new: int
    n_changed: int
    n_unchanged: int


class Removed(NamedTuple):
    """What was removed: rows currently believed, rows superseded; and rows that are believed again."""

    n_current: int
    n_superseded: int
    n_restored: int


@dataclass
class LiteralStore:
    """Everything recorded, value by key."""

    values: dict[tuple[int, int, int, int, float], float] = field(default_factory=dict)

    def rows(self) -> list[Belief]:
        """Return all beliefs, in order."""
        return sorted(Belief(*key, value) for key, value in self.values.items())

    def save(self, sensor: LiteralSensor, batch: Sequence[Belief], *, replace: bool) -> Saved:
        """Record what a batch states anew.

        Raises:
            ReplacementError: Another value stands at a key, or the batch holds two for it; nothing is recorded.
        """
        given: dict[tuple[int, int, int, int, float], float] = {}
        for belief in batch:
            if given.setdefault(belief.key, belief.value) != belief.value:
                raise ReplacementError("stated twice")
        if not replace and any(self.values.get(key, value) != value for key, value in given.items()):
            raise ReplacementError("stated before")
        held, stored = dict(self.values), []
        rows = sorted(Belief(*key, value) for key, value in given.items())
        for _, group in groupby(sorted(rows, key=lambda b: (b.believed, b.key)), key=lambda b: b.key[:4]):
            stated = list(group)
            if not _is_unchanged(held, sensor, stated):
                stored += [belief for belief in stated if held.get(belief.key) != belief.value]
                held |= {belief.key: belief.value for belief in stated}
        known = {key[:3] for key in self.values}
        self.values = held
        n_changed = sum(belief.key[:3] in known for belief in stored)
        return Saved(len(stored) - n_changed, n_changed, len(batch) - len(stored))

    def remove(self, doomed: Iterable[Belief]) -> Removed:
        """Forget beliefs; what an older belief said about an event is current again."""
        gone = {belief.key for belief in doomed}
        current = {belief.key for belief in most_recent(self.rows())}
        self.values = {key: value for key, value in self.values.items() if key not in gone}
        restored = {belief.key for belief in most_recent(self.rows())} - current
        return Removed(len(gone & current), len(gone - current), len(restored))

    def summary(self, sensor: int, source: int) -> dict[str, Any] | None:
        """Return what is told of a sensor and source without looking at the beliefs; None without any."""
        own = [belief for belief in self.rows() if (belief.sensor, belief.source) == (sensor, source)]
        if not own:
            return None
        n_current = len(most_recent(own))
        return {
            "first_event_start": min(belief.event for belief in own),
            "last_event_start": max(belief.event for belief in own),
            "last_belief_time": max(belief.believed for belief in own),
            "n_current": n_current,
            "n_superseded": len(own) - n_current,
            "smallest": min(belief.value for belief in own),
            "largest": max(belief.value for belief in own),
            "total": float(sum(Fraction(belief.value) for belief in own)),
            "is_probabilistic": any(belief.probability != 0.5 for belief in own),
        }


def doomed(
    store: LiteralStore,
    sensor: LiteralSensor,
    sources: Mapping[int, Source],
    window: tuple[int, int],
    wanted: BeliefFilter,
    *,
    only_superseded: bool,
) -> list[Belief]:
    """Return what a removal is about: accepted beliefs about events that lie wholly in the window."""
    current = set(most_recent(store.rows()))
    return [
        belief
        for belief in accepted(store.rows(), {sensor.id: sensor}, sources, wanted)
        if window[0] <= belief.event
        and event_end(sensor, belief.event) <= window[1]
        and not (only_superseded and belief in current)
    ]


def _is_unchanged(
    held: Mapping[tuple[int, int, int, int, float], float], sensor: LiteralSensor, stated: Sequence[Belief]
) -> bool:
    """Whether the latest belief that is not newer states the same; forecasts and measurements are told apart."""
    one = stated[0]
    earlier = [
        belief
        for belief in (Belief(*key, value) for key, value in held.items())
        if belief.key[:3] == one.key[:3]
        and belief.believed <= one.believed
        and is_ex_post(sensor, belief) == is_ex_post(sensor, one)
    ]
    latest = [belief for belief in earlier if belief.believed == max(b.believed for b in earlier)]
    return {b.probability: b.value for b in latest} == {b.probability: b.value for b in stated}
