"""Set the demo up, or bring it up to date."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from wattloom.demo.build_home import DemoSite, build_home
from wattloom.demo.history import ChargeLevels
from wattloom.demo.home import TIMEZONE
from wattloom.demo.login import Login
from wattloom.demo.owner import ensure_owner
from wattloom.demo.record import (
    Recorder,
    days_around,
    last_levels,
    record_calendar,
    record_demand_and_sun,
    record_history,
    record_prices,
)
from wattloom.jobs import ReportProgress
from wattloom.periods import Period, from_us, to_us, zone
from wattloom.timeseries import BeliefStore


@dataclass(frozen=True, slots=True)
class DemoHome:
    """The demo as it stands in the database.

    Attributes:
        site: Its assets and sensors.
        user_id: Whom it belongs to.
        login: What that user logs in with.
        period: The days that have data, in the time zone of the home.
    """

    site: DemoSite
    user_id: int
    login: Login
    period: Period


def set_up_demo(
    connection: Connection, store: BeliefStore, data_dir: Path, *, now: datetime, report_progress: ReportProgress
) -> DemoHome:
    """Make the demo home with its user and data; what is there already is left as it is.

    Args:
        connection: A write transaction.
        store: Keeps the beliefs.
        data_dir: Folder of the file with the login.
        now: The present; no belief is later.
        report_progress: Hears how far it is.
    """
    report_progress(0.1, "making the home and its user")
    user, login = ensure_owner(connection, data_dir, now=now)
    site = build_home(connection, user, now=now)
    recorder = Recorder(connection, store, site.sensors, now)
    days = days_around(now)
    levels = last_levels(recorder) or ChargeLevels.at_midnight(to_us(days.start))
    # After a break the days in between are missing as well.
    period = Period(min(days.start, from_us(levels.at_us, zone(TIMEZONE))), days.end)
    report_progress(0.2, "recording prices")
    record_prices(recorder, period)
    report_progress(0.3, "recording demand and sun")
    record_demand_and_sun(recorder, period)
    report_progress(0.4, "recording the days of the car")
    record_calendar(recorder, period)
    report_progress(0.6, "recording what battery and car did")
    record_history(recorder, levels)
    return DemoHome(site, user.id, login, period)
