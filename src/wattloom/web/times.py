"""Moments as people read them: how long ago, with the exact time in the reader's zone on hover."""

from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup

from wattloom.http import PageVisit
from wattloom.language import format_clock, format_date, ngettext
from wattloom.language import gettext as _
from wattloom.periods import zone as zone_named

_SHOWN_AS_DATE = timedelta(days=30)
_IN_DAYS = timedelta(days=2)


def reading_times(visit: PageVisit) -> dict[str, object]:
    """Return what templates need to write times for their reader: ``now``, and the reader's ``zone``."""
    return {"now": visit.now, "zone": zone_named(visit.user.timezone)}


def moment(at: datetime, zone: tzinfo) -> Markup:
    """Return the date and time of an instant in a time zone, for example ``23 Nov 2026 07:30``."""
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), _exact(at, zone))


def ago(at: datetime, now: datetime, zone: tzinfo) -> Markup:
    """Return how long ago something was, or in how long it will be, in words; after a month its date.

    Args:
        at: When it was, aware.
        now: The present.
        zone: The reader's, for the exact time on hover.
    """
    text = format_date(at.astimezone(zone)) if abs(now - at) > _SHOWN_AS_DATE else relative(now - at)
    exact = _exact(at, zone)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(at.isoformat(timespec="seconds"), exact, text)


def relative(age: timedelta) -> str:
    """Return an age in the largest unit that fits, ``just now`` below a minute; negative ages lie ahead."""
    length, is_past = abs(age), age > timedelta(0)
    if length < timedelta(minutes=1):
        return _("just now")
    if length >= _IN_DAYS:  # whole messages: "days" has another form here than in a length in some languages
        n = length // timedelta(days=1)
        if is_past:
            return ngettext("%(n)d day ago", "%(n)d days ago", n, n=n)
        return ngettext("in %(n)d day", "in %(n)d days", n, n=n)
    return _("%(span)s ago", span=span(length)) if is_past else _("in %(span)s", span=span(length))


def span(length: timedelta) -> str:
    """Return a length of time in the largest unit that fits, rounded down."""
    if length >= _IN_DAYS:
        n = length // timedelta(days=1)
        return ngettext("%(n)d day", "%(n)d days", n, n=n)
    minutes = length // timedelta(minutes=1)
    if minutes >= 60:  # noqa: PLR2004 - minutes of an hour
        return _("%(n)d h", n=minutes // 60)
    return _("%(n)d min", n=minutes)


def _exact(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{format_date(local)} {format_clock(local)}"
