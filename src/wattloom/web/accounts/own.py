"""Everybody's own page: data, preferences, API keys, ways to log in."""

from zoneinfo import available_timezones

from fastapi import APIRouter, Response

from wattloom.accounts import Action, AssetView, list_api_keys, read_preferences
from wattloom.http import Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.rendering import Pages
from wattloom.web.times import reading_times


def own_routes(pages: Pages) -> APIRouter:
    """Return the route of ``/logged-in-user``."""
    router = make_router()

    @router.get("/logged-in-user")
    def show_own(visit: Visit) -> Response:
        context = {
            "preferences": read_preferences(visit.connection, visit.user),
            "view_options": list(_view_names().items()),
            "keys": list_api_keys(visit.connection, visit.user.id),
            "scopes": list(Action),
            "scope_texts": _scope_texts(),
            "timezones": sorted(available_timezones()),
            **reading_times(visit),
        }
        return pages.show("accounts/own.html", visit, context)

    return router


def _view_names() -> dict[AssetView, str]:
    return {
        "Context": _("Structure"),
        "Graphs": _("Graphs"),
        "Properties": _("Properties"),
        "Status": _("Status"),
        "Audit Log": _("Log"),
    }


def _scope_texts() -> dict[Action, str]:
    return {
        Action.READ: _("Read"),
        Action.CREATE_CHILDREN: _("Record values, make schedules, create things"),
        Action.UPDATE: _("Change things"),
        Action.DELETE: _("Delete things"),
    }
