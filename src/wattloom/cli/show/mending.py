"""What to do about a schedule that failed: the limits that contradict each other, and what mends each."""

from collections.abc import Iterator, Mapping
from typing import Any

from wattloom.jobs import JobFailure

_SOFT = "or let it be broken at a price:"
_BY_FIELD = {
    "soc-targets": f"ask for less energy or later, {_SOFT} soc-minima-breach-price and soc-maxima-breach-price",
    "soc-minima": f"ask for less energy or later, {_SOFT} soc-minima-breach-price",
    "soc-maxima": f"allow more energy or later, {_SOFT} soc-maxima-breach-price",
    "soc-min": "lower it, or correct the state of charge at the start: it is never broken",
    "soc-max": "raise it, or correct the state of charge at the start: it is never broken",
    "power-capacity": "raise it: it is never broken",
    "consumption-capacity": f"raise it, {_SOFT} consumption-breach-price",
    "production-capacity": f"raise it, {_SOFT} production-breach-price",
    "site-power-capacity": "raise it: it is never broken",
    "site-consumption-capacity": f"raise it, {_SOFT} site-consumption-breach-price",
    "site-production-capacity": f"raise it, {_SOFT} site-production-breach-price",
    "operation-modes": "widen the modes, shorten how long they have to last, or add one in which it rests",
    "ramp-up-limit": "raise ramp-up-limit and ramp-down-limit",
    "coupling": "correct the coupling-coefficient of its ports, or the capacities of the coupled devices",
    "commodity": "add a device that gives or takes what is lacking, or raise the capacities of those there are",
}
_BY_ERROR = {
    "MissingDataError": "Record what is missing, or set a fixed value in its place; see how old the data are with: "
    "wattloom show sensors",
    "FlexModelError": "Correct the field in the flex-model or flex-context, then trigger again.",
    "UnavailableError": "Trigger again; if no plan is found in time again, raise WATTLOOM_SOLVER_TIME_LIMIT_S or plan "
    "fewer steps.",
    "TimeLimitError": "Plan fewer steps or devices, or raise WATTLOOM_JOB_TIME_LIMIT_S.",
    "WorkerDiedError": "Trigger again; if workers die again, see the server's log and the memory of the machine.",
    "DependencyFailedError": "Mend the job that this one builds on, then trigger again.",
    "InfeasibleError": "Change one of these limits, then trigger again.",
}
_OUR_FAULT = "This is a fault of Wattloom: --json shows its traceback, which belongs into a report."


def clashes_of(failure: JobFailure) -> list[Mapping[str, Any]]:
    """Return the limits that contradict each other, each with its field, device, instant and text."""
    return list(failure.details.get("clashes", ()))


def mending_lines(failure: JobFailure) -> Iterator[tuple[str, str]]:
    """Yield for each contradicting field once what mends it."""
    for field in dict.fromkeys(str(clash["field"]) for clash in clashes_of(failure)):
        if field in _BY_FIELD:
            yield field, _BY_FIELD[field]


def advice(failure: JobFailure) -> str:
    """Return what to do about a failure as a whole."""
    if failure.traceback:
        return _OUR_FAULT
    return _BY_ERROR.get(failure.type, "Correct what the message names, then trigger again.")
