"""From what somebody asks for to a job: gathered, checked as far as that needs no sensor data, and handed over.

:func:`gather` puts a :class:`ScheduleRequest` over what assets store and judges
every sensor that is named; :func:`arrange` parses it and finds its windows;
:func:`trigger_schedule` enqueues the job, :func:`ask_what_if` one that leaves
nothing behind. Loads no solver.
"""

from wattloom.scheduling.triggering.access import check_nameable, check_readable
from wattloom.scheduling.triggering.arrange import QUEUE, arrange
from wattloom.scheduling.triggering.gather import gather
from wattloom.scheduling.triggering.output_signs import check_outputs
from wattloom.scheduling.triggering.request import PlanningLimits, ScheduleRequest
from wattloom.scheduling.triggering.trigger import JOB_KIND, trigger_schedule
from wattloom.scheduling.triggering.what_if import JOB_KIND as WHAT_IF_KIND
from wattloom.scheduling.triggering.what_if import TIME_LIMIT, WhatIf, ask_what_if, rehearse_schedule

__all__ = [
    "JOB_KIND",
    "QUEUE",
    "TIME_LIMIT",
    "WHAT_IF_KIND",
    "PlanningLimits",
    "ScheduleRequest",
    "WhatIf",
    "arrange",
    "ask_what_if",
    "check_nameable",
    "check_outputs",
    "check_readable",
    "gather",
    "rehearse_schedule",
    "trigger_schedule",
]
