"""Move from FlexMeasures: read its live database into an empty Wattloom, ids kept.

:func:`open_flexmeasures` opens it, :func:`plan_import` reads entities and
names all that cannot stay as it is, :func:`run_import` writes everything in
the caller's transaction and compares it with the original. An import that is
cut off leaves the target as empty as it was.
"""

from wattloom.transfer.flexmeasures.findings import Findings
from wattloom.transfer.flexmeasures.hashing import Hashing
from wattloom.transfer.flexmeasures.plan import ImportPlan, plan_import
from wattloom.transfer.flexmeasures.run import ImportReport, run_import
from wattloom.transfer.flexmeasures.source import FlexMeasures, open_flexmeasures

__all__ = [
    "Findings",
    "FlexMeasures",
    "Hashing",
    "ImportPlan",
    "ImportReport",
    "open_flexmeasures",
    "plan_import",
    "run_import",
]
