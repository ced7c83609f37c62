"""Moments as people read them: how long ago, with the exact time in the reader's zone on hover."""

from datetime import datetime, timedelta, tzinfo

from markupsafe import Markup

from wattloom.language import format_clock, format_date, ngettext
from wattloom.language import gettext as _

_SHOWN_AS_DATE = timedelta(days=30)


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
    length = span(abs(age))
    if abs(age) < timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": length} if age > timedelta(0) else _("in %(span)s") % {"span": length}


def span(length: timedelta) -> str:
    """Return a length of time in the largest unit that fits, rounded down."""
    minutes = int(length / timedelta(minutes=1))
    if minutes >= 48 * 60:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes >= 60:  # noqa: PLR2004 - minutes of an hour
        return _("%(n)d h") % {"n": minutes // 60}
    return _("%(n)d min") % {"n": minutes}


def _exact(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{format_date(local)} {format_clock(local)}"
