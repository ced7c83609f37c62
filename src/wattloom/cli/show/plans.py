"""``wattloom show`` plans."""

from wattloom.cli.options import DatabaseUrl, DataDir
from wattloom.cli.show.output import AsJson, looking_at, show_rows


def plans(as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List the plans, retired ones as well, with how many accounts have each."""
    from wattloom.accounts import count_accounts_by_plan, list_plans

    with looking_at(data_dir, database_url) as (connection, _backend):
        found = list_plans(connection)
        counts = count_accounts_by_plan(connection)
    rows = [
        {
            "id": each.id,
            "name": each.terms.name,
            "default_rate_limit": each.terms.default_rate_limit,
            "trigger_rate_limit": each.terms.trigger_rate_limit,
            "rate_limit_key": each.terms.rate_limit_key,
            "max_users": each.terms.max_users,
            "max_assets": each.terms.max_assets,
            "max_clients": each.terms.max_clients,
            "legacy": each.terms.is_legacy,
            "accounts": counts.get(each.id, 0),
        }
        for each in found
    ]
    show_rows(rows, as_json=as_json, of="plans")
