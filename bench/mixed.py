"""Sites with many different devices: batteries, cars, solar plants and heat pumps.

Every device has sizes of its own, drawn with a fixed seed.
"""

from dataclasses import replace

import numpy as np

from tests.problems import (
    at,
    fill_sooner,
    height_and_area,
    make_commitment,
    make_device,
    make_network,
    make_stock,
    per_run,
    soc_minima,
)
from wattloom.scheduling.problem import Commitment, Device, Floats, NetFlow, Problem, Stock

STEP_H = 0.25


def make_mixed_site(n_devices: int, n_steps: int, *, has_soft_limits: bool = True, seed: int = 1) -> Problem:
    """Return a site in which every fourth device is a battery, a car, a solar plant, a heat pump.

    Prices are hourly and lower for production; stocks are preferred full. "Soft limits" adds breaches of the
    site's capacity in both directions, a peak price, and a soft state of charge for every car at departure.
    """
    random = np.random.default_rng(seed)
    hour = np.arange(n_steps) * STEP_H
    devices: list[Device] = []
    stocks: list[Stock] = []
    departures: list[Commitment] = []
    for d in range(n_devices):
        make = (_battery, _car, _solar_plant, _heat_pump)[d % 4]
        device, stock = make(random, hour, len(stocks))
        if make is _car and has_soft_limits:
            departures += soc_minima(len(stocks), _at_departure(hour, 0.8 * stock.ceiling_mwh), step_h=STEP_H)
        devices.append(device)
        stocks += [stock] if device.stock is not None else []
    noise = random.standard_normal(int(hour[-1]) + 1)
    prices = 60 + 30 * np.sin(np.floor(hour) / 24 * 2 * np.pi) + 10 * noise[hour.astype(int)]
    load = 0.001 * n_devices * (1.2 + np.sin(hour / 24 * 2 * np.pi))
    network = make_network(
        prices,
        devices=tuple(range(n_devices)),
        selling=prices - 20,
        fixed=load,
        import_max=0.03 * n_devices,
        export_max=0.03 * n_devices,
    )
    problem = Problem(n_steps, np.full(n_steps, STEP_H), tuple(devices), tuple(stocks), (network,))
    problem = fill_sooner(problem)
    if not has_soft_limits:
        return problem
    return replace(problem, commitments=(*problem.commitments, *_site_limits(n_devices, n_steps), *departures))


def _site_limits(n_devices: int, n_steps: int) -> list[Commitment]:
    capacity = np.full(n_steps, 0.003 * n_devices)
    return [
        *height_and_area("consumption breach", NetFlow(0), capacity, step_h=STEP_H, up=1e7),
        *height_and_area("production breach", NetFlow(0), -capacity, step_h=STEP_H, down=-1e7),
        per_run(make_commitment(n_steps, name="consumption peak", baseline=0.001 * n_devices, up=260.0)),
    ]


def _battery(random: np.random.Generator, hour: Floats, k: int) -> tuple[Device, Stock]:
    power, size = random.uniform(0.003, 0.008), random.uniform(0.005, 0.02)
    root = np.sqrt(random.uniform(0.85, 0.95))
    device = make_device(len(hour), power=power, charging=root, discharging=root, stock=k)
    return device, make_stock(len(hour), start=0.4 * size, lowest=0.05 * size, highest=size)


def _car(random: np.random.Generator, hour: Floats, k: int) -> tuple[Device, Stock]:
    power, size = random.uniform(0.004, 0.011), random.uniform(0.04, 0.08)
    is_home = (hour % 24 < 7.5) | (hour % 24 >= 17.5)
    device = make_device(len(hour), power=power * is_home, lowest=0.0, charging=0.92, stock=k)
    driven = np.where(is_home, 0.0, -0.01 / 10)
    return device, make_stock(len(hour), start=random.uniform(0.3, 0.6) * size, highest=size, inflow=driven)


def _solar_plant(random: np.random.Generator, hour: Floats, _: int) -> tuple[Device, Stock]:
    sun = np.maximum(0.0, np.sin((hour % 24 - 6) / 12 * np.pi)) * random.uniform(0.003, 0.01)
    return make_device(len(hour), power=0.0, lowest=-sun), make_stock(len(hour))


def _heat_pump(random: np.random.Generator, hour: Floats, k: int) -> tuple[Device, Stock]:
    demand = random.uniform(0.002, 0.004) * (1 + 0.4 * np.cos(hour / 24 * 2 * np.pi))
    device = make_device(len(hour), power=0.004, lowest=0.0, charging=random.uniform(2.5, 4.0), stock=k)
    return device, make_stock(len(hour), start=0.01, highest=0.02, inflow=-demand, retention=0.995)


def _at_departure(hour: Floats, wanted_mwh: float) -> Floats:
    steps = np.flatnonzero(hour % 24 == 7.5)
    return at(len(hour), dict.fromkeys(steps.tolist(), wanted_mwh))
