"""Run the server: one process for HTTP, and its job workers."""

import gc
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from datetime import timedelta
from types import FrameType
from typing import NoReturn

import structlog
import uvicorn
from starlette.types import ASGIApp

from wattloom.api.app import prepare_routes
from wattloom.config import Settings
from wattloom.events import forget_announcements, newest_id
from wattloom.http import Services
from wattloom.jobs import WorkerSupervisor
from wattloom.server.application import create_app, create_services
from wattloom.server.backend import Backend, open_backend
from wattloom.server.forget_history import forget_history_of_all
from wattloom.server.housekeeping import repeating
from wattloom.server.logs import configure_logs
from wattloom.server.send_mail import warn_of_links
from wattloom.timeseries import Retention
from wattloom.units import parse_unit

# Named, not imported: the solver stays out of this process.
_WORKER_ENTRY = "wattloom.server.worker:work"
_DEFAULT_WORKERS = 2
_PURGE_INTERVAL_S = 3600.0
_FLUSH_INTERVAL_S = 60.0
_DAY_S = 86_400.0
# The event loop gets its turn among busy handler threads ten times sooner than by default:
# 16 clients read 1,350 assets per second instead of 700 to 1,100.
_SWITCH_INTERVAL_S = 0.0005
_SHUTDOWN_S = 5

_log = structlog.get_logger()


def serve(settings: Settings, listener: socket.socket, *, on_ready: Callable[[str], None]) -> None:
    """Serve until interrupted.

    Args:
        settings: All of them.
        listener: Where to listen, as :func:`~wattloom.server.reserve.reserved` gives it.
        on_ready: Called with the URL once the server answers.

    Raises:
        InputError: A setting is wrong.
    """
    configure_logs(level=settings.log_level, style=settings.log_format)
    warn_of_links(settings)
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    # uvicorn ends gracefully on SIGTERM and then raises it again; this lets the blocks below end, too.
    signal.signal(signal.SIGTERM, _exit)
    with closing(open_backend(settings)) as backend:
        services = create_services(backend, settings)
        server = _Server(create_app(services), on_ready, settings.trusted_proxies, on_stop=services.live.close)
        with _workers(backend, settings), _housekeeping(backend, services, settings):
            # What there is by now stays: looking through it for garbage would keep everybody waiting for 70 ms.
            gc.freeze()
            server.run(sockets=[listener])


def _exit(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


@contextmanager
def _workers(backend: Backend, settings: Settings) -> Iterator[None]:
    supervisor = WorkerSupervisor(
        backend.jobs,
        _WORKER_ENTRY,
        {"settings": _for_workers(settings)},
        n_workers=settings.workers or min(_DEFAULT_WORKERS, os.cpu_count() or 1),
        clock=backend.clock,
    )
    with supervisor.run():
        yield


def _for_workers(settings: Settings) -> dict[str, object]:
    # Workers sign nothing, so the key stays here. They send mail, and JSON masks the password that it takes.
    shared = settings.model_dump(mode="json", exclude={"secret_key", "mail_password"})
    return shared | {"mail_password": settings.mail_password.get_secret_value()}


@contextmanager
def _housekeeping(backend: Backend, services: Services, settings: Settings) -> Iterator[None]:
    def forget_jobs() -> None:
        before = backend.clock() - timedelta(days=settings.job_retention_days)
        with backend.database.write() as connection:
            n_purged = backend.jobs.purge_ended(connection, before=before)
        if n_purged:
            _log.info("ended jobs forgotten", n_jobs=n_purged)

    newest_before = 0

    def forget_events() -> None:
        # What was there an interval ago is old enough: nobody has to know when it happened.
        nonlocal newest_before
        with backend.database.write() as connection:
            forget_announcements(connection, up_to=newest_before)
            newest_before = newest_id(connection)

    def forget_history() -> None:
        forget_history_of_all(backend, Retention(others=timedelta(days=settings.history_days)))

    with (
        repeating("forget ended jobs", forget_jobs, every_s=_PURGE_INTERVAL_S),
        repeating("forget events", forget_events, every_s=_PURGE_INTERVAL_S),
        repeating("store last seen", services.last_seen.flush, every_s=_FLUSH_INTERVAL_S),
        repeating("forget history", forget_history, every_s=_DAY_S) if settings.history_days else nullcontext(),
    ):
        threading.Thread(target=_warm_up, daemon=True).start()
        try:
            yield
        finally:
            services.last_seen.flush()


def _warm_up() -> None:
    """Do what takes a while and is done once: the first requests should not wait for it."""
    prepare_routes()
    parse_unit("kWh", field="unit")  # loads the registry


class _Server(uvicorn.Server):
    """uvicorn, telling when it answers, at which port, and when it stops."""

    def __init__(
        self,
        app: ASGIApp,
        on_ready: Callable[[str], None],
        trusted_proxies: Sequence[str],
        *,
        on_stop: Callable[[], None],
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                # Others could claim any address, and escape what is counted by address.
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                timeout_graceful_shutdown=_SHUTDOWN_S,
            )
        )
        self._on_ready = on_ready
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Otherwise streams of events, which end by themselves only now, would be waited for.
        self._on_stop()
        await super().shutdown(sockets)
