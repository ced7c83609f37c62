"""Which belief counts when several sources state something about one event."""

import numpy as np
import pytest

from wattloom.timeseries import Beliefs, Source, select_one_per_event, select_points
from wattloom.timeseries.reading.select import version_key

HOUR_US = 3_600_000_000


def make_beliefs(*rows: tuple[int, int, int, float, float]) -> Beliefs:
    """Rows of event, source, belief time, probability and value, about sensor 1."""
    columns = list(zip(*rows, strict=True))
    whole = [np.array(column, dtype=np.int64) for column in columns[:3]]
    floats = [np.array(column, dtype=np.float64) for column in columns[3:]]
    return Beliefs(np.ones(len(rows), dtype=np.int64), *whole, *floats).sorted()


def make_sources(*sources: Source) -> dict[int, Source]:
    return {source.id: source for source in sources}


def test_a_single_source_needs_no_choice() -> None:
    beliefs = make_beliefs((0, 1, 0, 0.5, 7.0), (1, 1, 0, 0.5, 8.0))

    assert select_one_per_event(beliefs, {}) is beliefs


def test_highest_version_wins_however_recent_the_others_are() -> None:
    sources = make_sources(Source(1, "S", "scheduler", "Storage", "9"), Source(2, "ada", "user"))
    beliefs = make_beliefs((0, 1, 0, 0.5, 1.0), (0, 2, 99, 0.5, 2.0))

    assert select_one_per_event(beliefs, sources).event_value.tolist() == [1.0]


def test_most_recent_belief_wins_among_equal_versions() -> None:
    sources = make_sources(Source(1, "ada", "user"), Source(2, "bob", "user"))
    beliefs = make_beliefs((0, 1, 5, 0.5, 1.0), (0, 2, 4, 0.5, 2.0), (1, 1, 4, 0.5, 3.0), (1, 2, 5, 0.5, 4.0))

    assert select_one_per_event(beliefs, sources).event_value.tolist() == [1.0, 4.0]


def test_highest_id_decides_at_last() -> None:
    sources = make_sources(Source(1, "ada", "user"), Source(2, "bob", "user"))
    beliefs = make_beliefs((0, 1, 5, 0.5, 1.0), (0, 2, 5, 0.5, 2.0))

    assert select_one_per_event(beliefs, sources).event_value.tolist() == [2.0]


def test_of_sources_that_are_versions_of_each_other_the_latest_speaks_however_old() -> None:
    sources = make_sources(Source(1, "F", "forecaster", "Ridge"), Source(2, "F", "forecaster", "Ridge"))
    beliefs = make_beliefs((0, 1, 9, 0.5, 1.0), (0, 2, 5, 0.5, 2.0))

    assert select_one_per_event(beliefs, sources).event_value.tolist() == [2.0]


def test_each_event_is_chosen_by_itself() -> None:
    sources = make_sources(Source(1, "S", "scheduler", "Storage", "9"), Source(2, "ada", "user"))
    beliefs = make_beliefs((0, 2, 0, 0.5, 1.0), (1, 1, 0, 0.5, 2.0), (1, 2, 0, 0.5, 3.0), (2, 2, 0, 0.5, 4.0))

    assert select_one_per_event(beliefs, sources).event_value.tolist() == [1.0, 2.0, 4.0]


def test_median_stands_for_a_distribution() -> None:
    beliefs = make_beliefs((0, 1, 0, 0.1, 1.0), (0, 1, 0, 0.5, 2.0), (0, 1, 0, 0.9, 3.0))

    assert select_points(beliefs).event_value.tolist() == [2.0]


def test_nearest_probability_stands_in_for_a_missing_median() -> None:
    beliefs = make_beliefs((0, 1, 0, 0.1, 1.0), (0, 1, 0, 0.6, 2.0), (1, 1, 0, 0.4, 3.0), (1, 1, 0, 0.6, 4.0))

    assert select_points(beliefs).event_value.tolist() == [2.0, 3.0]


@pytest.mark.parametrize(("probability", "expected"), [(0.1, [1.0, 7.0]), (0.5, [2.0, 7.0]), (0.8, [3.0, 7.0])])
def test_another_point_of_a_distribution_is_the_nearest_stated(probability: float, expected: list[float]) -> None:
    stated = ((0, 1, 0, 0.1, 1.0), (0, 1, 0, 0.5, 2.0), (0, 1, 0, 0.9, 3.0), (1, 1, 0, 0.5, 7.0))

    found = select_one_per_event(make_beliefs(*stated), {}, probability=probability)

    assert found.event_value.tolist() == expected


def test_sensors_are_kept_apart() -> None:
    one = make_beliefs((0, 1, 0, 0.5, 1.0))
    two = Beliefs(one.sensor_id + 1, one.event_start_us, one.source_id + 1, *one.columns[3:5], one.event_value + 1)
    sources = make_sources(Source(1, "ada", "user"), Source(2, "bob", "user"))

    assert select_one_per_event(Beliefs.concatenate([one, two]), sources).event_value.tolist() == [1.0, 2.0]


def test_no_beliefs_select_nothing() -> None:
    assert len(select_one_per_event(Beliefs.empty(), {})) == 0


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1", "2"),
        ("2", "10"),
        ("1.9", "1.10"),
        ("1.0a1", "1.0b1"),
        ("1.0rc2", "1.0"),
        ("1.0.dev3", "1.0a1"),
        ("1.0", "1.0.post1"),
        ("2024.1", "1!1.0"),
        ("1.0", "1.0+local"),
        (None, "0.1"),
        ("nonsense", "0.0.1"),
    ],
)
def test_versions_are_compared_as_versions(lower: str | None, higher: str) -> None:
    assert version_key(lower) < version_key(higher)


@pytest.mark.parametrize(("one", "other"), [("1.0", "1"), ("v1.2", "1.2.0"), (None, "0.0.0"), ("1.0-rc.1", "1rc1")])
def test_versions_may_be_written_differently(one: str | None, other: str) -> None:
    assert version_key(one) == version_key(other)
