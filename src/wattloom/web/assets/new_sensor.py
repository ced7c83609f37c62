"""A new sensor on an asset."""

from typing import Final
from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from wattloom.assets import Asset, list_asset_sensors, sensor_units
from wattloom.db import Listing
from wattloom.http import ExtensibleAsset, PageVisit, Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.assets.asset_page import asset_page
from wattloom.web.rendering import Pages

USUAL_UNITS: Final = ("kW", "kWh", "%", "EUR/kWh", "°C", "W/m²", "m/s")


def new_sensor_routes(pages: Pages) -> APIRouter:
    """Return the route of ``/assets/<id>/sensors/new``."""
    router = make_router()

    @router.get("/assets/{id}/sensors/new")
    def show_new_sensor(asset: ExtensibleAsset, visit: Visit) -> Response:
        context = {
            "page": asset_page(visit, asset),
            "units": list(dict.fromkeys([*sensor_units(visit.connection), *USUAL_UNITS])),
            "resolutions": _resolutions(),
            "zones": sorted(available_timezones()),
            "zone": _zone_of(visit, asset),
        }
        return pages.show("assets/new_sensor.html", visit, context)

    return router


def _zone_of(visit: PageVisit, asset: Asset) -> str:
    """Return the time zone that sensors of the asset have, else the server's."""
    sensors = list_asset_sensors(visit.connection, asset.id, Listing(page=1, per_page=1)).items
    return sensors[0].timezone if sensors else visit.services.options.timezone


def _resolutions() -> list[tuple[str, str]]:
    """Return what is offered, as pairs of ISO 8601 duration and words."""
    minutes = [(f"PT{n}M", _("%(n)d min", n=n)) for n in (1, 5, 15, 30)]
    return [*minutes, ("PT1H", _("hour")), ("P1D", _("day")), ("PT0M", _("moment: instantaneous"))]
