"""Explanations as answers: columns as they were kept, and the reasons in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from wattloom.api.v4.schedules.schemas import (
    AlternativeJson,
    ComparisonJson,
    DelegatedJson,
    DelegatedSeriesJson,
    DeviceJson,
    ExplainedPlanJson,
    ExplanationJson,
    FailedScheduleJson,
    PeriodJson,
)
from wattloom.jobs import Job
from wattloom.periods import zone
from wattloom.scheduling.explanation import (
    Period,
    Timeline,
    broken_sentence,
    futures_sentence,
    periods_of,
    runs_sentence,
    sentence,
)


def explanation_json(job: Job, document: Mapping[str, Any]) -> ExplanationJson:
    """Return an explained schedule.

    Args:
        job: The finished job.
        document: Its explanation as it was kept.
    """
    result = job.result or {}
    calendar = zone(document["timezone"])
    return {
        "belief_time": (job.belief_time or job.created).isoformat(),
        "timezone": document["timezone"],
        "currency": result["currency"],
        "costs": result["scheduler-info"]["commitment_costs"],
        "unresolved": result["unresolved"],
        "resolved": result["resolved"],
        "notices": result["notices"],
        "plans": [_plan(plan, Timeline(plan, calendar)) for plan in document["plans"]],
        "delegated": [_delegated(plan, calendar) for plan in document["delegated"]],
    }


def failure_json(job: Job) -> FailedScheduleJson:
    """Return why a job has no schedule."""
    error = job.error
    reason = "it was canceled" if error is None else f"{error.type}: {error.message.rstrip('.')}"
    return {
        "result": "Rejected",
        "status": "UNKNOWN_SCHEDULE",
        "message": f"There is no schedule: {reason}.",
        "clashes": [] if error is None else list(error.details.get("clashes", ())),
    }


def _plan(plan: Mapping[str, Any], timeline: Timeline) -> ExplainedPlanJson:
    futures = plan["futures"]
    told = {
        **plan,
        "futures": futures and {**futures, "text": futures_sentence(futures, plan["currency"])},
        "start": timeline.edges[0].isoformat(),
        "end": timeline.edges[-1].isoformat(),
        "comparison": _comparison(plan["comparison"], timeline),
        "devices": [_device(plan, index, timeline) for index in range(len(plan["devices"]))],
    }
    return cast("ExplainedPlanJson", told)


def _delegated(plan: Mapping[str, Any], calendar: ZoneInfo) -> DelegatedJson:
    return {
        "scheduler": plan["scheduler"],
        "currency": plan["currency"],
        "costs": plan["costs"],
        "series": [_delegated_series(plan, series, calendar) for series in plan["series"]],
    }


def _delegated_series(plan: Mapping[str, Any], series: Mapping[str, Any], calendar: ZoneInfo) -> DelegatedSeriesJson:
    first_day = datetime.fromisoformat(plan["start"]).astimezone(calendar).date()
    spans = [
        tuple(datetime.fromisoformat(run[name]).astimezone(calendar) for name in ("start", "end"))
        for run in series["runs"]
    ]
    return {
        "sensor": series["sensor"],
        "name": series["name"],
        "unit": series["unit"],
        "runs": [
            {"start": start.isoformat(), "end": end.isoformat(), "lowest": run["lowest"], "highest": run["highest"]}
            for run, (start, end) in zip(series["runs"], spans, strict=True)
        ],
        "text": runs_sentence(plan["scheduler"], [(start, end) for start, end in spans], first_day),
    }


def _comparison(compared: Mapping[str, Any], timeline: Timeline) -> ComparisonJson:
    previous = compared["previous"]
    return {
        "stored_kwh": compared["stored_kwh"],
        "breaches": compared["breaches"],
        "cost_without_breaches": compared["cost_without_breaches"],
        "idle": _alternative(compared["idle"], timeline),
        "previous": None if previous is None else _alternative(previous, timeline),
    }


def _alternative(other: Mapping[str, Any], timeline: Timeline) -> AlternativeJson:
    broken = other["broken"]
    reason = None if broken is None else broken_sentence(broken, timeline)
    told = {name: value for name, value in other.items() if name != "broken"} | {"reason": reason}
    return cast("AlternativeJson", told)


def _device(plan: Mapping[str, Any], index: int, timeline: Timeline) -> DeviceJson:
    device = plan["devices"][index]
    periods = [_period(period, plan["currency"]) for period in periods_of(plan, index, timeline)]
    return cast("DeviceJson", {**device, "income": device.get("income", device["cost"]), "periods": periods})


def _period(period: Period, currency: str) -> PeriodJson:
    return {
        "start": period.starts_at.isoformat(),
        "end": period.ends_at.isoformat(),
        "first_step": period.first,
        "last_step": period.last,
        "reason": str(period.reason),
        "text": sentence(period, currency),
        "power_kw": list(period.power_kw),
        "values": {name: list(values) for name, values in period.values.items()},
        "bound_at": None if period.bound_at is None else period.bound_at.isoformat(),
        "bound_kwh": period.bound_kwh,
        "used_at": None if period.used_at is None else period.used_at.isoformat(),
        "used_value": period.used_value,
        "limits": [
            {
                "of": limit.of,
                "name": limit.name,
                "code": limit.code,
                "level_kw": list(limit.level_kw),
                "price": limit.price,
            }
            for limit in period.limits
        ],
    }
