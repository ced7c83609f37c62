"""Arrange the planning of what was gathered: parse it, find the windows, and say what a worker needs to know."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from wattloom.accounts import User
from wattloom.errors import InputError
from wattloom.jobs import NewJob
from wattloom.periods import Duration
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.flexmodel import (
    FlexConfig,
    Window,
    coarsened,
    extend_to_targets,
    find_step,
    is_floored,
    parse_config,
    plan_window,
    settle,
)
from wattloom.scheduling.gather import Gathered
from wattloom.scheduling.request import PlanningLimits, ScheduleRequest
from wattloom.scheduling.sequential import context_after, power_sensor
from wattloom.timeseries import Sensor

QUEUE = "scheduling"
_MAX_DEVICE_STEPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A request that passed all checks which need no sensor data.

    Attributes:
        request: What was asked for.
        limits: Settings of the server.
        arguments: What a worker needs to know.
        configs: The devices and the site of each window of the arguments.
        sensors: The sensors that are named, by id.
    """

    request: ScheduleRequest
    limits: PlanningLimits
    arguments: ScheduleArguments
    configs: tuple[FlexConfig, ...]
    sensors: dict[int, Sensor]

    def as_job(self, kind: str, *, by: User | None, now: datetime) -> NewJob:
        """Return the job of a kind that plans this.

        Args:
            kind: What the worker is to do with the plan.
            by: Who asks; None for the command line.
            now: The present; belief time of the plan unless ``prior`` is given.
        """
        args = self.arguments.to_json()
        return NewJob(
            queue=QUEUE,
            kind=kind,
            args=args,
            belief_time=self.request.prior or now,
            entity=self.request.subject,
            dedupe_key=_digest([kind, *self.request.subject, args, self.request.prior]),
            created_by=None if by is None else by.id,
            time_limit_s=self.limits.job_time_limit_s * len(self.arguments.windows),
        )

    def dedupe_since(self, now: datetime) -> datetime | None:
        """Return since when an equal job counts as this one; None when none does."""
        return None if self.request.forces_new_job else now - self.limits.cache_duration


def arrange(request: ScheduleRequest, gathered: Gathered, limits: PlanningLimits) -> Arrangement:
    """Parse what was gathered and find its windows: one for all devices, or one for each of a sequence.

    Raises:
        InputError: Times are wrong, or there are too many steps.
        FlexModelError: A field of the flex-model or flex-context is wrong.
    """
    context = gathered.flex_context
    windows: list[Window] = []
    configs: list[FlexConfig] = []
    for flex_model in [[entry] for entry in gathered.flex_model] if request.is_sequential else [gathered.flex_model]:
        with gathered.naming_devices(flex_model):
            config = parse_config(flex_model, context, gathered.sensors, gathered.calendar)
            windows.append(_window(request, config, gathered.power_sensors(flex_model), gathered.calendar, limits))
            configs.append(settle(config, windows[-1]))
        if request.is_sequential:
            entry = flex_model[0]
            context = context_after(context, entry, power_sensor(entry, gathered.sensors))
    n_device_steps = sum(len(each.devices) * window.n_steps for each, window in zip(configs, windows, strict=True))
    if n_device_steps > _MAX_DEVICE_STEPS:
        n_devices = len(gathered.flex_model)
        message = f"{n_devices} devices can be planned for at most {_MAX_DEVICE_STEPS // n_devices} steps."
        raise InputError(message, field="duration")
    arguments = ScheduleArguments(
        tuple(windows), request.start, gathered.timezone, gathered.flex_model, gathered.flex_context
    )
    return Arrangement(request, limits, arguments, tuple(configs), gathered.sensors)


def _window(
    request: ScheduleRequest, config: FlexConfig, powers: list[Sensor], calendar: ZoneInfo, limits: PlanningLimits
) -> Window:
    """Return the window as asked for, lengthened to the last target, with longer steps later if they are wanted."""
    step, later = find_step(request.resolution, powers), config.site.later_resolution
    # Longer steps make longer windows possible: what counts is how many there are in the end.
    stretch = 1 if later is None else max(1, later.resolution // step)
    window = plan_window(
        request.start,
        request.duration or Duration(0, limits.default_duration),
        step,
        calendar,
        is_floored=is_floored(sensor.attributes for sensor in powers),
        max_steps=limits.max_steps * stretch,
    )
    window = extend_to_targets(window, config.listed_targets(), max_steps=limits.max_steps * stretch)
    return window if later is None else coarsened(window, later, calendar, max_steps=limits.max_steps)


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
