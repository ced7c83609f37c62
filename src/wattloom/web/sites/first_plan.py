"""Which part of its plan the page of a site asks for first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from wattloom.assets import Asset

BEFORE: Final = timedelta(hours=24)
AHEAD: Final = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class FirstPlan:
    """A request that starts with the page, before its script runs.

    Attributes:
        path: Where plans of the site are.
        start: Where the request begins.
        end: Where it ends.
        is_early: Whether the script will make just this request; false where the address asks for another part.
    """

    path: str
    start: str
    end: str
    is_early: bool

    @property
    def url(self) -> str:
        """The request as the script makes it, letter by letter: else the browser would send it twice."""
        return f"{self.path}?{urlencode({'start': self.start, 'end': self.end})}"


def first_plan(site: Asset, now: datetime, asked: QueryParams) -> FirstPlan:
    """Return what is asked for at a moment: from a day before its hour to two days after it, in UTC.

    Args:
        site: The site.
        now: When the page is made.
        asked: Of the page's address: ``range`` and ``at`` choose what it shows.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    is_early = "at" not in asked and asked.get("range", "48h") in {"24h", "48h"}
    path = f"/api/v4/assets/{site.id}/plan"
    return FirstPlan(path, _text(hour - BEFORE), _text(hour + AHEAD), is_early)


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
