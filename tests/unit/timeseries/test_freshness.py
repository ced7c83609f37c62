"""When data count as stale, and how the reason is worded."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from wattloom.errors import InputError
from wattloom.periods import Resolution, to_us
from wattloom.timeseries import BeliefFilter, Beliefs, KnowledgeHorizon, Sensor, Source
from wattloom.timeseries.summaries.freshness import Freshness, Recorded, judge_freshness
from wattloom.timeseries.summaries.status_specs import FreshnessRule, freshness_rule

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY_AHEAD = KnowledgeHorizon("x_days_ago_at_y_oclock", {"x": 1, "y": 12, "z": "UTC"})
HOUR = timedelta(hours=1)


def make_sensor(
    sensor_id: int = 1, *, resolution: str = "PT1H", knowledge: KnowledgeHorizon | None = None, **attributes: Any
) -> Sensor:
    parsed = Resolution.parse(resolution)
    return Sensor(sensor_id, "s", "kW", "UTC", parsed, knowledge or KnowledgeHorizon(), attributes, 1)


def judged(
    sensor: Sensor, *held: tuple[str, timedelta], recorded_until: datetime = NOW, now: datetime = NOW
) -> list[Freshness]:
    """Judge a sensor; ``held`` gives for each source its type and where its newest event starts, from NOW."""
    sources = [Source(number, "someone", kind) for number, (kind, _) in enumerate(held, 1)]
    beliefs = Beliefs.concatenate(
        [
            Beliefs.points(
                sensor_id=sensor.id,
                source_id=source.id,
                event_start_us=np.array([to_us(NOW + start)]),
                belief_time_us=to_us(now),
                event_value=np.ones(1),
            )
            for source, (_, start) in zip(sources, held, strict=True)
        ]
    )
    recorded = [Recorded(sensor.id, source, NOW, NOW, recorded_until) for source in sources]
    return judge_freshness([sensor], beliefs, recorded, now=now)


@pytest.mark.parametrize(
    ("start", "is_stale", "staleness", "reason"),
    [
        (-3 * HOUR, False, 2 * HOUR, "most recent data is 2 hours old, which is not more than 2 hours old"),
        (
            timedelta(hours=-3, seconds=-1),
            True,
            timedelta(hours=2, seconds=1),
            "most recent data is 2 hours and 1 second old, but should not be more than 2 hours old",
        ),
        (
            timedelta(days=-2, minutes=-1, milliseconds=-500),
            True,
            timedelta(days=1, hours=23, minutes=1, milliseconds=500),
            "most recent data is 1 day, 23 hours, 1 minute and 0.50 seconds old, but should not be more than 2 hours old",
        ),
        (
            -HOUR,
            True,
            timedelta(0),
            "most recent data is 0 seconds in the future, but should be more than 12 hours in the future",
        ),
        (
            10 * HOUR,
            True,
            -11 * HOUR,
            "most recent data is 11 hours in the future, but should be more than 12 hours in the future",
        ),
        (
            11 * HOUR,
            False,
            -12 * HOUR,
            "most recent data is 12 hours in the future, which is not less than 12 hours in the future",
        ),
    ],
)
def test_measurements_age_from_when_they_could_be_known(
    start: timedelta, *, is_stale: bool, staleness: timedelta, reason: str
) -> None:
    [found] = judged(make_sensor(), ("user", start))

    assert (found.source_type, found.is_stale, found.staleness, found.reason) == ("user", is_stale, staleness, reason)
    assert found.since == NOW + start + HOUR


@pytest.mark.parametrize(("start", "is_stale"), [(12 * HOUR, False), (11 * HOUR, True), (HOUR, True)])
@pytest.mark.parametrize("source_type", ["scheduler", "forecaster"])
def test_plans_and_forecasts_have_to_reach_ahead(source_type: str, start: timedelta, *, is_stale: bool) -> None:
    [found] = judged(make_sensor(), (source_type, start))

    assert (found.is_stale, found.staleness, found.since) == (is_stale, -start, NOW + start)


@pytest.mark.parametrize("start", [timedelta(0), -HOUR])
def test_plans_of_the_past_only_are_stale(start: timedelta) -> None:
    [found] = judged(make_sensor(), ("scheduler", start))

    assert found.reason == "Found no future data which this source should have"
    assert (found.is_stale, found.staleness, found.since) == (True, None, NOW + start)


def test_day_ahead_prices_age_from_when_they_were_announced() -> None:
    [found] = judged(make_sensor(knowledge=DAY_AHEAD), ("market", timedelta(hours=11)))

    assert (found.is_stale, found.staleness) == (False, timedelta(days=1))
    assert found.reason == "most recent data is 1 day old, which is not more than 1 day old"


def test_sensor_without_data_is_stale() -> None:
    [found] = judged(make_sensor())

    assert (found.source_type, found.is_stale, found.staleness, found.since) == (None, True, None, None)
    assert found.reason == "no data recorded"


def test_source_types_come_in_a_fixed_order_and_those_of_ones_own_last() -> None:
    kinds = ["weather station", "market", "forecaster", "CLI script", "user", "scheduler"]

    found = judged(make_sensor(), *((kind, -HOUR) for kind in kinds))

    assert [each.source_type for each in found] == [
        "user",
        "scheduler",
        "forecaster",
        "market",
        "CLI script",
        "weather station",
    ]


def test_newest_event_of_all_sources_of_a_type_counts() -> None:
    [found] = judged(make_sensor(), ("user", -5 * HOUR), ("user", -2 * HOUR), ("user", -9 * HOUR))

    assert found.staleness == HOUR


def test_beliefs_of_the_future_are_pointed_out() -> None:
    [ahead] = judged(make_sensor(), ("user", -2 * HOUR), recorded_until=NOW + timedelta(minutes=6))
    [skewed] = judged(make_sensor(), ("user", -2 * HOUR), recorded_until=NOW + timedelta(minutes=5))

    assert ahead.reason == (
        "most recent data is 1 hour old, which is not more than 2 hours old; "
        "data with belief times in the future (up to 2026-03-01T12:06:00+00:00) do not count yet"
    )
    assert "future" not in skewed.reason


def test_sensor_with_beliefs_of_the_future_only_is_no_empty_one() -> None:
    recorded = [Recorded(1, Source(1, "s", "gateway"), NOW, NOW, NOW + HOUR)]

    [found] = judge_freshness([make_sensor()], Beliefs.empty(), recorded, now=NOW)

    assert (found.source_type, found.is_stale) == ("gateway", True)
    assert found.reason == (
        "no data recorded so far; "
        "data with belief times in the future (up to 2026-03-01T13:00:00+00:00) do not count yet"
    )


def test_many_sensors_are_judged_in_their_order() -> None:
    sensors = [make_sensor(3), make_sensor(1), make_sensor(2)]

    found = judge_freshness(sensors, Beliefs.empty(), [], now=NOW)

    assert [each.sensor.id for each in found] == [3, 1, 2]


def test_limits_may_be_stated_by_the_sensor() -> None:
    specs = {"max_staleness": "PT4H", "max_future_staleness": "-PT1H"}
    sensor = make_sensor(status_specs=specs)

    assert [judged(sensor, ("user", hours * HOUR))[0].is_stale for hours in (-6, -5, -1, 1)] == [
        True,
        False,
        True,
        False,
    ]


def test_default_limits() -> None:
    assert freshness_rule(make_sensor(resolution="PT15M")) == FreshnessRule(timedelta(minutes=30), -12 * HOUR)
    assert freshness_rule(make_sensor(resolution="P1D")) == FreshnessRule(timedelta(days=2), -12 * HOUR)
    assert freshness_rule(make_sensor(knowledge=DAY_AHEAD)) == FreshnessRule(timedelta(days=1), -12 * HOUR)
    assert freshness_rule(make_sensor(status_specs={"staleness_search": {}})) == FreshnessRule(2 * HOUR, -12 * HOUR)


def test_search_of_a_sensor_names_what_counts() -> None:
    search = {
        "source": 4,
        "source_types": ["user", "gateway"],
        "exclude_source_types": "reporter",
        "source_account_ids": [1, 2],
        "beliefs_before": "2026-01-02T00:00:00Z",
        "beliefs_after": "2026-01-01T00:00:00Z",
        "horizons_at_least": "PT0H",
        "horizons_at_most": "PT24H",
        "event_starts_after": "2025-01-01T00:00:00Z",
        "event_ends_before": "2027-01-01T00:00:00Z",
    }

    rule = freshness_rule(make_sensor(status_specs={"staleness_search": search}))

    assert rule.search == BeliefFilter(
        source_ids=frozenset({4}),
        source_types=frozenset({"user", "gateway"}),
        exclude_source_types=frozenset({"reporter"}),
        source_account_ids=frozenset({1, 2}),
        beliefs_before=datetime(2026, 1, 2, tzinfo=UTC),
        beliefs_after=datetime(2026, 1, 1, tzinfo=UTC),
        horizons_at_least=timedelta(0),
        horizons_at_most=timedelta(days=1),
    )
    assert (rule.period.start.year, rule.period.end.year) == (2025, 2027)


def test_sources_that_a_search_leaves_out_get_no_entry() -> None:
    sensor = make_sensor(status_specs={"staleness_search": {"source_types": ["user"]}})

    found = judged(sensor, ("user", -HOUR), ("gateway", -HOUR))

    assert [each.source_type for each in found] == ["user"]


@pytest.mark.parametrize(
    ("specs", "path"),
    [
        ("soon", ("status_specs",)),
        ({"max_stale": "PT1H"}, ("status_specs", "max_stale")),
        ({"max_staleness": 5}, ("status_specs", "max_staleness")),
        ({"max_staleness": "P1M"}, ("status_specs", "max_staleness")),
        ({"staleness_search": [1]}, ("status_specs", "staleness_search")),
        ({"staleness_search": {"colour": 1}}, ("status_specs", "staleness_search", "colour")),
        ({"staleness_search": {"source": "me"}}, ("status_specs", "staleness_search", "source")),
        ({"staleness_search": {"source": [True]}}, ("status_specs", "staleness_search", "source")),
        ({"staleness_search": {"source_types": [1]}}, ("status_specs", "staleness_search", "source_types")),
        ({"staleness_search": {"beliefs_after": "then"}}, ("status_specs", "staleness_search", "beliefs_after")),
        (
            {
                "staleness_search": {
                    "event_starts_after": "2026-01-02T00:00:00Z",
                    "event_ends_before": "2026-01-01T00:00:00Z",
                }
            },
            ("status_specs", "staleness_search"),
        ),
    ],
)
def test_wrong_specification_is_refused_by_name(specs: object, path: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as caught:
        freshness_rule(make_sensor(status_specs=specs))

    assert caught.value.problems[0].path == path


def test_wrong_specification_stands_in_the_reason() -> None:
    [found] = judged(make_sensor(status_specs={"max_staleness": 5}), ("user", -HOUR))

    assert (found.is_stale, found.source_type) == (True, None)
    assert found.reason.startswith("attribute status_specs.max_staleness: Not a valid ISO 8601 duration")
