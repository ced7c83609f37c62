"""Which limits hold for a request, and who shares them.

The settings hold for everybody, a plan for the accounts that have it. Who is
calling is found out before the handler runs: what is needed of the database is
kept for a minute, so that a counted request costs no further query.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from limits import RateLimitItem
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import Scope

from wattloom.accounts import (
    Claim,
    KeyClaim,
    Plan,
    RateLimitKey,
    list_plans,
    plan_id_of_account,
    user_of_claim,
)
from wattloom.errors import AuthenticationError, InputError, NotFoundError, UnavailableError
from wattloom.http.ids import PathId
from wattloom.http.login.authentication import claim_of
from wattloom.http.services import Services
from wattloom.rate_limit import parse_rate_limit
from wattloom.timeseries import get_sensor

_log = structlog.get_logger("wattloom.http")

_KEPT = timedelta(minutes=1)
_MAX_CALLERS = 10_000
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_EXEMPT = "/v3_0/health"
# Whatever the routes take, which read "+7" and "7.0" as ids, too.
_TRIGGER = re.compile(r"/v\w+/(assets|sensors)/([^/]+)/(?:schedules|forecasts)/trigger")
_WHAT_IF = "/v4/schedules/what-if"
_ID: TypeAdapter[int] = TypeAdapter(PathId)


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for one caller; None where nothing does.

    Attributes:
        default: How many requests each user may send.
        trigger: How many schedules and forecasts may be triggered.
        trigger_key: Who shares the budget of triggers.
    """

    default: RateLimitItem | None
    trigger: RateLimitItem | None
    trigger_key: RateLimitKey

    @property
    def is_any(self) -> bool:
        """Whether anything is limited."""
        return self.default is not None or self.trigger is not None


@dataclass(frozen=True, slots=True)
class Budget:
    """One of the counters that a request draws on.

    Attributes:
        limit: How much it holds, and for how long.
        owners: Who shares it.
        is_refunded: Whether requests that are refused in the end do not count.
    """

    limit: RateLimitItem
    owners: tuple[str, ...]
    is_refunded: bool = False


@dataclass(frozen=True, slots=True)
class _Caller:
    user_id: int
    account_id: int
    plan_id: int | None


class RateLimits:
    """Finds the budgets of requests."""

    def __init__(self, services: Services) -> None:
        """Read the settings, which were checked when they were loaded."""
        options = services.options
        self._services = services
        self._settings = Limits(
            _of_setting(options.api_default_rate_limit),
            _of_setting(options.api_trigger_rate_limit),
            RateLimitKey(options.api_rate_limit_key),
        )
        self._plans: dict[int, Limits] = {}
        self._plans_until = _LONG_AGO
        self._callers: dict[Claim | KeyClaim, tuple[datetime, _Caller | None]] = {}

    async def budgets_of(self, scope: Scope) -> Sequence[Budget]:
        """Return what a request draws on, the budget of all requests first; nothing where nothing is limited.

        Args:
            scope: Of a request to the API.
        """
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        try:
            await self._renew_plans()
            if not self._is_on or path.startswith(_EXEMPT):
                return ()
            caller = await self._caller(scope)
            limits = self._limits_of(caller)
            budgets = []
            if limits.default is not None:
                budgets.append(Budget(limits.default, ("all", _address(scope) if caller is None else _user(caller))))
            subject = _triggered(path) if scope["method"] == "POST" else None
            if subject is not None and limits.trigger is not None:
                owners = (_address(scope),) if caller is None else await self._sharers(caller, *subject)
                budgets.append(Budget(limits.trigger, ("triggers", *owners), is_refunded=True))
        except (UnavailableError, SQLAlchemyError) as error:
            # Who cannot be counted is let through: the handler says itself what is not available.
            _log.warning("request not counted", error=str(error))
            return ()
        return budgets

    async def _renew_plans(self) -> None:
        now = self._services.clock()
        if now >= self._plans_until:
            # Set first, so that the requests meanwhile do not read them as well.
            self._plans_until = now + _KEPT
            self._plans = await run_in_threadpool(self._read_plans)

    def _read_plans(self) -> dict[int, Limits]:
        with self._services.database.read() as connection:
            plans = list_plans(connection)
        return {plan.id: self._of_plan(plan) for plan in plans}

    @property
    def _is_on(self) -> bool:
        return self._settings.is_any or any(limits.is_any for limits in self._plans.values())

    def _limits_of(self, caller: _Caller | None) -> Limits:
        if caller is None or caller.plan_id is None:
            return self._settings
        return self._plans.get(caller.plan_id, self._settings)

    def _of_plan(self, plan: Plan) -> Limits:
        terms, settings = plan.terms, self._settings
        return Limits(
            self._of_terms(plan, terms.default_rate_limit, settings.default),
            self._of_terms(plan, terms.trigger_rate_limit, settings.trigger),
            RateLimitKey(terms.rate_limit_key) if terms.rate_limit_key in set(RateLimitKey) else settings.trigger_key,
        )

    def _of_terms(self, plan: Plan, text: str | None, setting: RateLimitItem | None) -> RateLimitItem | None:
        try:
            return parse_rate_limit(text, field="plan") if text is not None else setting
        except InputError as error:  # came from elsewhere, with words that we do not know
            _log.warning("limit of a plan not understood", plan=plan.terms.name, error=str(error))
            return setting

    async def _caller(self, scope: Scope) -> _Caller | None:
        """Return who is calling; None for those whom the handler will not know either."""
        try:
            claim = claim_of(Request(scope), self._services)
        except AuthenticationError:
            return None
        now = self._services.clock()
        until, caller = self._callers.get(claim, (_LONG_AGO, None))
        if now >= until:
            caller = await run_in_threadpool(self._find_caller, claim, now)
            if len(self._callers) >= _MAX_CALLERS:
                self._callers.clear()
            self._callers[claim] = now + _KEPT, caller
        return caller

    def _find_caller(self, claim: Claim | KeyClaim, now: datetime) -> _Caller | None:
        with self._services.database.read() as connection:
            try:
                user = user_of_claim(connection, claim, now=now)
            except AuthenticationError:
                return None
            plan_id = plan_id_of_account(connection, user.account_id)
        return _Caller(user.id, user.account_id, plan_id)

    async def _sharers(self, caller: _Caller, kind: str, subject_id: str) -> tuple[str, ...]:
        account = f"account {caller.account_id}"
        key = self._limits_of(caller).trigger_key
        if key is RateLimitKey.USER:
            return (_user(caller),)
        if key is RateLimitKey.ACCOUNT:
            return (account,)
        try:
            found = _ID.validate_python(subject_id)
        except ValidationError:
            return (account,)
        asset_id = found if kind == "assets" else await run_in_threadpool(self._asset_of, found)
        return (account,) if asset_id is None else (account, f"asset {asset_id}")

    def _asset_of(self, sensor_id: int) -> int | None:
        with self._services.database.read() as connection:
            return _asset_id(connection, sensor_id)


def _triggered(path: str) -> tuple[str, str] | None:
    """Return what a path triggers: a kind and an id, which may be none; None for other paths."""
    if path == _WHAT_IF:
        return "asset", ""  # named in the body, which nobody has read yet
    found = _TRIGGER.fullmatch(path)
    return None if found is None else (found[1], found[2])


def _asset_id(connection: Connection, sensor_id: int) -> int | None:
    try:
        return get_sensor(connection, sensor_id).asset_id
    except NotFoundError:
        return None


def _of_setting(text: str) -> RateLimitItem | None:
    return parse_rate_limit(text, field="setting") if text.strip() else None


def _user(caller: _Caller) -> str:
    return f"user {caller.user_id}"


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return f"address {client[0] if client else ''}"
