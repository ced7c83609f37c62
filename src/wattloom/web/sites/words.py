"""What devices do and when, in words."""

from datetime import datetime

from wattloom.language import format_clock, format_weekday
from wattloom.language import gettext as _
from wattloom.sites import DeviceKind

NOTHING_KW = 0.005
"""Less than this is nothing, in words and pictures."""

ICONS = {
    DeviceKind.PV: "pv",
    DeviceKind.BATTERY: "battery",
    DeviceKind.EV: "ev",
    DeviceKind.HEAT: "heat",
    DeviceKind.PROCESS: "process",
    DeviceKind.LOAD: "load",
}


def activity(kind: DeviceKind, kw: float, *, can_charge: bool = True) -> str:
    """Return what a device does at some net consumption [kW]."""
    if abs(kw) <= NOTHING_KW:
        return _idle(kind) if can_charge else _("cannot charge")
    match kind:
        case DeviceKind.PV:
            return _("produces")
        case DeviceKind.BATTERY | DeviceKind.EV:
            return _("charges") if kw > 0 else _("discharges")
        case DeviceKind.HEAT:
            return _("heats") if kw > 0 else _("produces")
        case _:
            return _("consumes") if kw > 0 else _("produces")


def _idle(kind: DeviceKind) -> str:
    return _("holds") if kind is DeviceKind.BATTERY else _("idle")


def grid_activity(kw: float) -> str:
    """Return which way power flows over the grid connection; positive is import [kW]."""
    if abs(kw) <= NOTHING_KW:
        return _("balanced")
    return _("from the grid") if kw > 0 else _("to the grid")


def clock(at: datetime, now: datetime) -> str:
    """Return a local time of day, with its weekday unless it is today's.

    Args:
        at: In the zone of the site.
        now: Any zone.
    """
    is_today = now.astimezone(at.tzinfo).date() == at.date()
    return format_clock(at) if is_today else f"{format_weekday(at)} {format_clock(at)}"
