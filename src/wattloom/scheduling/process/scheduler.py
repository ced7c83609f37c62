"""The scheduler of processes: each on its own, by its price alone."""

from functools import partial
from typing import Final

import numpy as np

import wattloom
from wattloom.errors import FlexModelError
from wattloom.periods import format_duration
from wattloom.scheduling.flexmodel import ELECTRICITY, Problems, Scope, Variable, parse_site
from wattloom.scheduling.process.allocation import Flags, Floats, allocate
from wattloom.scheduling.process.model import ProcessModel, Sense, parse_process
from wattloom.scheduling.schedulers import PROCESS, PlannedSeries, SchedulerPlan, SchedulingTask, SensorValues
from wattloom.units import convert, is_convertible

_COST = "electricity net energy"


class ProcessScheduler:
    """Runs processes when energy is cheapest, as far as they may be moved and cut.

    Of the flex-context only the ``consumption-price`` of electricity counts.
    """

    name: Final = PROCESS
    version: Final = wattloom.__version__
    author: Final = "Wattloom"
    fallback: Final = None

    def check(self, task: SchedulingTask) -> None:
        """Refuse wrong fields, and processes that fit nowhere.

        Raises:
            FlexModelError: Every problem with its field.
        """
        processes, _, _ = _parse(task)
        problems = Problems()
        for index, process in enumerate(processes):
            problems.take(partial(_run, process, task, np.zeros(task.window.n_steps)), entry=index)
        problems.raise_if_any()

    def schedule(self, task: SchedulingTask, values: SensorValues) -> SchedulerPlan:
        """Plan each process.

        Raises:
            MissingDataError: The price is unknown in the whole window.
        """
        processes, price, currency = _parse(task)
        prices = values.prices(price, "consumption-price")
        series = []
        cost, is_priced = 0.0, False
        for process in processes:
            running = _run(process, task, prices if process.sense is Sense.MIN else -prices)
            series.append(PlannedSeries(process.sensor.id, np.where(running, process.power, 0.0), process.sensor.unit))
            power_mw = _power_mw(process)
            if power_mw is not None:
                cost += power_mw * task.window.step_h * float(prices[running].sum())
                is_priced = True
        return SchedulerPlan(tuple(series), {_COST: cost} if is_priced else {}, currency)


def _parse(task: SchedulingTask) -> tuple[list[ProcessModel], Variable, str]:
    """Return the processes, the price of energy per MWh, and its currency.

    Raises:
        FlexModelError: Every problem with its field.
    """
    problems = Problems()
    attributes = {asset.id: asset.attributes for asset in task.assets.values()}
    site = problems.take(partial(parse_site, task.flex_context, Scope(task.sensors, task.calendar)))
    network = None if site is None else site.network(ELECTRICITY)
    if site is not None and network is None:
        problems.add("Missing consumption price for commodity 'electricity'.", "consumption-price")
    found = [
        problems.take(partial(parse_process, entry, attributes, task.sensors, task.calendar), entry=index)
        for index, entry in enumerate(task.flex_model)
    ]
    problems.raise_if_any()
    assert site is not None
    assert network is not None
    return found, network.consumption_price, site.currency


def _run(process: ProcessModel, task: SchedulingTask, costs: Floats) -> Flags:
    """Return in which steps a process runs.

    Raises:
        FlexModelError: Its restrictions leave no room for it.
    """
    window = task.window
    n_running, is_allowed = process.n_running(window, task.calendar), process.is_allowed(window)
    if n_running == window.n_steps and not is_allowed.all():
        message = "Cannot handle time restrictions if the duration of the process exceeds that of the schedule window."
        raise FlexModelError(message, field="time-restrictions")
    running = allocate(process.process_type, n_running, is_allowed=is_allowed, costs=costs)
    if running is None:
        length = format_duration(process.length(window, task.calendar), with_days=False)
        message = f"Cannot allocate a block of time {length} given the time restrictions provided."
        raise FlexModelError(message, field="time-restrictions")
    return running


def _power_mw(process: ProcessModel) -> float | None:
    """Return the consumption while it runs [MW]; None when the sensor measures no power."""
    sensor = process.sensor
    event_h = sensor.event_resolution.hours or None
    if not is_convertible(sensor.unit, "MW", event_h=event_h):
        return None
    return float(convert(np.array([process.power]), sensor.unit, "MW", event_h=event_h)[0])
