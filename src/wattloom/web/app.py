"""The pages as one ASGI app, to be mounted at ``/``."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import RedirectResponse

from wattloom.http import EdgeMiddleware, Services
from wattloom.web.access.login import login_routes
from wattloom.web.access.reset_password import SECRET_PATH, reset_routes
from wattloom.web.access.second_factor import second_factor_routes
from wattloom.web.access.validate_code import validate_routes
from wattloom.web.accounts.accounts import account_routes
from wattloom.web.accounts.own import own_routes
from wattloom.web.accounts.users import user_routes
from wattloom.web.assets.context import context_routes
from wattloom.web.assets.graphs import graphs_routes
from wattloom.web.assets.list import list_routes
from wattloom.web.assets.log import log_routes
from wattloom.web.assets.new import new_asset_routes
from wattloom.web.assets.new_sensor import new_sensor_routes
from wattloom.web.assets.properties import properties_routes
from wattloom.web.assets.status import status_routes
from wattloom.web.bundle import Bundle
from wattloom.web.errors import crash_page, install_error_pages
from wattloom.web.guide.api_docs import DOCS_PATH, api_docs_routes
from wattloom.web.guide.guide import guide_routes
from wattloom.web.installable import installable_routes
from wattloom.web.language import LanguageMiddleware
from wattloom.web.rendering import Pages
from wattloom.web.security import security_headers
from wattloom.web.sensors.sensor import sensor_routes
from wattloom.web.setup.first_user import first_user_routes
from wattloom.web.setup.wizard import wizard_routes
from wattloom.web.sites.dashboard import dashboard_routes
from wattloom.web.sites.overview import overview_routes
from wattloom.web.sites.run import run_routes
from wattloom.web.tasks.tasks import task_routes

MAX_FORM_BYTES = 64 * 1024
REDIRECTS = {"/docs": DOCS_PATH}
PAGES = (
    login_routes,
    validate_routes,
    reset_routes,
    second_factor_routes,
    dashboard_routes,
    overview_routes,
    run_routes,
    graphs_routes,
    properties_routes,
    new_sensor_routes,
    sensor_routes,
    list_routes,
    new_asset_routes,
    log_routes,
    context_routes,
    status_routes,
    account_routes,
    user_routes,
    own_routes,
    task_routes,
    first_user_routes,
    wizard_routes,
    guide_routes,
    api_docs_routes,
    installable_routes,
)
"""What gives the routes of each page; the first that fits a path answers."""


def create_pages(services: Services) -> FastAPI:
    """Return the app that answers everything outside ``/api``.

    Raises:
        InternalError: The front end is not built.
    """
    bundle = Bundle.load()
    pages = Pages(bundle)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.services = services
    install_error_pages(app, pages)
    for path, target in REDIRECTS.items():
        app.add_api_route(path, _redirect_to(target), methods=["GET", "HEAD"])
    for routes in PAGES:
        app.include_router(routes(pages))
    app.include_router(bundle.routes())
    app.add_middleware(
        EdgeMiddleware,
        crash_response=lambda _request, request_id: crash_page(pages, request_id),
        headers_of=security_headers,
        max_body_bytes=MAX_FORM_BYTES,
        secret_path=SECRET_PATH,
    )
    app.add_middleware(LanguageMiddleware)
    return app


def _redirect_to(target: str) -> Callable[[], RedirectResponse]:
    def redirect() -> RedirectResponse:
        return RedirectResponse(target, status_code=302)

    return redirect
