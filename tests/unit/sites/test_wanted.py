from typing import Any

import pytest

from wattloom.assets import Asset, AssetType
from wattloom.sites.plan import DeviceKind, Role
from wattloom.sites.wanted import Wanted, wanted_series


def make_device(kind: str = "battery", **model: Any) -> Asset:
    return Asset(
        id=7,
        name="Device",
        description=None,
        latitude=None,
        longitude=None,
        asset_type=AssetType(1, kind),
        account_id=1,
        account_name="Account",
        consultancy_account_id=None,
        parent_asset_id=None,
        external_id=None,
        attributes={},
        flex_context={},
        flex_model={name.replace("_", "-"): value for name, value in model.items()},
        sensors_to_show=[],
        sensors_to_show_as_kpis=[],
    )


def of(sensor_id: int, **filters: Any) -> dict[str, Any]:
    return {"sensor": sensor_id} | {name.replace("_", "-"): value for name, value in filters.items()}


def terms(wanted: Wanted) -> list[tuple[int, int]]:
    return [(term.sensor_id, term.sign) for term in wanted.terms]


@pytest.mark.parametrize(
    ("field", "role"),
    [
        ("consumption-price", Role.CONSUMPTION_PRICE),
        ("production-price", Role.PRODUCTION_PRICE),
    ],
)
@pytest.mark.parametrize(("suffix", "value"), [("", of(3)), ("-sensor", 3)])
def test_prices_are_references_or_ids(field: str, role: Role, suffix: str, value: object) -> None:
    [wanted] = wanted_series({field + suffix: value}, [])

    assert (wanted.role, terms(wanted)) == (role, [(3, 1)])


def test_electricity_is_chosen_among_commodities() -> None:
    gas = {"commodity": "gas", "consumption-price": of(1)}
    electricity = {"commodity": "electricity", "consumption-price": of(2)}

    [wanted] = wanted_series({"commodities": [gas, electricity], "consumption-price": of(3)}, [])

    assert terms(wanted) == [(2, 1)]


@pytest.mark.parametrize(
    ("field", "value", "sign", "kind"),
    [
        ("inflexible-consumption", [of(4)], 1, DeviceKind.LOAD),
        ("inflexible-production", [of(4)], -1, DeviceKind.PV),
        ("inflexible-device-sensors", [4], 0, None),
    ],
)
def test_sign_of_inflexible_power_follows_its_field(
    field: str, value: object, sign: int, kind: DeviceKind | None
) -> None:
    [wanted] = wanted_series({field: value}, [])

    assert (wanted.role, wanted.kind, terms(wanted)) == (Role.POWER, kind, [(4, sign)])


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ({"consumption": of(1)}, [(1, 1)]),
        ({"production": of(2)}, [(2, -1)]),
        ({"consumption": of(1), "production": of(2), "sensor": 3}, [(1, 1), (2, -1)]),
        ({"sensor": 3}, [(3, 0)]),
        ({"inflexible_production": of(5)}, [(5, -1)]),
    ],
)
def test_power_of_a_device_is_its_output_sensors_else_its_sensor(
    model: dict[str, Any], expected: list[tuple[int, int]]
) -> None:
    [wanted] = wanted_series({}, [make_device(**model)])

    assert (wanted.role, terms(wanted)) == (Role.POWER, expected)


@pytest.mark.parametrize(
    ("asset_type", "kind"),
    [
        ("solar", DeviceKind.PV),
        ("battery", DeviceKind.BATTERY),
        ("two-way_evse", DeviceKind.EV),
        ("heat-storage", DeviceKind.HEAT),
        ("process", DeviceKind.PROCESS),
        ("something", DeviceKind.PROCESS),
    ],
)
def test_kind_follows_the_asset_type(asset_type: str, kind: DeviceKind) -> None:
    [wanted] = wanted_series({}, [make_device(asset_type, consumption=of(1))])

    assert wanted.kind is kind


def test_unknown_type_that_stores_counts_as_battery() -> None:
    power, stock = wanted_series({}, [make_device("something", consumption=of(1), state_of_charge=of(2))])

    assert (power.kind, stock.kind) == (DeviceKind.BATTERY, DeviceKind.BATTERY)


@pytest.mark.parametrize(
    ("soc_max", "capacity_kwh"),
    [("10 kWh", 10), ("0.01 MWh", 10), ("0.01", 10), (0.01, 10), (of(3), None), (None, None), ("5 kW", None)],
)
def test_capacity_of_a_stock_is_read_in_kwh(soc_max: object, capacity_kwh: float | None) -> None:
    [stock] = wanted_series({}, [make_device(state_of_charge=of(2), soc_max=soc_max)])

    assert stock.capacity_kwh == pytest.approx(capacity_kwh)


def test_filters_of_a_reference_are_kept() -> None:
    reference = of(4, sources=[1], source_types=["forecaster"], exclude_source_types=["user"], source_account=[2])

    [wanted] = wanted_series({"consumption-price": reference}, [])

    chosen = wanted.terms[0].filter
    assert (chosen.source_ids, chosen.source_types) == ({1}, {"forecaster"})
    assert (chosen.exclude_source_types, chosen.source_account_ids) == ({"user"}, {2})


@pytest.mark.parametrize("value", [None, True, "0.3 EUR/kWh", {"sensor": "x"}, [{"start": "now"}]])
def test_what_is_no_reference_is_skipped(value: object) -> None:
    assert wanted_series({"consumption-price": value}, []) == []
