"""Plans: what the accounts that have one may use."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.tables import account, plan
from wattloom.accounts.user import User
from wattloom.db import find_id, unique_or_conflict
from wattloom.errors import InputError, NotFoundError, suggestion
from wattloom.rate_limit import parse_rate_limit

MAX_PLAN_NAME = 80


class RateLimitKey(StrEnum):
    """Who shares one budget of triggers."""

    ACCOUNT_AND_ASSET = "account+asset"
    ACCOUNT = "account"
    USER = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """What a plan says; whatever is None is left to the settings of the server, or has no limit.

    Attributes:
        default_rate_limit: How many requests each user may send, for example ``500 per minute``; or ``unlimited``.
        trigger_rate_limit: How many schedules and forecasts may be triggered, likewise.
        rate_limit_key: Who shares the budget of triggers: ``account+asset``, ``account`` or ``user``.
        max_users: Most users of an account.
        max_assets: Most assets of an account.
        max_clients: Most accounts that an account looks after as consultancy.
        is_legacy: Keeps holding for the accounts that have it, and is given to no others.
    """

    name: str
    default_rate_limit: str | None = None
    trigger_rate_limit: str | None = None
    rate_limit_key: str | None = None
    max_users: int | None = None
    max_assets: int | None = None
    max_clients: int | None = None
    is_legacy: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan, by its id."""

    id: int
    terms: PlanTerms


def create_plan(connection: Connection, terms: PlanTerms, *, by: User | None, now: datetime) -> Plan:
    """Create a plan.

    Args:
        connection: A write transaction.
        terms: What it says.
        by: Who creates it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The name is blank, too long or taken, or a limit is none; names the field.
        ConflictError: A concurrent request took the name.
    """
    terms = _checked(connection, terms)
    with unique_or_conflict():
        plan_id = connection.execute(insert(plan).values(_columns(terms)).returning(plan.c.id)).scalar_one()
    facts = {"plan": plan_id, **{name: value for name, value in asdict(terms).items() if value is not None}}
    event = AuditEvent(f"Created plan '{terms.name}' ({plan_id}){_via(by)}", "plan.created", facts)
    record_audit(connection, event, by=by, now=now)
    return Plan(plan_id, terms)


def update_plan(
    connection: Connection, current: Plan, changes: Mapping[str, Any], *, by: User | None, now: datetime
) -> Plan:
    """Change what a plan says; accounts that have it feel it within a minute.

    Args:
        connection: A write transaction.
        current: The plan.
        changes: New values by the names of :class:`PlanTerms`; None takes a limit away.
        by: Who changes it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The name is blank, too long or taken, or a limit is none; names the field.
        ConflictError: A concurrent request took the name.
    """
    before, terms = current.terms, _checked(connection, replace(current.terms, **changes), plan_id=current.id)
    changed = [
        {"field": name, "from": getattr(before, name), "to": value}
        for name, value in asdict(terms).items()
        if value != getattr(before, name)
    ]
    if changed:
        with unique_or_conflict():
            connection.execute(update(plan).where(plan.c.id == current.id).values(_columns(terms)))
        fields = ", ".join(str(change["field"]) for change in changed)
        text = f"Updated plan '{before.name}' ({current.id}), Field: {fields}{_via(by)}"
        event = AuditEvent(text, "plan.updated", {"plan": current.id, "changes": changed})
        record_audit(connection, event, by=by, now=now)
    return Plan(current.id, terms)


def get_plan(connection: Connection, plan_id: int) -> Plan:
    """Return a plan.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(select(plan).where(plan.c.id == plan_id)).one_or_none()
    if row is None:
        raise NotFoundError("plan", plan_id)
    return _to_plan(row)


def find_plan(connection: Connection, id_or_name: str) -> Plan:
    """Return the plan with this name, or else with this id.

    Raises:
        NotFoundError: There is neither; the message suggests the closest name.
    """
    found = find_id(connection, plan.c.id, plan.c.name, id_or_name)
    if found is None:
        hint = suggestion(id_or_name, list(connection.scalars(select(plan.c.name))))
        raise NotFoundError("plan", id_or_name, message=f"No plan found with id or name '{id_or_name}'.{hint}")
    return get_plan(connection, found)


def list_plans(connection: Connection) -> list[Plan]:
    """Return all plans, retired ones as well."""
    return [_to_plan(row) for row in connection.execute(select(plan).order_by(plan.c.id))]


def count_accounts_by_plan(connection: Connection) -> dict[int, int]:
    """Return how many accounts have each plan, by plan id; plans that nobody has are left out."""
    having_one = select(account.c.plan_id, func.count().label("n_accounts")).where(account.c.plan_id.is_not(None))
    return {row.plan_id: row.n_accounts for row in connection.execute(having_one.group_by(account.c.plan_id))}


def plan_id_of_account(connection: Connection, account_id: int) -> int | None:
    """Return which plan an account has."""
    found: int | None = connection.scalar(select(account.c.plan_id).where(account.c.id == account_id))
    return found


def _checked(connection: Connection, terms: PlanTerms, *, plan_id: int | None = None) -> PlanTerms:
    terms = replace(terms, name=terms.name.strip())
    if not 0 < len(terms.name) <= MAX_PLAN_NAME:
        raise InputError(f"A plan's name has 1 to {MAX_PLAN_NAME} characters.", field="name")
    taken = connection.scalar(select(plan.c.id).where(plan.c.name == terms.name))
    if taken not in {None, plan_id}:
        raise InputError(f"A plan with the name '{terms.name}' already exists.", field="name")
    for field in ("default_rate_limit", "trigger_rate_limit"):
        limit = getattr(terms, field)
        if limit is not None:
            parse_rate_limit(limit, field=field)
    if terms.rate_limit_key is not None:
        _check_key(terms.rate_limit_key)
    for field in ("max_users", "max_assets", "max_clients"):
        most = getattr(terms, field)
        if most is not None and most < 0:
            raise InputError("Must not be negative.", field=field)
    return terms


def _check_key(text: str) -> None:
    try:
        RateLimitKey(text)
    except ValueError as error:
        raise InputError(f"'{text}' must be one of {', '.join(RateLimitKey)}.", field="rate_limit_key") from error


def _columns(terms: PlanTerms) -> dict[str, Any]:
    columns = asdict(terms)
    return columns | {"legacy": columns.pop("is_legacy")}


def _to_plan(row: Any) -> Plan:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for the columns of a row
    return Plan(columns.pop("id"), PlanTerms(is_legacy=columns.pop("legacy"), **columns))


def _via(by: User | None) -> str:
    return " via CLI" if by is None else ""
