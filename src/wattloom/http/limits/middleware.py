"""Refuses requests beyond their limits; counts in the memory of this process."""

from collections.abc import Callable

from fastapi import Request
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wattloom.errors import TooManyRequestsError
from wattloom.http.limits.budgets import Budget, RateLimits
from wattloom.language import gettext
from wattloom.rate_limit import seconds_until

_FIRST_ERROR = 400

Refuse = Callable[[Request, TooManyRequestsError], Response]


class RateLimitMiddleware:
    """Counts each request of the API, and answers those that are too many.

    A budget is full again when its time has passed since the first request
    that drew on it.
    """

    def __init__(self, app: ASGIApp, *, limits: RateLimits, refuse: Refuse) -> None:
        """Wrap ``app``.

        Args:
            app: What answers.
            limits: Say which budgets a request draws on.
            refuse: Returns the answer to a request that is too many.
        """
        self._app = app
        self._limits = limits
        self._refuse = refuse
        self._storage = MemoryStorage()
        self._windows = FixedWindowRateLimiter(self._storage)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything but HTTP is passed through."""
        budgets = await self._limits.budgets_of(scope) if scope["type"] == "http" else ()
        if not budgets:
            await self._app(scope, receive, send)
            return
        unsettled: list[Budget] = []
        for budget in budgets:
            has_room = self._windows.hit(budget.limit, *budget.owners)
            if budget.is_refunded:
                unsettled.append(budget)
            if not has_room:
                self._give_back(unsettled)
                response = self._refuse(Request(scope), self._error(budget))
                self._add_headers(response.headers, budget)
                await response(scope, receive, send)
                return

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] >= _FIRST_ERROR:
                    self._give_back(unsettled)
                unsettled.clear()
                self._add_headers(MutableHeaders(scope=message), min(budgets, key=self._remaining))
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            # Of a handler that has crashed, and has answered nothing.
            self._give_back(unsettled)

    def _give_back(self, budgets: list[Budget]) -> None:
        for budget in budgets:
            self._storage.decr(budget.limit.key_for(*budget.owners))
        budgets.clear()

    def _remaining(self, budget: Budget) -> int:
        return self._windows.get_window_stats(budget.limit, *budget.owners).remaining

    def _error(self, budget: Budget) -> TooManyRequestsError:
        wait_s = seconds_until(self._windows.get_window_stats(budget.limit, *budget.owners).reset_time)
        limit = str(budget.limit)
        text = gettext("Too many requests: the limit is %(limit)s. Try again in %(wait)s s.", limit=limit, wait=wait_s)
        return TooManyRequestsError(text, retry_after_s=wait_s)

    def _add_headers(self, headers: MutableHeaders, budget: Budget) -> None:
        reset_s, remaining = self._windows.get_window_stats(budget.limit, *budget.owners)
        headers["X-RateLimit-Limit"] = str(budget.limit.amount)
        headers["X-RateLimit-Remaining"] = str(max(0, remaining))
        headers["X-RateLimit-Reset"] = str(int(reset_s) + 1)
