"""Status: how fresh the data of sensors are, as clients know it."""

import isodate

from wattloom.api.v3_0.sensors.schemas import FreshnessJson
from wattloom.timeseries import Freshness

OWN_SENSOR = "sensor belongs to this asset"
"""The relation of a sensor to the asset that it stands on."""


def freshness_json(found: Freshness, *, asset_name: str, relation: str = OWN_SENSOR) -> FreshnessJson:
    """Return how fresh the data of one source type are.

    Args:
        found: The sensor, the source type and the judgement.
        asset_name: Name of the sensor's asset.
        relation: What the sensor has to do with the asset whose status is shown.
    """
    sensor = found.sensor
    return {
        "id": sensor.id,
        "name": sensor.name,
        "asset_name": asset_name,
        "resolution": sensor.event_resolution.iso(),
        "source_type": found.source_type,
        "staleness": None if found.staleness is None else isodate.duration_isoformat(abs(found.staleness)),
        "stale": found.is_stale,
        "staleness_since": None if found.since is None else found.since.isoformat(),
        "reason": found.reason,
        "relation": relation,
    }
