"""All routers of v4; a new one is added here."""

from fastapi import APIRouter

from wattloom.api.v4.account_plans import router as account_plans
from wattloom.api.v4.annotations import router as annotations
from wattloom.api.v4.events.routes import router as events
from wattloom.api.v4.flex_config.routes import router as flex_configs
from wattloom.api.v4.jobs.routes import router as jobs
from wattloom.api.v4.keys.routes import router as keys
from wattloom.api.v4.preferences import router as preferences
from wattloom.api.v4.schedules.routes import router as schedules
from wattloom.api.v4.sensor_search import router as sensor_search
from wattloom.api.v4.series.routes import router as series
from wattloom.api.v4.site_map import router as site_maps
from wattloom.api.v4.site_plan import router as site_plans

ROUTERS: tuple[APIRouter, ...] = (
    site_plans,
    site_maps,
    sensor_search,
    flex_configs,
    schedules,
    series,
    keys,
    account_plans,
    annotations,
    jobs,
    preferences,
    events,
)
