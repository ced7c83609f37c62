"""Measure the time series on both databases and print tables: ``python -m bench.series [--growth]``.

The first table is about the store alone, in this process; ``bench.gates``
measures the same through HTTP. With ``--growth`` a second one tells how costs
grow with what is recorded.
"""

import argparse
from collections.abc import Callable
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from bench.lab import START, START_US, Lab, labs, median_ms, period_of, quarters
from wattloom.periods import HOUR_US
from wattloom.timeseries import (
    Beliefs,
    Grid,
    Sensor,
    SeriesRequest,
    latest_beliefs,
    read_events,
    read_series,
    record_beliefs,
    remove_beliefs,
    statistics_by_source,
)

YEAR = 35_040
WEEK = 672


def resave_a_week(lab: Lab) -> float:
    """Record 672 values that are stored already."""
    [sensor], source_id = lab.sensors(1), lab.source()
    beliefs = quarters(sensor, source_id, WEEK)
    record(lab, sensor, beliefs)
    later = Beliefs(*beliefs.columns[:3], beliefs.belief_time_us + 1, *beliefs.columns[4:])
    return median_ms(lambda: record(lab, sensor, later))


def record_a_year(lab: Lab) -> float:
    """Record 35,040 values on a new sensor."""
    sensors, source_id = iter(lab.sensors(10)), lab.source()

    def record_next() -> None:
        sensor = next(sensors)
        record(lab, sensor, quarters(sensor, source_id, YEAR))

    return median_ms(record_next)


def revise_a_year(lab: Lab) -> float:
    """Record 35,040 values that supersede others."""
    [sensor], source_id = lab.sensors(1), lab.source()
    moments = iter(range(10))
    return median_ms(lambda: record(lab, sensor, quarters(sensor, source_id, YEAR, believed=next(moments))))


def read_a_year(lab: Lab) -> float:
    """Read 35,040 values."""
    [sensor], source_id = lab.sensors(1), lab.source()
    lab.fill(sensor, source_id, YEAR)
    return median_ms(lambda: events_of(lab, sensor, YEAR))


def read_a_year_of_two_sources(lab: Lab) -> float:
    """Read 35,040 values of which two sources speak."""
    [sensor] = lab.sensors(1)
    for _ in range(2):
        lab.fill(sensor, lab.source(), YEAR)
    return median_ms(lambda: events_of(lab, sensor, YEAR))


def read_much_revised_day(lab: Lab) -> float:
    """Read a day of which each value was revised a hundred times."""
    [sensor], source_id = lab.sensors(1), lab.source()
    lab.fill(sensor, source_id, 96, n_superseded=100)
    return median_ms(lambda: events_of(lab, sensor, 96))


def read_never_revised_day(lab: Lab) -> float:
    """Read a day that was never revised."""
    [sensor], source_id = lab.sensors(1), lab.source()
    lab.fill(sensor, source_id, 96)
    return median_ms(lambda: events_of(lab, sensor, 96))


def resample_a_week(lab: Lab) -> float:
    """Read a week of two sources by the hour."""
    [sensor] = lab.sensors(1)
    for _ in range(2):
        lab.fill(sensor, lab.source(), WEEK)
    grid = Grid(START_US, HOUR_US, WEEK // 4)

    def read() -> None:
        with lab.database.read() as connection:
            read_series(connection, lab.store, [SeriesRequest(sensor)], grid)

    return median_ms(read)


def read_a_thousand_current_values(lab: Lab) -> float:
    """Read the current value of 1,000 sensors."""
    sensors, source_id = lab.sensors(1000), lab.source()
    for sensor in sensors:
        record(lab, sensor, quarters(sensor, source_id, 4))
    return median_ms(lambda: latest_of(lab, sensors))


def read_a_million(lab: Lab) -> float:
    """Read 1,000,000 values."""
    [sensor], source_id = lab.sensors(1), lab.source()
    lab.fill(sensor, source_id, 1_000_000)
    return median_ms(lambda: events_of(lab, sensor, 1_000_000), times=5)


CASES: tuple[tuple[str, float | None, Callable[[Lab], float]], ...] = (
    ("672 unchanged values recorded again", 20, resave_a_week),
    ("35,040 new values recorded", None, record_a_year),
    ("35,040 revised values recorded", None, revise_a_year),
    ("35,040 values read", None, read_a_year),
    ("35,040 values of two sources read", None, read_a_year_of_two_sources),
    ("1,000,000 values read", None, read_a_million),
    ("a week, 15 min to 1 h, two sources", 5, resample_a_week),
    ("a day, never revised", None, read_never_revised_day),
    ("a day, each value revised 100 times", None, read_much_revised_day),
    ("current value of 1,000 sensors, one query", None, read_a_thousand_current_values),
)


def record(lab: Lab, sensor: Sensor, beliefs: Beliefs) -> None:
    """Record beliefs in a transaction of their own."""
    with lab.database.write() as connection:
        record_beliefs(connection, lab.store, sensor, beliefs)


def events_of(lab: Lab, sensor: Sensor, n: int, *, first: int = 0) -> None:
    """Read events, and make sure that they are there."""
    with lab.database.read() as connection:
        [events] = read_events(connection, lab.store, [SeriesRequest(sensor)], period_of(n, first=first))
    assert len(events) == n


def latest_of(lab: Lab, sensors: list[Sensor]) -> None:
    """Read the newest beliefs, and make sure that each sensor has one."""
    at = START + timedelta(days=365_00)
    with lab.database.read() as connection:
        found = latest_beliefs(connection, lab.store, sensors, starting_by=at, believed_by=at)
    assert len(found) == len(sensors)


def growth(lab: Lab, n: int) -> list[float]:
    """Measure what users do on a sensor that holds n beliefs [ms]."""
    [sensor], source_id = lab.sensors(1), lab.source()
    lab.fill(sensor, source_id, n)
    days = iter(range(20))

    def statistics() -> None:
        with lab.database.read() as connection:
            assert statistics_by_source(connection, sensor)[0].n_values >= n

    return [
        median_ms(lambda: record(lab, sensor, quarters(sensor, source_id, 96, first=n + 96 * next(days)))),
        median_ms(lambda: record(lab, sensor, quarters(sensor, source_id, 96, first=n // 2, believed=1 + next(days)))),
        median_ms(lambda: events_of(lab, sensor, 96, first=n // 2)),
        median_ms(lambda: latest_of(lab, [sensor])),
        median_ms(statistics),
        _remove_a_day(lab, sensor, first=n // 2),
    ]


GROWTH_COLUMNS = (
    "add a day",
    "revise a day in the middle",
    "read a day in the middle",
    "current value",
    "statistics of all",
    "delete a day",
)


def _remove_a_day(lab: Lab, sensor: Sensor, *, first: int) -> float:
    days = iter(range(20))

    def remove() -> None:
        with lab.database.write() as connection:
            remove_beliefs(connection, lab.store, sensor, period_of(96, first=first + 96 * next(days)))

    return median_ms(remove, times=3)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--growth", action="store_true", help="also tell how costs grow")
    parser.add_argument("--largest", type=int, default=7, help="largest power of ten of beliefs for --growth")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    options = parser.parse_args()
    console = Console()
    with labs(with_postgres=not options.sqlite_only) as found:
        table = Table("case", *(f"{name} [ms]" for name in found), "target [ms]")
        for name, target, case in CASES:
            row = [f"{case(lab):,.1f}" for lab in found.values()]
            console.print(f"{name}: {' '.join(row)}")
            table.add_row(name, *row, "" if target is None else f"{target:g}")
        console.print(table)
        if options.growth:
            table = Table("database", "beliefs", *(f"{name} [ms]" for name in GROWTH_COLUMNS))
            for name, lab in found.items():
                for power in range(4, options.largest + 1):
                    row = [f"{ms:,.1f}" for ms in growth(lab, 10**power)]
                    table.add_row(name, f"{10**power:,}", *row)
                    console.print(f"{name} {10**power:,}: {' '.join(row)}")
            console.print(table)


if __name__ == "__main__":
    main()
