"""Sources in words."""

import pytest

from wattloom.timeseries import Source


@pytest.mark.parametrize(
    ("source", "description"),
    [
        (Source(1, "ada", "user"), "ada"),
        (Source(1, "Wattloom", "scheduler", "StorageScheduler", "0.1.0"), "Wattloom's StorageScheduler model v0.1.0"),
        (Source(1, "Wattloom", "forecaster", "Ridge"), "Wattloom's Ridge forecaster"),
    ],
)
def test_description_names_source_and_model(source: Source, description: str) -> None:
    assert source.description == description


@pytest.mark.parametrize(
    ("raw_type", "kind", "shown"),
    [
        ("scheduler", "scheduler", "scheduler"),
        ("day-ahead forecast", "forecaster", "forecaster"),
        ("Scheduling script", "scheduler", "scheduler"),
        ("market", "other", "market"),
        ("", "other", "other"),
    ],
)
def test_types_fall_into_three_classes(raw_type: str, kind: str, shown: str) -> None:
    source = Source(1, "s", raw_type)

    assert (source.class_, source.display_type) == (kind, shown)
