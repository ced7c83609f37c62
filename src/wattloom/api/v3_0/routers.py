"""All routers of v3_0; a new one is added here."""

from fastapi import APIRouter

from wattloom.api.v3_0.accounts.routes import router as accounts
from wattloom.api.v3_0.annotations.routes import router as annotations
from wattloom.api.v3_0.assets.routes import router as assets
from wattloom.api.v3_0.auth.routes import router as auth
from wattloom.api.v3_0.charts.annotation_routes import router as chart_annotations
from wattloom.api.v3_0.charts.data_routes import router as chart_data
from wattloom.api.v3_0.charts.spec_routes import router as chart_specifications
from wattloom.api.v3_0.health.routes import router as health
from wattloom.api.v3_0.jobs.routes import router as jobs
from wattloom.api.v3_0.ops.routes import router as ops
from wattloom.api.v3_0.preferences.routes import router as preferences
from wattloom.api.v3_0.schedules.routes import router as schedules
from wattloom.api.v3_0.sensors.data_routes import router as sensor_data
from wattloom.api.v3_0.sensors.routes import router as sensors
from wattloom.api.v3_0.sources.routes import router as sources
from wattloom.api.v3_0.users.routes import router as users

# Routes are tried in this order, so what is asked for most comes first.
ROUTERS: tuple[APIRouter, ...] = (
    # Before assets: the literal /assets/default_asset_view wins over /assets/{id}.
    preferences,
    assets,
    # Before sensors: the literal /sensors/data wins over /sensors/{id}.
    sensor_data,
    sensors,
    schedules,
    jobs,
    chart_data,
    chart_annotations,
    chart_specifications,
    auth,
    users,
    accounts,
    sources,
    annotations,
    health,
    ops,
)
"""All routers of v3_0 and of what FlexMeasures has beside it."""
