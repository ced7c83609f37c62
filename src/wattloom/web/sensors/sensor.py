"""One sensor: what it measures, what was recorded by whom, and how more values get there."""

from datetime import timedelta
from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from wattloom.accounts import Action, policy
from wattloom.assets import get_asset, sensor_resource
from wattloom.http import PageVisit, ReadableSensor, Visit, make_router
from wattloom.periods import zone
from wattloom.timeseries import Sensor, statistics_by_source
from wattloom.web.assets.graph_setup import graphs_of_sensor
from wattloom.web.json_text import indented
from wattloom.web.rendering import Pages
from wattloom.web.times import span


def sensor_routes(pages: Pages) -> APIRouter:
    """Return the route of ``/sensors/<id>``."""
    router = make_router()

    @router.get("/sensors/{id}")
    def show_sensor(sensor: ReadableSensor, visit: Visit) -> Response:
        return pages.show("sensors/sensor.html", visit, _context(visit, sensor))

    return router


def _context(visit: PageVisit, sensor: Sensor) -> dict[str, object]:
    resource = sensor_resource(visit.connection, sensor.id)
    may = {action: policy.allows(visit.user, action, resource) for action in Action}
    length = sensor.event_resolution.nominal
    return {
        "sensor": sensor,
        "base_url": str(visit.request.base_url).rstrip("/"),
        "owner": get_asset(visit.connection, sensor.asset_id),
        "resolution": span(length) if length > timedelta(0) else "",
        "graphs": graphs_of_sensor(visit, sensor),
        "statistics": statistics_by_source(visit.connection, sensor),
        "attributes_json": indented(sensor.attributes),
        "timezones": sorted(available_timezones()),
        "may_change": may[Action.UPDATE],
        "may_record": may[Action.CREATE_CHILDREN],
        "may_delete": may[Action.DELETE],
        "now": visit.now,
        "zone": zone(sensor.timezone),
    }
