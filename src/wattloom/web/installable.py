"""What makes the pages an app that phones and desks install: its description, and its service worker."""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from wattloom.http import JsonResponse, make_router
from wattloom.language import current_language
from wattloom.language import gettext as _
from wattloom.web.rendering import Pages

BACKGROUND, ACCENT = "#f6f7f9", "#1769cb"


def installable_routes(pages: Pages) -> APIRouter:
    """Return the routes of the web app's manifest and service worker; both are public."""
    router = make_router()
    bundle = pages.bundle

    @router.get("/manifest.webmanifest")
    def show_manifest() -> Response:
        manifest = {
            "name": "Wattloom",
            "short_name": "Wattloom",
            "description": _("What your energy does now, what is planned, and why"),
            "lang": current_language().tag,
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": BACKGROUND,
            "theme_color": ACCENT,
            "icons": [
                {"src": bundle.url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
                {"src": bundle.url("icon-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": bundle.url("icon-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        }
        headers = {"Content-Type": "application/manifest+json", "Cache-Control": "no-cache", "Vary": "Accept-Language"}
        return JsonResponse(manifest, headers=headers)

    # At the root and under one name: a worker cares for the paths below its own, and browsers look for its next version.
    @router.get("/service-worker.js")
    def show_service_worker() -> Response:
        path = bundle.folder / bundle.file_names["service-worker.js"]
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    return router
