"""Reasons in words, in the present language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wattloom.language import format_number
from wattloom.language import gettext as _
from wattloom.scheduling.explanation.codes import Reason
from wattloom.scheduling.explanation.periods import Period, Timeline
from wattloom.scheduling.explanation.phrases import (
    Phrases,
    clock_and_weekday,
    clock_on,
    joined,
    limit_name,
    number,
    number_range,
)

_AT_ENDS = {"minimum", "maximum"}


def sentence(period: Period, currency: str) -> str:
    """Return why a device does in a period what it does, in a sentence or two.

    Args:
        period: What it does, and the facts behind it.
        currency: Of all money.
    """
    phrase = Phrases(period, currency)
    return f"{_SENTENCES[period.reason](phrase)}.{phrase.limits()}"


def broken_sentence(broken: Mapping[str, Any], timeline: Timeline) -> str:
    """Return why some other conduct is impossible: which limit it breaks first, and when.

    Args:
        broken: ``name``, ``limit`` and ``step``, as an explanation tells them.
        timeline: When its steps are. Storages break a limit at the end of a step, all else from its start.
    """
    at = timeline.edges[broken["step"] + (broken["limit"] in _AT_ENDS)]
    return _(
        "It would break the %(limit)s of %(name)s at %(when)s.",
        limit=limit_name(broken["limit"]),
        name=broken["name"],
        when=clock_and_weekday(at),
    )


def futures_sentence(futures: Mapping[str, Any], currency: str) -> str:
    """Return which of several futures is explained, and what is expected of all."""
    expected, risk = (
        f"{format_number(futures[name], 2, grouped=False)} {currency}" for name in ("expected_cost", "risk")
    )
    return _(
        "Planned for %(n)s futures; this explains the median one. "
        "Expected cost %(expected)s; in the worst futures %(risk)s.",
        n=futures["number"],
        expected=expected,
        risk=risk,
    )


def runs_sentence(scheduler: str, runs: Sequence[tuple[datetime, datetime]], first_day: date) -> str:
    """Return when something runs that another scheduler has planned; it knows why.

    Args:
        scheduler: Who has planned it.
        runs: Start and end of each, in the time zone of the plan.
        first_day: Of the plan; days that are another one are named.
    """
    if not runs:
        return _("Rests: %(scheduler)s has found no time for it.", scheduler=scheduler)
    spans = [
        _("from %(start)s to %(end)s", start=clock_on(start, first_day), end=clock_on(end, start.date()))
        for start, end in runs
    ]
    when = joined(spans, _("%(before)s, and %(after)s"))
    return _("Runs %(when)s, where %(scheduler)s places it.", when=when, scheduler=scheduler)


def _charge(phrase: Phrases) -> str:
    return phrase.charges


def _charge_paid(phrase: Phrases) -> str:
    price = phrase.price("cost", sign=-1)
    return _("%(charges)s: consuming is paid %(price)s", charges=phrase.charges, price=price)


def _charge_for_use(phrase: Phrases) -> str:
    facts = {
        "charges": phrase.charges,
        "cost": phrase.price("cost"),
        "worth": phrase.bare("stored_value"),
        "when": phrase.use_time,
    }
    if phrase.is_less("cost", "stored_value"):
        return _("%(charges)s: energy costs %(cost)s now, and is worth %(worth)s when it is used %(when)s", **facts)
    return _("%(charges)s: energy costs %(cost)s now, just what it is worth when it is used %(when)s", **facts)


def _charge_before_full(phrase: Phrases) -> str:
    used_value = phrase.period.used_value
    start = _(
        "%(charges)s: energy costs %(cost)s, among the least before it is full %(when)s",
        charges=phrase.charges,
        cost=phrase.price("cost"),
        when=phrase.bound_time,
    )
    if phrase.period.used_at is None or used_value is None:
        return start
    facts = {"charges_when_cheap": start, "when": phrase.use_time, "worth": number(used_value)}
    if used_value > phrase.period.values["cost"][0]:
        return _("%(charges_when_cheap)s; it is used %(when)s, when energy is worth %(worth)s", **facts)
    return _("%(charges_when_cheap)s; it is used %(when)s", **facts)


def _charge_for_end(phrase: Phrases) -> str:
    facts = {"charges": phrase.charges, "cost": phrase.price("cost"), "worth": phrase.bare("stored_value")}
    if phrase.is_less("cost", "stored_value"):
        return _("%(charges)s: energy costs %(cost)s, and is worth %(worth)s at the end of the plan", **facts)
    return _("%(charges)s: energy costs %(cost)s, just what it is worth at the end of the plan", **facts)


def _charge_for_target(phrase: Phrases) -> str:
    return _(
        "%(charges)s to hold %(level)s %(when)s; energy costs %(cost)s now",
        charges=phrase.charges,
        level=phrase.bound_level,
        when=phrase.bound_time,
        cost=phrase.price("cost"),
    )


def _discharge(phrase: Phrases) -> str:
    return phrase.discharges


def _discharge_worth(phrase: Phrases) -> str:
    facts = {
        "discharges": phrase.discharges,
        "income": phrase.price("income"),
        "kept": phrase.bare("kept_value"),
    }
    if phrase.is_less("kept_value", "income"):
        return _("%(discharges)s: energy is worth %(income)s now, and %(kept)s if it is kept", **facts)
    return _("%(discharges)s: energy is worth %(income)s now, as much as if it were kept", **facts)


def _discharge_for_room(phrase: Phrases) -> str:
    return _(
        "%(discharges)s to hold no more than %(level)s %(when)s",
        discharges=phrase.discharges,
        level=phrase.bound_level,
        when=phrase.bound_time,
    )


def _unavailable(_phrase: Phrases) -> str:
    return _("Rests: its capacity is 0 kW")


def _rest(_phrase: Phrases) -> str:
    return _("Rests")


def _rest_empty(phrase: Phrases) -> str:
    if not phrase.is_less("stored_value", "cost"):
        return _("Rests: it is empty")
    worth, cost = phrase.price("stored_value"), phrase.figure("cost")
    return _("Rests: it is empty; energy charged now is worth %(worth)s and costs %(cost)s", worth=worth, cost=cost)


def _rest_full(phrase: Phrases) -> str:
    if not phrase.is_less("income", "kept_value"):
        return _("Rests: it is full")
    worth, kept = phrase.price("income"), phrase.bare("kept_value")
    return _(
        "Rests: it is full; energy given now is worth %(worth)s, and %(kept)s if it is kept", worth=worth, kept=kept
    )


def _rest_between(phrase: Phrases) -> str:
    cost = phrase.price("cost")
    if not phrase.is_less("stored_value", "cost") and not phrase.is_less("income", "kept_value"):
        return _("Rests: charging and discharging are worth just the price of %(cost)s", cost=cost)
    return _(
        "Rests: the price of %(cost)s lies between what charging (%(stored)s) and discharging (%(kept)s) would be worth",
        cost=cost,
        stored=phrase.bare("stored_value"),
        kept=phrase.bare("kept_value"),
    )


def _rest_dear(phrase: Phrases) -> str:
    facts = {"cost": phrase.price("cost"), "worth": phrase.bare("stored_value")}
    if "stored_value" not in phrase.period.values:
        return _("Rests: energy costs %(cost)s now", **facts)
    if phrase.is_less("stored_value", "cost"):
        return _("Rests: energy costs %(cost)s now, and storing it is worth %(worth)s", **facts)
    return _("Rests: energy costs %(cost)s now, and storing it is worth no more", **facts)


def _rest_cheap(phrase: Phrases) -> str:
    facts = {"worth": phrase.price("income"), "kept": phrase.bare("kept_value")}
    if phrase.is_less("income", "kept_value"):
        return _("Rests: energy is worth %(worth)s now, and %(kept)s if it is kept", **facts)
    return _("Rests: energy is worth %(worth)s now, and no less if it is kept", **facts)


def _held_back(phrase: Phrases) -> str:
    return _("Rests, though running would pay: held back by %(limits)s", limits=phrase.holding())


def _coupled_held(phrase: Phrases) -> str:
    return _("%(runs)s with its converter, for which a limit decides, not the price", runs=phrase.runs)


def _coupled(phrase: Phrases) -> str:
    facts = {
        "runs": phrase.runs,
        "taken": f"{phrase.bare('taken_value')} {phrase.currency}",
        "given": phrase.bare("given_value"),
    }
    if "taken_value" not in phrase.period.values:
        return _("%(runs)s with its converter", **facts)
    less, more = ("taken_value", "given_value") if phrase.is_running else ("given_value", "taken_value")
    if not phrase.is_less(less, more):
        return _(
            "%(runs)s with its converter: each kWh taken costs %(taken)s, and what is made of it is worth just that",
            **facts,
        )
    return _(
        "%(runs)s with its converter: each kWh taken costs %(taken)s, and what is made of it is worth %(given)s",
        **facts,
    )


def _modes(phrase: Phrases) -> str:
    modes = [_mode(mode, phrase.currency) for mode in phrase.period.modes]
    if not modes:
        return _("%(runs)s: its operation modes allow nothing else", runs=phrase.runs)
    allowed = joined(modes, _("%(before)s, or %(after)s"))
    return _("%(runs)s: its operation modes allow %(modes)s", runs=phrase.runs, modes=allowed)


def _mode(mode: Mapping[str, float], currency: str) -> str:
    """Return a band of power, and what entering it means."""
    text = f"{number_range((mode['lowest_kw'], mode['highest_kw']))} kW"
    if mode["least_h"]:
        text = _("%(mode)s for %(hours)s h at least", mode=text, hours=number(mode["least_h"]))
    if mode["pause_h"]:
        text = _("%(mode)s after a pause of %(hours)s h", mode=text, hours=number(mode["pause_h"]))
    if mode["start_cost"]:
        text = _("%(mode)s at %(cost)s a start", mode=text, cost=f"{number(mode['start_cost'])} {currency}")
    return text


def _ramp(phrase: Phrases) -> str:
    ramp = phrase.period.ramp or {}
    limits = [
        text % {"limit": number(limit)}
        for text, limit in (
            (_("%(limit)s kW up"), ramp.get("up_kw_per_h")),
            (_("%(limit)s kW down"), ramp.get("down_kw_per_h")),
        )
        if limit is not None
    ]
    if not limits:
        return _("%(runs)s: its ramp allows no more in an hour", runs=phrase.runs)
    most = joined(limits, _("%(before)s and %(after)s"))
    return _("%(runs)s: its ramp allows no more than %(most)s in an hour", runs=phrase.runs, most=most)


def _limited(phrase: Phrases) -> str:
    return _("%(runs)s: %(limits)s decides, and not the price", runs=phrase.runs, limits=phrase.holding())


def _run(phrase: Phrases) -> str:
    return _("%(consumes)s: energy costs %(cost)s now", consumes=phrase.consumes, cost=phrase.price("cost"))


def _run_paid(phrase: Phrases) -> str:
    price = phrase.price("cost", sign=-1)
    return _("%(consumes)s: that is paid %(price)s", consumes=phrase.consumes, price=price)


def _run_required(phrase: Phrases) -> str:
    return _("Runs at %(power)s, the least that it may", power=phrase.power)


def _produce(phrase: Phrases) -> str:
    facts = {"power": phrase.power, "income": phrase.price("income")}
    if phrase.is_at_limit:
        return _("Produces %(power)s, all it can: energy is worth %(income)s now", **facts)
    return _("Produces %(power)s: energy is worth %(income)s now", **facts)


def _curtail_price(phrase: Phrases) -> str:
    selling = phrase.period.selling
    if selling is not None and selling[1] < 0:
        price = f"{number_range((-selling[1], -selling[0]))} {phrase.currency}/kWh"
        return _("%(curtailed)s: feeding in costs %(price)s", curtailed=_curtailed(phrase), price=price)
    worth = phrase.price("income")
    return _("%(curtailed)s: more energy is worth %(worth)s here", curtailed=_curtailed(phrase), worth=worth)


def _curtail_limit(phrase: Phrases) -> str:
    if phrase.limits():
        return _curtailed(phrase)
    return _("%(curtailed)s: held back by %(limits)s", curtailed=_curtailed(phrase), limits=phrase.holding())


def _curtailed(phrase: Phrases) -> str:
    return _("Curtailed to %(power)s", power=phrase.power if phrase.is_running else "0 kW")


_SENTENCES: Mapping[Reason, Callable[[Phrases], str]] = {
    Reason.UNAVAILABLE: _unavailable,
    Reason.COUPLED: _coupled,
    Reason.COUPLED_HELD: _coupled_held,
    Reason.CHARGE: _charge,
    Reason.CHARGE_PAID: _charge_paid,
    Reason.CHARGE_FOR_USE: _charge_for_use,
    Reason.CHARGE_FOR_TARGET: _charge_for_target,
    Reason.CHARGE_BEFORE_FULL: _charge_before_full,
    Reason.CHARGE_FOR_END: _charge_for_end,
    Reason.DISCHARGE: _discharge,
    Reason.DISCHARGE_WORTH: _discharge_worth,
    Reason.DISCHARGE_FOR_ROOM: _discharge_for_room,
    Reason.REST: _rest,
    Reason.REST_EMPTY: _rest_empty,
    Reason.REST_FULL: _rest_full,
    Reason.REST_BETWEEN: _rest_between,
    Reason.REST_DEAR: _rest_dear,
    Reason.REST_CHEAP: _rest_cheap,
    Reason.HELD_BACK: _held_back,
    Reason.MODES: _modes,
    Reason.RAMP: _ramp,
    Reason.LIMITED: _limited,
    Reason.RUN: _run,
    Reason.RUN_PAID: _run_paid,
    Reason.RUN_REQUIRED: _run_required,
    Reason.PRODUCE: _produce,
    Reason.CURTAIL_PRICE: _curtail_price,
    Reason.CURTAIL_LIMIT: _curtail_limit,
}
