"""``wattloom demo``: a home with real data, its plan, and what the plan saves."""

from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, Port, load_settings
from wattloom.cli.serve import run_server

if TYPE_CHECKING:
    from wattloom.config import Settings
    from wattloom.demo import DemoHome, HomePlan

NoServe = Annotated[bool, typer.Option("--no-serve", help="End after showing the plan.")]


def demo(
    no_serve: NoServe = False,
    port: Port = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Set up a home with real data, plan its next 48 hours, show what that saves, and serve.

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
        run_server(settings, listener)


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
