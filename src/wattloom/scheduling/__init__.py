"""Schedules: from a flex-model and a flex-context to stored plans.

``triggering`` leads from a request to a job, ``planning`` from a job to a plan,
``run`` records it, :func:`read_schedule` and :func:`read_explanation` show it.
Below stand the words of flex-models (``flexmodel``), what sensors say
(``inputs``), the optimisation (``problem``, ``solver``), why a plan is as it is
(``explanation``), and schedulers of other kinds (``process``, ``schedulers``).
``planning``, ``run`` and ``solver`` are imported by workers only.
"""

from wattloom.scheduling.arguments import ScheduleArguments, load_sensors
from wattloom.scheduling.explained import read_explanation
from wattloom.scheduling.flexmodel import (
    FIELD_TABLES,
    Dimension,
    Field,
    Kind,
    check_stored_context,
    check_stored_model,
    with_plain_ids,
)
from wattloom.scheduling.own_schedulers import OWN_SCHEDULERS
from wattloom.scheduling.read import Schedule, ScheduleView, SignConvention, read_schedule, records_on
from wattloom.scheduling.recorded import STORAGE_SOURCE, scheduler_info, scheduler_of, source_of
from wattloom.scheduling.schedulers import Schedulers, installed_schedulers
from wattloom.scheduling.triggering import (
    JOB_KIND,
    QUEUE,
    WHAT_IF_KIND,
    PlanningLimits,
    ScheduleRequest,
    WhatIf,
    ask_what_if,
    check_nameable,
    check_readable,
    rehearse_schedule,
    trigger_schedule,
)

__all__ = [
    "FIELD_TABLES",
    "JOB_KIND",
    "OWN_SCHEDULERS",
    "QUEUE",
    "STORAGE_SOURCE",
    "WHAT_IF_KIND",
    "Dimension",
    "Field",
    "Kind",
    "PlanningLimits",
    "Schedule",
    "ScheduleArguments",
    "ScheduleRequest",
    "ScheduleView",
    "Schedulers",
    "SignConvention",
    "WhatIf",
    "ask_what_if",
    "check_nameable",
    "check_readable",
    "check_stored_context",
    "check_stored_model",
    "installed_schedulers",
    "load_sensors",
    "read_explanation",
    "read_schedule",
    "records_on",
    "rehearse_schedule",
    "scheduler_info",
    "scheduler_of",
    "source_of",
    "trigger_schedule",
    "with_plain_ids",
]
