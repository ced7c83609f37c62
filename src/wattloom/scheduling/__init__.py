"""Schedules: from a flex-model and a flex-context to stored plans.

:func:`trigger_schedule` gathers, arranges and enqueues, :func:`read_schedule` shows
what was recorded. The job between the two stands in ``run``: ``inputs`` reads
sensors into arrays, ``problem`` builds columns and rows, ``solver`` runs HiGHS,
``outputs`` and ``report`` turn the solution into series and a result. It loads
the solver and is imported by workers only, from there. Processes, and what packages add, are planned by schedulers of
their own (``schedulers``, ``process``). ``flexmodel``, ``problem``, ``solver`` and ``process`` are pure.
"""

from wattloom.scheduling.access import check_readable
from wattloom.scheduling.arguments import load_sensors
from wattloom.scheduling.arrange import QUEUE
from wattloom.scheduling.explained import read_explanation
from wattloom.scheduling.flexmodel import check_stored_context, check_stored_model, with_plain_ids
from wattloom.scheduling.read import Schedule, ScheduleView, SignConvention, read_schedule, records_on
from wattloom.scheduling.recorded import STORAGE_SOURCE, scheduler_info, scheduler_of, source_of
from wattloom.scheduling.request import OWN_SCHEDULERS, PlanningLimits, ScheduleRequest
from wattloom.scheduling.schedulers import Schedulers, installed_schedulers
from wattloom.scheduling.trigger import JOB_KIND, trigger_schedule
from wattloom.scheduling.what_if import JOB_KIND as WHAT_IF_KIND
from wattloom.scheduling.what_if import WhatIf, ask_what_if

__all__ = [
    "JOB_KIND",
    "OWN_SCHEDULERS",
    "QUEUE",
    "STORAGE_SOURCE",
    "WHAT_IF_KIND",
    "PlanningLimits",
    "Schedule",
    "ScheduleRequest",
    "ScheduleView",
    "Schedulers",
    "SignConvention",
    "WhatIf",
    "ask_what_if",
    "check_readable",
    "check_stored_context",
    "check_stored_model",
    "installed_schedulers",
    "load_sensors",
    "read_explanation",
    "read_schedule",
    "records_on",
    "scheduler_info",
    "scheduler_of",
    "source_of",
    "trigger_schedule",
    "with_plain_ids",
]
