"""From flex-model and sensors to the optimisation problem: arrays on the scheduling grid, in MW, MWh and one currency.

:func:`read_inputs` reads everything in one query and returns
:class:`ScheduleInputs`; :func:`assemble` is its pure part.
"""

from wattloom.scheduling.inputs.assemble import PlannedStock, ScheduleInputs, Timing, assemble, references_of
from wattloom.scheduling.inputs.consumption import read_consumption_mw
from wattloom.scheduling.inputs.read import read_inputs
from wattloom.scheduling.inputs.resolver import Readings
from wattloom.scheduling.inputs.soc import SocEvents
from wattloom.scheduling.inputs.values import StageValues

__all__ = [
    "PlannedStock",
    "Readings",
    "ScheduleInputs",
    "SocEvents",
    "StageValues",
    "Timing",
    "assemble",
    "read_consumption_mw",
    "read_inputs",
    "references_of",
]
