"""Published problems of several commodities and converters, from the words of the request to the schedule.

The numbers in the names are those of the problems.
"""

from typing import Any

import numpy as np
import pytest

from tests.flexing import (
    HOUR,
    LOAD,
    POWER,
    SECOND,
    THIRD,
    at,
    make_window,
    plan_devices,
    solve_inputs,
)
from tests.problems import kw

FLAT: dict[str, Any] = {"consumption-price": "100 EUR/MWh", "production-price": "100 EUR/MWh"}
HOURLY = make_window(24, step=HOUR)
FOUR_HOURS = make_window(4, step=HOUR)
BATTERY: dict[str, Any] = {
    "sensor": POWER,
    "soc-at-start": "20 kWh",
    "soc-min": "0 kWh",
    "soc-max": "100 kWh",
    "soc-targets": [{"datetime": at(23), "value": "80 kWh"}],
    "power-capacity": "20 kW",
    "charging-efficiency": "95%",
    "discharging-efficiency": "95%",
}


def test_problem_6_each_commodity_pays_for_its_own_devices() -> None:
    boiler = {
        "sensor": SECOND,
        "commodity": "gas",
        "power-capacity": "30 kW",
        "production-capacity": "0 kW",
        "soc-usage": ["1 kW"],
        "soc-at-start": 0,
        "soc-min": 0,
        "soc-max": 0,
    }
    gas = {"commodity": "gas", "consumption-price": "50 EUR/MWh", "production-price": "50 EUR/MWh"}

    solution = solve_inputs(plan_devices([BATTERY, boiler], [{"commodity": "electricity", **FLAT}, gas], window=HOURLY))

    assert kw(solution.consumption_mw[0]) == [20.0, 20.0, 20.0, 3.158] + [0.0] * 19 + [-20.0]
    assert kw(solution.consumption_mw[1]) == [1.0] * 24
    assert solution.costs["electricity net energy"] == pytest.approx(4.315789)
    assert solution.costs["gas net energy"] == pytest.approx(1.2)
    assert solution.costs["prefer a full storage 0 sooner"] == pytest.approx(1.26993e-6, rel=1e-5)
    assert solution.costs["prefer a full storage 1 sooner"] == pytest.approx(0.0, abs=1e-12)


def chp(*ports: tuple[str, float, str]) -> list[dict[str, Any]]:
    """Return the ports of a converter: commodity, coefficient and the direction that it has."""
    return [
        {
            "asset": 30 + n,
            "commodity": commodity,
            "coupling": "chp",
            "coupling-coefficient": coefficient,
            f"{way}-capacity": "100 kW",
        }
        for n, (commodity, coefficient, way) in enumerate(ports)
    ]


@pytest.mark.parametrize(
    ("ports", "expected_kw"),
    [
        ((("gas", 1.0, "consumption"), ("heat", 0.5, "production"), ("electricity", 0.3, "production")), [20, -10, -6]),
        (
            (
                ("gas", 0.5, "consumption"),
                ("oil", 0.5, "consumption"),
                ("heat", 0.5, "production"),
                ("electricity", 0.3, "production"),
            ),
            [10, 10, -10, -6],
        ),
    ],
)
def test_problem_28_a_converter_keeps_its_proportions(
    ports: tuple[tuple[str, float, str], ...], expected_kw: list[float]
) -> None:
    """Heat is an internal node: a load of 10 kW forces the converter."""
    fuels = [{"commodity": name, "consumption-price": "50 EUR/MWh"} for name in ("gas", "oil")]
    entries = [*chp(*ports), {"commodity": "heat", "inflexible-consumption": {"sensor": LOAD}}]

    solution = solve_inputs(
        plan_devices(entries, [{"commodity": "electricity", **FLAT}, *fuels], window=FOUR_HOURS, readings={LOAD: 0.01})
    )

    assert 1e3 * solution.consumption_mw[:, 0] == pytest.approx(expected_kw)


def test_problem_28_a_port_may_feed_a_stock_of_its_own() -> None:
    entries = [
        {
            "sensor": POWER,
            "commodity": "gas",
            "consumption-capacity": "100 kW",
            "coupling": "chp",
            "coupling-coefficient": 1,
        },
        {
            "sensor": SECOND,
            "commodity": "heat",
            "consumption-capacity": "5 kW",
            "coupling": "chp",
            "coupling-coefficient": 0.5,
            "soc-at-start": 0,
            "soc-min": 0,
            "soc-max": "20 kWh",
            "soc-targets": [{"datetime": at(4), "value": "20 kWh"}],
        },
        {"sensor": THIRD, "production-capacity": "100 kW", "coupling": "chp", "coupling-coefficient": 0.3},
    ]
    context = [
        {"commodity": "electricity", **FLAT},
        {"commodity": "gas", "consumption-price": "50 EUR/MWh"},
        {"commodity": "heat", "consumption-price": "0 EUR/MWh"},
    ]

    solution = solve_inputs(plan_devices(entries, context, window=FOUR_HOURS))

    for port, expected_kw in enumerate((10.0, 5.0, -3.0)):
        assert kw(solution.consumption_mw[port]) == [expected_kw] * 4


@pytest.mark.parametrize(
    ("gas_price", "power_price", "expected_kw"),
    [
        (20, 50, {"chp gas": 20, "chp steam": -10, "chp power": -6, "boiler": 5, "heater": 0}),
        (100, 10, {"chp gas": 0, "chp steam": 0, "chp power": 0, "boiler": 0, "heater": 15}),
        (50, 55, {"chp gas": 0, "chp steam": 0, "chp power": 0, "boiler": 10, "heater": 5}),
    ],
)
def test_problem_29_a_factory_takes_the_cheapest_steam(
    gas_price: float, power_price: float, expected_kw: dict[str, float]
) -> None:
    def port(coupling: str, commodity: str, limit: str, coefficient: float = 1.0) -> dict[str, Any]:
        way, kilowatts = limit.split()
        share = {"coupling": coupling, "coupling-coefficient": coefficient}
        return {"commodity": commodity, f"{way}-capacity": f"{kilowatts} kW", **share}

    ports = {
        "chp gas": port("chp", "gas", "consumption 20"),
        "chp steam": port("chp", "steam", "production 20", 0.5),
        "chp power": port("chp", "electricity", "production 20", 0.3),
        "boiler": port("boiler", "gas", "consumption 10"),
        "boiler heat": port("boiler", "heat", "production 10"),
        "heater": port("heater", "electricity", "consumption 100"),
        "heater heat": port("heater", "heat", "production 100"),
        "steamer heat": port("steamer", "heat", "consumption 100"),
        "steamer steam": port("steamer", "steam", "production 100"),
    }
    steam = {"commodity": "steam", "inflexible-consumption": {"sensor": LOAD}}
    entries = [{"asset": 30 + n, **entry} for n, entry in enumerate(ports.values())]
    context = [
        {"commodity": name, "consumption-price": f"{price} EUR/MWh", "production-price": f"{price} EUR/MWh"}
        for name, price in (("electricity", power_price), ("gas", gas_price))
    ]

    solution = solve_inputs(plan_devices([*entries, steam], context, window=FOUR_HOURS, readings={LOAD: 0.015}))

    found = {name: 1e3 * solution.consumption_mw[d, 0] for d, name in enumerate(ports) if name in expected_kw}
    assert found == pytest.approx(expected_kw, abs=1e-6)


def test_problem_41_a_base_load_leaves_less_gas_for_the_boiler() -> None:
    """Usage 1 kW, gas limited to 10 kW of which 8 kW are taken: the boiler stays below 2 kW, and its sum is reported."""
    boiler = {
        "sensor": POWER,
        "commodity": "gas",
        "power-capacity": "30 kW",
        "production-capacity": "0 kW",
        "soc-at-start": 0,
        "soc-min": 0,
        "soc-max": "100 kWh",
        "soc-minima": [{"datetime": at(24), "value": "100 kWh"}],
        "soc-usage": ["1 kW"],
    }
    gas = {
        "commodity": "gas",
        "consumption-price": "50 EUR/MWh",
        "production-price": "50 EUR/MWh",
        "site-consumption-capacity": "10 kW",
        "inflexible-consumption": [{"sensor": LOAD}],
    }

    inputs = plan_devices([boiler], {**FLAT, "commodities": [gas]}, window=HOURLY, readings={LOAD: np.full(24, 0.008)})
    solution = solve_inputs(inputs)

    assert [network.commodity for network in inputs.config.networks] == ["electricity", "gas"]
    assert kw(solution.consumption_mw[0]) == [2.0] * 24
    assert kw(solution.net_consumption_mw[1]) == [10.0] * 24


GIVEN = {
    "cons. price": {"consumption-price": "30 EUR/MWh"},
    "prod. price": {"production-price": "20 EUR/MWh"},
    "cons. capacity": {"site-consumption-capacity": "1 MW"},
    "prod. capacity": {"site-production-capacity": "2 MW"},
    "power capacity": {"site-power-capacity": "3 MW"},
}
UNLIMITED = np.inf
NONE = 0.0


@pytest.mark.parametrize("commodity", ["electricity", "gas"])
@pytest.mark.parametrize(
    ("given", "prices", "capacities"),
    [
        (("cons. price",), (30, 30), (UNLIMITED, NONE)),
        (("prod. price",), (0, 20), (NONE, UNLIMITED)),
        (("cons. capacity",), (0, 0), (1, NONE)),
        (("prod. capacity",), (0, 0), (NONE, 2)),
        (("power capacity",), (0, 0), (3, 3)),
        (("cons. price", "prod. price"), (30, 20), (UNLIMITED, UNLIMITED)),
        (("cons. price", "prod. capacity"), (30, 0), (UNLIMITED, 2)),
        (("prod. price", "cons. capacity"), (0, 20), (1, UNLIMITED)),
        (("cons. price", "cons. capacity"), (30, 30), (1, NONE)),
        (("cons. price", "power capacity"), (30, 30), (3, NONE)),
        (("cons. capacity", "prod. capacity"), (0, 0), (1, 2)),
        (("cons. price", "prod. price", "power capacity"), (30, 20), (3, 3)),
    ],
)
def test_problem_39_what_is_given_of_a_commodity_says_what_is_meant(
    commodity: str, given: tuple[str, ...], prices: tuple[float, float], capacities: tuple[float, float]
) -> None:
    """A direction with neither price nor capacity has none, even where breaking limits of sites costs nothing."""
    context = {"commodity": commodity} | {key: value for name in given for key, value in GIVEN[name].items()}
    top = {"consumption-price": "100 EUR/MWh"} if commodity == "gas" else {}
    device = {"sensor": POWER, "commodity": commodity, "power-capacity": "1 kW"}

    inputs = plan_devices([device], {**top, "relax-constraints": False, "commodities": [context]})

    network = inputs.problem.networks[-1]
    found = (network.consumption_price_per_mwh[0], network.production_price_per_mwh[0])
    assert found == pytest.approx(prices)
    assert (network.import_max_mw[0], network.export_max_mw[0]) == pytest.approx(capacities)
    assert not network.is_node


def test_problem_39_defaulted_zeros_are_soft_while_sites_are_relaxed() -> None:
    gas = {"commodity": "gas", "consumption-price": "30 EUR/MWh"}
    device = {"sensor": POWER, "commodity": "gas", "power-capacity": "1 kW"}

    inputs = plan_devices([device], {**FLAT, "commodities": [gas]})

    breach = {c.name: c for c in inputs.problem.commitments if c.name.startswith("gas")}
    assert set(breach) == {"gas any production breach", "gas all production breaches"}
    assert breach["gas any production breach"].down_price[0] == pytest.approx(-1e7)
    assert np.isinf(inputs.problem.networks[1].export_max_mw).all()


def test_problem_39_stated_capacities_are_hard_unless_priced_in_their_context() -> None:
    gas = {"commodity": "gas", "consumption-price": "30 EUR/MWh", "site-consumption-capacity": "1 MW"}
    device = {"sensor": POWER, "commodity": "gas", "power-capacity": "1 kW"}
    priced = gas | {"site-consumption-breach-price": "5 EUR/kW"}

    hard = plan_devices([device], {**FLAT, "commodities": [gas]})
    soft = plan_devices([device], {**FLAT, "commodities": [priced]})

    assert hard.problem.networks[1].import_max_mw[0] == 1
    assert np.isinf(soft.problem.networks[1].import_max_mw[0])
    [height] = [c for c in soft.problem.commitments if c.name == "gas any consumption breach"]
    assert height.up_price[0] == pytest.approx(5000)


@pytest.mark.parametrize("listed", [[], [{"commodity": "gas"}]])
def test_problem_39_a_commodity_without_anything_is_an_internal_node(listed: list[dict[str, Any]]) -> None:
    boiler = {"sensor": POWER, "commodity": "gas", "consumption-capacity": "1 kW"}

    inputs = plan_devices([boiler], {**FLAT, "commodities": listed})

    assert [(network.commodity, network.is_node) for network in inputs.problem.networks] == [
        ("electricity", False),
        ("gas", True),
    ]


def test_problem_39_electricity_without_anything_is_not_connected() -> None:
    solution = solve_inputs(
        plan_devices(
            [{"sensor": POWER, "power-capacity": "1 kW"}], [{"commodity": "electricity"}], window=make_window(1)
        )
    )

    assert solution.net_consumption_mw[0] == pytest.approx(np.zeros(4))


def test_a_listed_commodity_that_nothing_uses_is_left_out() -> None:
    inputs = plan_devices(
        [{"sensor": POWER, "power-capacity": "1 kW"}],
        {**FLAT, "commodities": [{"commodity": "gas", "consumption-price": "30 EUR/MWh"}]},
    )

    assert [network.commodity for network in inputs.problem.networks] == ["electricity"]
