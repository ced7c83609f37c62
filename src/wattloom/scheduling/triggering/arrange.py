"""Arrange the planning of what was gathered: parse it, find the windows, and say what a worker needs to know."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from wattloom.accounts import User
from wattloom.errors import InputError
from wattloom.jobs import NewJob
from wattloom.periods import Duration
from wattloom.scheduling.arguments import ScheduleArguments, Stage
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
from wattloom.scheduling.schedulers import STORAGE, choose_schedulers
from wattloom.scheduling.sequential import context_after, power_sensor
from wattloom.scheduling.triggering.gather import Gathered
from wattloom.scheduling.triggering.request import PlanningLimits, ScheduleRequest
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
        configs: The devices and the site of each window that the StorageScheduler plans.
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
    """Find who plans what was gathered, and when: in one window all devices, or in one each those of a sequence.

    Raises:
        InputError: Times are wrong, there are too many steps, or no scheduler plans all devices together.
        FlexModelError: A field of the flex-model or flex-context is wrong.
    """
    context = gathered.flex_context
    stages: list[Stage] = []
    configs: list[FlexConfig] = []
    for scheduler, flex_model in _assigned(request, gathered, limits):
        with gathered.naming_devices(flex_model):
            if scheduler == STORAGE:
                config = parse_config(flex_model, context, gathered.sensors, gathered.calendar)
                stages.append(
                    Stage(scheduler, _window(request, gathered, flex_model, limits, config), flex_model, context)
                )
                configs.append(settle(config, stages[-1].window))
            else:
                stages.append(Stage(scheduler, _window(request, gathered, flex_model, limits), flex_model, context))
                task = stages[-1].task(gathered.sensors, gathered.assets, gathered.calendar)
                limits.schedulers.check(scheduler, task)
        if request.is_sequential:
            entry = flex_model[0]
            context = context_after(context, entry, power_sensor(entry, gathered.sensors))
    if sum(len(stage.flex_model) * stage.window.n_steps for stage in stages) > _MAX_DEVICE_STEPS:
        n_devices = len(gathered.flex_model)
        message = f"{n_devices} devices can be planned for at most {_MAX_DEVICE_STEPS // n_devices} steps."
        raise InputError(message, field="duration")
    arguments = ScheduleArguments(
        schedulers=tuple(stage.scheduler for stage in stages),
        windows=tuple(stage.window for stage in stages),
        requested_start=request.start,
        timezone=gathered.timezone,
        flex_model=gathered.flex_model,
        flex_context=gathered.flex_context,
    )
    return Arrangement(request, limits, arguments, tuple(configs), gathered.sensors)


def _assigned(
    request: ScheduleRequest, gathered: Gathered, limits: PlanningLimits
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return what is planned at once, and by which scheduler."""
    flex_model = gathered.flex_model
    if request.scheduler is not None:
        chosen = [limits.schedulers.resolve(request.scheduler, by="the request")] * len(flex_model)
    else:
        chosen = choose_schedulers(request.subject, flex_model, gathered.sensors, gathered.assets, limits.schedulers)
    if request.is_sequential:
        return [(scheduler, [entry]) for scheduler, entry in zip(chosen, flex_model, strict=True)]
    if len(set(chosen)) > 1:
        listed = ", ".join(dict.fromkeys(chosen))
        message = (
            f"These devices have different schedulers ({listed}), which do not plan together. Ask for their schedules "
            'apart, or for one after another with "sequential": true.'
        )
        raise InputError(message, field="flex-model")
    return [(chosen[0], flex_model)]


def _window(
    request: ScheduleRequest,
    gathered: Gathered,
    flex_model: list[dict[str, Any]],
    limits: PlanningLimits,
    config: FlexConfig | None = None,
) -> Window:
    """Return the window as asked for.

    By the config it is lengthened to the last target, with longer steps later if they are wanted.
    """
    powers = gathered.power_sensors(flex_model)
    # Whoever names one sensor means its values; those of an asset may be of any length.
    step = find_step(request.resolution, powers, fits_sensors=request.subject[0] == "sensor")
    later = None if config is None else config.site.later_resolution
    # Longer steps make longer windows possible: what counts is how many there are in the end.
    stretch = 1 if later is None else max(1, later.resolution // step)
    window = plan_window(
        request.start,
        request.duration or Duration(0, limits.default_duration),
        step,
        gathered.calendar,
        is_floored=is_floored(sensor.attributes for sensor in powers),
        max_steps=limits.max_steps * stretch,
    )
    if config is not None:
        window = extend_to_targets(window, config.listed_targets(), max_steps=limits.max_steps * stretch)
    return window if later is None else coarsened(window, later, gathered.calendar, max_steps=limits.max_steps)


def _digest(value: object) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
