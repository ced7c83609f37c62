"""What the API and the pages share: services, transactions, who is calling and how often, and the mails about logins.

Handlers state what they need by naming these types in their signature; see
:mod:`wattloom.http.routing`. Knows no route and no page.
"""

from wattloom.http.ids import Id
from wattloom.http.json_body import parse_json, parse_json_text
from wattloom.http.limits.budgets import RateLimits
from wattloom.http.limits.middleware import RateLimitMiddleware
from wattloom.http.live import Listener, LiveChanges
from wattloom.http.login.authentication import claim_of
from wattloom.http.login.credentials import address_of, check_code, check_password, finish_login, log_in
from wattloom.http.login.pending import (
    begin_login,
    check_second_factor,
    end_pending,
    keep_pending,
    needs_code,
    pending_user,
)
from wattloom.http.login.session import CSRF_FIELD, SESSION_COOKIE, check_csrf, csrf_token, end_session, start_session
from wattloom.http.mails.queue import queue_mail
from wattloom.http.mails.reset import send_reset_instructions
from wattloom.http.mails.security import mail_what_happened
from wattloom.http.middleware import EdgeMiddleware
from wattloom.http.permitted import Permitted
from wattloom.http.responses import JsonResponse
from wattloom.http.routing import (
    CurrentUser,
    HandlerRoute,
    PageVisit,
    ReadConnection,
    ServicesDep,
    TrialConnection,
    Visit,
    WriteConnection,
    make_router,
    needs_services,
    needs_user,
    query_aliases,
    subject_of,
)
from wattloom.http.services import HttpOptions, Services
from wattloom.http.subjects import (
    AccountWithReadableLog,
    ChangeableAsset,
    ChangeableSensor,
    ChangeableUser,
    DeletableAsset,
    DeletableSensor,
    ExtensibleAccount,
    ExtensibleAsset,
    ReadableAccount,
    ReadableAsset,
    ReadableSensor,
    ReadableUser,
    RecordableSensor,
    SharedAccount,
    UserWithReadableLog,
)

__all__ = [
    "CSRF_FIELD",
    "SESSION_COOKIE",
    "AccountWithReadableLog",
    "ChangeableAsset",
    "ChangeableSensor",
    "ChangeableUser",
    "CurrentUser",
    "DeletableAsset",
    "DeletableSensor",
    "EdgeMiddleware",
    "ExtensibleAccount",
    "ExtensibleAsset",
    "HandlerRoute",
    "HttpOptions",
    "Id",
    "JsonResponse",
    "Listener",
    "LiveChanges",
    "PageVisit",
    "Permitted",
    "RateLimitMiddleware",
    "RateLimits",
    "ReadConnection",
    "ReadableAccount",
    "ReadableAsset",
    "ReadableSensor",
    "ReadableUser",
    "RecordableSensor",
    "Services",
    "ServicesDep",
    "SharedAccount",
    "TrialConnection",
    "UserWithReadableLog",
    "Visit",
    "WriteConnection",
    "address_of",
    "begin_login",
    "check_code",
    "check_csrf",
    "check_password",
    "check_second_factor",
    "claim_of",
    "csrf_token",
    "end_pending",
    "end_session",
    "finish_login",
    "keep_pending",
    "log_in",
    "mail_what_happened",
    "make_router",
    "needs_code",
    "needs_services",
    "needs_user",
    "parse_json",
    "parse_json_text",
    "pending_user",
    "query_aliases",
    "queue_mail",
    "send_reset_instructions",
    "start_session",
    "subject_of",
]
