"""Which colour a sensor has in every graph: that of what it means at its site."""

from collections.abc import Iterable, Mapping

from wattloom.charts.shown import ShownSensor
from wattloom.sites import Role, Site
from wattloom.units import currency_of

_BY_ROLE = {Role.CONSUMPTION_PRICE: "price", Role.PRODUCTION_PRICE: "price", Role.NET_POWER: "grid-import"}


def hues_of_sensors(site: Site, shown: Iterable[ShownSensor]) -> Mapping[int, str]:
    """Return the names of colours by sensor: a kind of device, ``grid-import`` or ``price``.

    Sensors without a meaning at the site are left out.

    Args:
        site: What the plan of the site knows of its sensors.
        shown: The sensors that are drawn.
    """
    hues = {one.id: "price" for one in shown if currency_of(one.unit) is not None}
    for wanted in site.wanted:
        hue = _BY_ROLE.get(wanted.role) or site.kind_of(wanted)
        for term in wanted.terms:
            if hue is not None:
                hues.setdefault(term.sensor_id, str(hue))
    return hues
