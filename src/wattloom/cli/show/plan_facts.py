"""Why a plan is as it is, as rows of tables: costs, what it saves, devices, and limits that bind."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.cli.show.figures import amount, bad, digits, money
from wattloom.periods import zone
from wattloom.scheduling.explanation import Period, Timeline, broken_sentence, periods_of, runs_sentence, sentence

Document = Mapping[str, Any]
Row = dict[str, Any]
_SPANS_SHOWN = 2
_CENT = 0.005
# Less is what ties between equal plans are broken with.
_TRIFLE = 1e-4


def cost_rows(costs: Mapping[str, float], currency: str) -> list[Row]:
    """Return the costs that are not zero, and their sum."""
    named = {name: cost for name, cost in costs.items() if abs(cost) >= _CENT}
    if len(named) != 1:
        named["together"] = sum(costs.values())
    return [{"what": name, "cost": money(cost, currency, is_gain=False)} for name, cost in named.items()]


def future_rows(result: Document) -> list[Row]:
    """Return what the plan costs in each of several futures, and on average; nothing where one was planned for."""
    currency = result["currency"]
    rows = [
        {
            "future": f"at quantile {digits(each['quantile'])}",
            "probability": amount(each["probability"] * 100, "%"),
            "cost": money(each["cost"], currency),
        }
        for each in result.get("scenarios", ())
    ]
    if rows:
        rows.append(
            {
                "future": "on average",
                "probability": None,
                "cost": money(result["expected-cost"], currency, is_gain=False),
            }
        )
    return rows


def solver_line(plan: Document) -> str:
    """Return how sure it is that nothing cheaper exists."""
    solver, currency = plan["solver"], plan["currency"]
    found = f"{solver['status']}, {_cents(solver['objective'])} {currency}"
    if solver["status"] == "optimal":
        return f"{found}: no plan is cheaper"
    if solver["gap"] is None or solver["bound"] is None:
        return f"{found}: time ran out before it was known how much cheaper a plan can be"
    least = f"{_cents(solver['bound'])} {currency}"
    return f"{found}: the best plan may be {digits(solver['gap'] * 100)} % cheaper, and costs {least} or more"


def comparison_rows(plan: Document) -> list[Row]:
    """Return the plan beside doing nothing and the plan before."""
    compared, currency = plan["comparison"], plan["currency"]
    others = {"doing nothing": compared["idle"], "the plan before": compared["previous"]}
    own = {**compared, "cost": plan["solver"]["objective"], "saving": None}
    shown = {"this plan": own, **{name: other for name, other in others.items() if other is not None}}
    has_breaches = any(each["breaches"] for each in shown.values())
    return [
        {
            "compared": name,
            "cost": money(other["cost"], currency),
            **({"of it for broken limits": money(other["breaches"], currency)} if has_breaches else {}),
            "the plan saves": money(other["saving"], currency, is_gain=True),
            "left in storages": amount(other["stored_kwh"], "kWh"),
        }
        for name, other in shown.items()
    ]


def comparison_notes(plan: Document, timeline: Timeline) -> Iterator[str]:
    """Yield why other conduct is impossible where it is."""
    for name, key in (("Doing nothing is", "idle"), ("The plan before is", "previous")):
        other = plan["comparison"][key]
        if other is not None and other["broken"] is not None:
            yield f"{name} impossible. {broken_sentence(other['broken'], timeline)}"


def device_rows(plan: Document) -> list[Row]:
    """Return what each device takes and gives, and what its storage holds first and last."""
    step_h = np.asarray(plan["step_s"]) / 3600
    return [
        {
            "device": device["name"] if device["sensor"] is None else f"{device['name']} (sensor {device['sensor']})",
            "takes": amount(float(np.maximum(power_kw, 0) @ step_h), "kWh"),
            "gives": amount(float(np.maximum(-power_kw, 0) @ step_h), "kWh"),
            "up to": amount(float(np.abs(power_kw).max()), "kW"),
            "holds": _holding(plan, device["stock"]),
        }
        for device, power_kw in ((each, np.asarray(each["power_kw"])) for each in plan["devices"])
    ]


def limit_rows(plan: Document, timeline: Timeline) -> list[Row]:
    """Return the limits that cost something, the dearest first; those whose worth nobody knows come last."""
    dearest = sorted(
        (
            (max((price for price in limit["price"] if price is not None), default=None), limit)
            for limit in plan["limits"]
        ),
        key=lambda each: -(each[0] or 0.0),
    )
    rows = [
        {
            "limit": f"{limit['code'].replace('-', ' ')} of {_limited(plan, limit)}",
            "when": _spans(limit["steps"], timeline),
            "level": _level(limit),
            "one more saves": amount(price, f"{plan['currency']}/{'kWh' if limit['of'] == 'stock' else 'kW and h'}"),
        }
        for price, limit in dearest
        if price is None or price >= _TRIFLE
    ]
    # Of a target both sides have the same name.
    return list({tuple(map(str, row.values())): row for row in rows}.values())


def reason_rows(plan: Document, index: int, timeline: Timeline) -> list[Row]:
    """Return what a device does, period by period, and why."""
    day = timeline.edges[0].date()
    rows = []
    for period in periods_of(plan, index, timeline):
        rows.append({"from": _clock(period.starts_at, day), "why": sentence(period, plan["currency"])})
        day = period.starts_at.date()
    return rows


def missed_rows(unresolved: Sequence[Document], names: Mapping[int, str], calendar: ZoneInfo) -> list[Row]:
    """Return the targets that are missed: how often, when first, and by how much at most."""
    return [
        {
            "target": f"{field} of {names.get(each['asset'], each['asset'])}",
            "times": len(missed),
            "first": f"{_at(missed[0]['datetime'], calendar):%Y-%m-%d %H:%M}",
            "at most by": bad(max((entry["violation"] for entry in missed), key=lambda text: float(text.split()[0]))),
        }
        for each in unresolved
        for field, missed in each.items()
        if field != "asset"
    ]


def delegated_rows(plan: Document, calendar: ZoneInfo) -> list[Row]:
    """Return when something runs that another scheduler has planned."""
    rows = []
    for series in plan["series"]:
        first_day = _at(plan["start"], calendar).date()
        spans = [(_at(run["start"], calendar), _at(run["end"], calendar)) for run in series["runs"]]
        of = f"{series['name']} (sensor {series['sensor']})"
        rows.append({"of": of, "runs": runs_sentence(plan["scheduler"], spans, first_day)})
    return rows


def explained_json(document: Document, *, why: bool) -> Row:
    """Return an explanation for programs, with the reasons in words if ``why``."""
    calendar = zone(document["timezone"])
    return {
        "plans": [_with_reasons(plan, Timeline(plan, calendar)) if why else plan for plan in document["plans"]],
        "delegated": document["delegated"],
    }


def _with_reasons(plan: Document, timeline: Timeline) -> Row:
    devices = [
        {**device, "periods": [_period_json(period, plan["currency"]) for period in periods_of(plan, index, timeline)]}
        for index, device in enumerate(plan["devices"])
    ]
    return {**plan, "devices": devices}


def _period_json(period: Period, currency: str) -> Row:
    return {
        "start": period.starts_at,
        "end": period.ends_at,
        "reason": str(period.reason),
        "text": sentence(period, currency),
        "power_kw": list(period.power_kw),
    }


def _at(text: str, calendar: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).astimezone(calendar)


def _holding(plan: Document, stock: int | None) -> str | None:
    if stock is None:
        return None
    energy_kwh = plan["stocks"][stock]["energy_kwh"]
    return f"{digits(energy_kwh[0])} → {digits(energy_kwh[-1])} kWh"


def _limited(plan: Document, limit: Document) -> str:
    parts = {"network": "networks", "group": "groups", "device": "devices", "stock": "stocks"}
    part = plan[parts[limit["of"]]][limit["index"]]
    return str(part.get("name") or f"the {part['commodity']} connection")


def _level(limit: Document) -> str:
    unit = "kWh" if limit["of"] == "stock" else "kW"
    known = [level for level in limit["level"] if level is not None]
    if not known:
        return "unknown"
    low, high = digits(min(known)), digits(max(known))
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _spans(steps: Sequence[int], timeline: Timeline) -> str:
    """Return when a limit is reached: the first spans of steps in a row, and how many more there are."""
    breaks = [k for k, (one, other) in enumerate(pairwise(steps), start=1) if other != one + 1]
    spans = [(steps[first], steps[end - 1]) for first, end in pairwise([0, *breaks, len(steps)])]
    day = timeline.edges[0].date()
    shown = [
        f"{_clock(timeline.edges[first], day)}–{timeline.edges[last + 1]:%H:%M}" for first, last in spans[:_SPANS_SHOWN]
    ]
    more = len(spans) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _clock(at: datetime, day: date) -> str:
    return f"{at:%H:%M}" if at.date() == day else f"{at:%a %H:%M}"


def _cents(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")
