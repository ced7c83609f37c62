"""All routers of the API; a new one is added here."""

from fastapi import APIRouter

from wattloom.api.v3_0.auth.routes import router as auth
from wattloom.api.v3_0.health.routes import router as health

ROUTERS: tuple[APIRouter, ...] = (health, auth)
