"""Why a plan is as it is: a document made right after solving, and its words when somebody asks.

``explain.explain`` makes the document of a problem and its solution; it knows
the solver's results and is imported by workers only, from there. The rest
reads documents: :func:`periods_of` finds the periods in which a device does
the same for the same reason, :func:`sentence` says why. Pure: no database, no
clock, no HTTP.
"""

from wattloom.scheduling.explanation.codes import Bound, Reason
from wattloom.scheduling.explanation.document import packed, unpacked
from wattloom.scheduling.explanation.periods import LimitFact, Period, Timeline, periods_of
from wattloom.scheduling.explanation.words import broken_sentence, futures_sentence, runs_sentence, sentence

__all__ = [
    "Bound",
    "LimitFact",
    "Period",
    "Reason",
    "Timeline",
    "broken_sentence",
    "futures_sentence",
    "packed",
    "periods_of",
    "runs_sentence",
    "sentence",
    "unpacked",
]
