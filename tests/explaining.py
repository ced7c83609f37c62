"""Explanations of small problems, as they are read back."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from tests.problems import solve
from wattloom.scheduling.explanation import Period, Timeline, packed, periods_of, sentence, unpacked
from wattloom.scheduling.explanation.explain import Planned, Subject, explain
from wattloom.scheduling.problem import Floats, Problem

START = "2026-06-01T00:00:00+00:00"


def explained(problem: Problem, *, previous_mw: Floats | None = None, knows_values: bool = True) -> dict[str, Any]:
    """Solve a problem and return why its solution is as it is; devices are called after their places."""
    solution = solve(problem)
    if not knows_values:
        solution = replace(solution, duals=None)
    devices = [Planned(f"device {d}", d, None) for d in range(len(problem.devices))]
    return unpacked(packed(explain(problem, solution, Subject(START, "EUR", devices, previous_mw))))


def periods(document: dict[str, Any], device: int = 0) -> list[Period]:
    return periods_of(document, device, Timeline(document, ZoneInfo("UTC")))


def reasons(document: dict[str, Any], device: int = 0) -> Sequence[str]:
    """Return the reasons of a device, each once per run of steps."""
    found = document["devices"][device]["reason"]
    return [reason for step, reason in enumerate(found) if step == 0 or found[step - 1] != reason]


def texts(document: dict[str, Any], device: int = 0) -> list[str]:
    return [sentence(period, document["currency"]) for period in periods(document, device)]


def limits(document: dict[str, Any]) -> dict[tuple[str, int, str], list[int]]:
    """Return the steps in which each limit is reached."""
    return {(limit["of"], limit["index"], limit["code"]): limit["steps"] for limit in document["limits"]}
