"""What the API and the pages share: services, transactions, who is calling.

Handlers state what they need by naming these types in their signature; see
:mod:`wattloom.http.routing`. Knows no route and no page.
"""

from wattloom.http.ids import Id, PathId
from wattloom.http.json_body import parse_json, parse_json_text
from wattloom.http.login import log_in
from wattloom.http.mail import queue_mail
from wattloom.http.middleware import EdgeMiddleware
from wattloom.http.password_reset import send_reset_instructions
from wattloom.http.permitted import Permitted
from wattloom.http.responses import JsonResponse
from wattloom.http.routing import (
    CurrentUser,
    HandlerRoute,
    ReadConnection,
    ServicesDep,
    WriteConnection,
    make_router,
    needs_services,
    needs_user,
    query_aliases,
    services_of,
    subject_of,
)
from wattloom.http.services import HttpOptions, Services
from wattloom.http.session import SESSION_COOKIE, check_csrf, csrf_token, end_session, start_session

__all__ = [
    "SESSION_COOKIE",
    "CurrentUser",
    "EdgeMiddleware",
    "HandlerRoute",
    "HttpOptions",
    "Id",
    "JsonResponse",
    "PathId",
    "Permitted",
    "ReadConnection",
    "Services",
    "ServicesDep",
    "WriteConnection",
    "check_csrf",
    "csrf_token",
    "end_session",
    "log_in",
    "make_router",
    "needs_services",
    "needs_user",
    "parse_json",
    "parse_json_text",
    "query_aliases",
    "queue_mail",
    "send_reset_instructions",
    "services_of",
    "start_session",
    "subject_of",
]
