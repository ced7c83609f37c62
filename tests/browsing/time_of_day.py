"""The time of day at which browsers look at the product.

Pages say other things at night, and when the car is away. Whatever the time is where
tests run, servers and browsers live at the same time of the site's day: at ``13:40``, or at
that in ``WATTLOOM_TEST_TIME_OF_DAY``. Their day is the present one or one beside it, so that what
browsers store by the real clock is neither too old nor too new.
"""

import os
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from wattloom.server.backend import system_clock

ZONE: Final = ZoneInfo("Europe/Berlin")
_VARIABLE: Final = "TEST_CLOCK_AHEAD_S"
_HALF_A_DAY: Final = timedelta(hours=12)


@cache
def ahead() -> timedelta:
    """How far this run's servers and browsers are ahead of the clock; between minus and plus half a day."""
    chosen = time.fromisoformat(os.environ.get("WATTLOOM_TEST_TIME_OF_DAY", "13:40"))
    present = system_clock()
    difference = datetime.combine(present.astimezone(ZONE), chosen, ZONE) - present
    return (difference + _HALF_A_DAY) % (2 * _HALF_A_DAY) - _HALF_A_DAY


def clock_settings() -> Mapping[str, str]:
    """Return the variables that set the clock of a process."""
    folders = [str(Path(__file__).with_name("startup")), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {_VARIABLE: str(ahead().total_seconds()), "PYTHONPATH": os.pathsep.join(filter(None, folders))}


def now_there() -> datetime:
    """Return the present of servers and browsers."""
    return system_clock() + ahead()


def clock_script() -> str:
    """Return what sets the clock of a page, to be run before its own scripts."""
    return f"""(() => {{
        const Present = Date;
        const now = () => Present.now() + {ahead().total_seconds() * 1000:.0f};
        globalThis.Date = new Proxy(Present, {{
            construct: (target, given, made) => Reflect.construct(target, given.length ? given : [now()], made),
            apply: () => new Present(now()).toString(),
            get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
        }});
    }})();"""
