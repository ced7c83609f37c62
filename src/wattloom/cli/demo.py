"""``wattloom demo``: a home with real data, its plan, and what the plan saves."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Final

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, Port, load_settings
from wattloom.cli.serve import run_server

if TYPE_CHECKING:
    from wattloom.config import Settings
    from wattloom.demo import DemoHome, HomePlan

_QUARTER_S: Final = 900
_SETTLED_S: Final = 5

NoServe = Annotated[bool, typer.Option("--no-serve", help="End after showing the plan.")]


def demo(
    no_serve: NoServe = False,
    port: Port = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Set up a home with real data, plan its next 48 hours, show what that saves, and serve.

    While it serves, the home goes on: what was planned is measured, and planned anew every quarter of an hour.
    Running it again adds the days that are missing and plans anew.
    """
    from wattloom.server.reserve import reserved
    from wattloom.server.secret_key import resolve_secret_key

    settings = load_settings(port=port, data_dir=data_dir, database_url=database_url)
    if no_serve:
        _show(*_prepare(settings))
        return
    # Serving needs the address and the key: better to complain now than after the work.
    with reserved(settings) as listener:
        resolve_secret_key(settings)
        _show(*_prepare(settings))
        with living(settings):
            run_server(settings, listener)


@contextmanager
def living(settings: "Settings") -> Iterator[None]:
    """Let the home go on meanwhile: each quarter of an hour is measured once it is over, and planned anew."""
    stop = Event()

    def go_on() -> None:
        while not stop.wait(_until_next_quarter_s(time.time())):  # noqa: TID251 - the edge: when to wake, nothing more
            bring_up_to_date(settings)

    Thread(target=go_on, name="demo home", daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def bring_up_to_date(settings: "Settings") -> bool:
    """Add what is missing and plan anew, in a process of its own; return whether that worked."""
    # By the environment: other users of the machine see the arguments of commands, but not a database's password.
    environment = os.environ | {
        "WATTLOOM_DATA_DIR": str(settings.data_dir),
        "WATTLOOM_DATABASE_URL": settings.resolved_database_url,
    }
    command = [sys.executable, "-m", "wattloom", "demo", "--no-serve"]
    done = subprocess.run(command, env=environment, capture_output=True, check=False)  # noqa: S603 - our own command
    return done.returncode == 0


def _until_next_quarter_s(now_s: float) -> float:
    """Return how long it is until some seconds after the next quarter of an hour begins [s]."""
    return _QUARTER_S - now_s % _QUARTER_S + _SETTLED_S


def _prepare(settings: "Settings") -> "tuple[DemoHome, HomePlan]":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from wattloom.demo import plan_home, set_up_demo
    from wattloom.server.backend import open_backend
    from wattloom.server.handlers import job_handlers

    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("opening the database", total=1)

        def report(fraction: float, text: str) -> None:
            progress.update(task, completed=fraction, description=text)

        backend = open_backend(settings)
        try:
            now = backend.clock()
            with backend.database.write() as connection:
                home = set_up_demo(connection, backend.beliefs, settings.data_dir, now=now, report_progress=report)
            report(0.8, "planning the next 48 hours")
            handlers = job_handlers(backend, settings)
            plan = plan_home(backend, handlers, home.site, user_id=home.user_id, now=now)
        finally:
            backend.database.close()
    return home, plan


def _show(home: "DemoHome", plan: "HomePlan") -> None:
    from rich.console import Console

    from wattloom.cli.plan_chart import PlanChart
    from wattloom.cli.plan_table import plan_table, savings_line, savings_table
    from wattloom.periods import DAY

    console = Console(highlight=False)
    first, last = home.period.start, home.period.end - DAY
    console.print(
        f"Real data, re-dated to {first:%d %B %Y} – {last:%d %B %Y}: each hour has the German day-ahead price of 2019 and "
        "the demand and sun of a home in 2020 of the same month, day and hour (UTC)."
    )
    savings = plan.savings()
    for part in (plan_table(plan), PlanChart(plan), savings_table(savings), savings_line(savings)):
        console.print()
        console.print(part)
    console.print()
    # Tools read these two lines; nothing may fold or colour them.
    typer.echo(home.login.lines(), nl=False)
