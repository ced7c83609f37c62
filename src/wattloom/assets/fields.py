"""The rules that the fields of an asset keep, when it is created and when it changes."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from wattloom.accounts.tables import account
from wattloom.assets.graphs import check_kpis, check_sensors_to_show
from wattloom.assets.tables import asset, asset_type
from wattloom.errors import FieldProblem, InputError

_CHECKS_OF_JSON: Mapping[str, Callable[[Connection, Any], None]] = {
    "sensors_to_show": check_sensors_to_show,
    "sensors_to_show_as_kpis": check_kpis,
}


def check_references(connection: Connection, values: Mapping[str, Any]) -> None:
    """Let values pass whose type, account and parent exist and whose graphs are valid.

    Raises:
        InputError: Names each field that is wrong.
    """
    problems: list[FieldProblem] = []
    for field, column, kind in (
        ("generic_asset_type_id", asset_type.c.id, "asset type"),
        ("account_id", account.c.id, "account"),
        ("parent_asset_id", asset.c.id, "asset"),
    ):
        item_id = values.get(field)
        if item_id is not None and not _exists(connection, column, column == item_id):
            problems.append(FieldProblem((field,), f"No {kind} found with ID {item_id}."))
    for field, check in _CHECKS_OF_JSON.items():
        if field in values:
            problems += _problems_of(check, connection, values[field])
    legacy = (values.get("attributes") or {}).get("sensors_to_show")
    if isinstance(legacy, list):
        problems += [
            FieldProblem(("attributes", *problem.path), problem.message)
            for problem in _problems_of(check_sensors_to_show, connection, legacy)
        ]
    if problems:
        raise InputError(problems[0].message, problems=problems)


def check_names(connection: Connection, values: Mapping[str, Any], *, asset_id: int | None = None) -> None:
    """Let an asset pass whose name and external id nobody else has.

    Args:
        connection: The transaction.
        values: All values of the asset, changed ones included.
        asset_id: Its id, if it exists.

    Raises:
        InputError: Names the field.
    """
    others = asset.c.id != asset_id if asset_id is not None else asset.c.id.is_not(None)
    siblings = siblings_at(values["parent_asset_id"], values["account_id"])
    if _exists(connection, asset.c.id, and_(others, siblings, asset.c.name == values["name"])):
        raise InputError(f"An asset with the name '{values['name']}' already exists here.", field="name")
    external_id = values.get("external_id")
    same_account = asset.c.account_id.is_not_distinct_from(values["account_id"])
    if external_id is not None and _exists(
        connection, asset.c.id, and_(others, same_account, asset.c.external_id == external_id)
    ):
        raise InputError(f"Another asset of the account has the external id '{external_id}'.", field="external_id")


def siblings_at(parent_id: int | None, account_id: int | None) -> ColumnElement[bool]:
    """Return the condition on assets among which a name is taken once: those of a parent, or at the top of an account."""
    if parent_id is not None:
        return asset.c.parent_asset_id == parent_id
    return and_(asset.c.parent_asset_id.is_(None), asset.c.account_id.is_not_distinct_from(account_id))


def _exists(connection: Connection, column: ColumnElement[int], condition: ColumnElement[bool]) -> bool:
    return connection.execute(select(column).where(condition).limit(1)).first() is not None


def _problems_of(
    check: Callable[[Connection, Any], None], connection: Connection, value: Any
) -> tuple[FieldProblem, ...]:
    try:
        check(connection, value)
    except InputError as error:
        return error.problems
    return ()
