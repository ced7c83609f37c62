"""List the data sources that somebody may see."""

from sqlalchemy import Connection, case, func, select

from wattloom.accounts import Action, Kind, User, policy
from wattloom.accounts.tables import account
from wattloom.timeseries import Source, latest_versions, to_source
from wattloom.timeseries.tables import data_source

_columns = data_source.c
# No account has this id: a user's source that names no account belongs to nobody, and is not public either.
_NOBODY = 0
_OWNER = func.coalesce(_columns.account_id, case((_columns.user_id.is_not(None), _NOBODY)))
_COLUMNS = policy.Columns(Kind.SOURCE, _OWNER, account.c.consultancy_account_id)
_SOURCES = select(data_source).outerjoin(account, account.c.id == _columns.account_id).order_by(_columns.id)


def list_readable_sources(connection: Connection, user: User, *, only_latest: bool) -> list[Source]:
    """Return the sources that a user may see, by id: those of readable accounts, and those of the system.

    Args:
        connection: The transaction.
        user: Who asks.
        only_latest: Of sources that differ in nothing but their versions, only the latest.
    """
    rows = connection.execute(_SOURCES.where(policy.permitted(user, Action.READ, _COLUMNS)))
    sources = [to_source(row) for row in rows]
    return latest_versions(sources) if only_latest else sources
