"""The outermost layer of each HTTP app: request id, log, headers, last resort.

Pure ASGI, so that it costs microseconds. What it logs holds neither
credentials nor query strings.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping, MutableMapping

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger("wattloom.http")

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_FIRST_ERROR = 400

REQUEST_ID_HEADER = b"x-request-id"
CrashResponse = Callable[[Request, str], Response]


class EdgeMiddleware:
    """Gives each request an id, logs it, and answers when nothing else did."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        crash_response: CrashResponse,
        headers_of: Callable[[Scope], Mapping[bytes, bytes]],
        max_body_bytes: int,
        secret_path: str = "",
    ) -> None:
        """Wrap ``app``.

        Args:
            app: What answers.
            crash_response: The answer to an unexpected error; is given the request and its id.
            headers_of: Further headers of the response to a request, names in lower case;
                a content type holds only where the response has none.
            max_body_bytes: Larger bodies are refused [bytes].
            secret_path: What follows this in a path is not logged; empty where paths hold no secrets.
        """
        self._app = app
        self._crash_response = crash_response
        self._headers_of = headers_of
        self._max_body_bytes = max_body_bytes
        self._secret_path = secret_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything but HTTP is passed through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        exchange = _Exchange(request_id, self._headers_of(scope), send)
        try:
            await self._app(scope, _limited(scope, receive, self._max_body_bytes), exchange.send)
        except ClientDisconnect:
            pass  # nobody is left to answer; the log below has no status
        except Exception:  # noqa: BLE001 - the HTTP edge: whatever nobody expected is logged once, with its request
            _log.exception(
                "request crashed", request_id=request_id, method=scope["method"], path=self._shown(scope["path"])
            )
            if exchange.status is None:
                await self._crash_response(Request(scope), request_id)(scope, receive, exchange.send)
        duration_ms = round((time.perf_counter() - started) * 1e3, 1)
        # What only looked at something and got it is no news, and writing it down would cost more than answering.
        is_quiet = scope["method"] in _READING and exchange.status is not None and exchange.status < _FIRST_ERROR
        _log.log(
            logging.DEBUG if is_quiet else logging.INFO,
            "request",
            method=scope["method"],
            path=self._shown(scope["path"]),
            status=exchange.status,
            ms=duration_ms,
            request_id=request_id,
        )

    def _shown(self, path: str) -> str:
        is_secret = self._secret_path and path.startswith(self._secret_path)
        return f"{self._secret_path}…" if is_secret else path


class _Exchange:
    """The sending half of one request: adds headers, remembers the status."""

    def __init__(self, request_id: str, headers: Mapping[bytes, bytes], send: Send) -> None:
        self.status: int | None = None
        self._headers = {REQUEST_ID_HEADER: request_id.encode(), **headers}
        self._send = send

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            _add_headers(message, self._headers)
        await self._send(message)


def _add_headers(message: MutableMapping[str, object], headers: Mapping[bytes, bytes]) -> None:
    present = message.get("headers") or []
    assert isinstance(present, list)
    names = {name.lower() for name, _ in present}
    message["headers"] = present + [(name, value) for name, value in headers.items() if name not in names]


def _limited(scope: Scope, receive: Receive, max_body_bytes: int) -> Receive:
    """Return a ``receive`` that stops at bodies that are too large; the server holds others to what they announce."""
    announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if announced.isdigit() and int(announced) <= max_body_bytes:
        return receive
    received = 0

    async def receive_limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > max_body_bytes:
            raise HTTPException(413)
        return message

    return receive_limited
