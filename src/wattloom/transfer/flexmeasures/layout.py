"""The tables of a FlexMeasures database, as far as they are read.

Releases differ: what an older or newer one may lack is optional, and read as
NULL or as no rows.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table to be read.

    Attributes:
        name: Its name.
        required: Columns without which it cannot be understood.
        optional: Columns that some releases lack.
        key: Columns that rows are sorted by.
        is_optional: Whether some releases lack the whole table.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    key: tuple[str, ...] = ("id",)
    is_optional: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.required + self.optional


def _links(name: str, *columns: str) -> SourceTable:
    return SourceTable(name, columns, key=columns, is_optional=True)


ACCOUNTS = SourceTable(
    "account",
    ("id", "name"),
    ("primary_color", "secondary_color", "logo_url", "attributes", "secrets", "consultancy_account_id", "plan_id"),
)
ACCOUNT_ROLES = SourceTable("account_role", ("id", "name"), ("description",), is_optional=True)
ROLES_ACCOUNTS = _links("roles_accounts", "role_id", "account_id")
USERS = SourceTable(
    "fm_user",
    ("id", "email", "account_id"),
    ("username", "password", "active", "timezone", "last_login_at", "last_seen_at", "login_count", "tf_totp_secret"),
)
ROLES = SourceTable("role", ("id", "name"), ("description",), is_optional=True)
ROLES_USERS = _links("roles_users", "role_id", "user_id")
ASSET_TYPES = SourceTable("generic_asset_type", ("id", "name"), ("description",))
ASSETS = SourceTable(
    "generic_asset",
    ("id", "name", "generic_asset_type_id"),
    (
        "description", "latitude", "longitude", "attributes", "secrets", "sensors_to_show", "sensors_to_show_as_kpis",
        "flex_context", "flex_model", "account_id", "parent_asset_id", "external_id",
    ),
)  # fmt: skip
SENSORS = SourceTable(
    "sensor",
    ("id", "name", "unit", "timezone", "event_resolution", "generic_asset_id"),
    ("knowledge_horizon_fnc", "knowledge_horizon_par", "attributes"),
)
SOURCES = SourceTable(
    "data_source",
    ("id", "name"),
    ("type", "model", "version", "user_id", "account_id", "attributes", "attributes_hash"),
)
BELIEFS = SourceTable(
    "timed_belief",
    ("event_start", "belief_horizon", "cumulative_probability", "sensor_id", "source_id", "event_value"),
    key=("sensor_id", "event_start"),
)
ANNOTATIONS = SourceTable(
    "annotation", ("id", "content", "start", "end", "source_id", "type"), ("belief_time",), is_optional=True
)
ANNOTATIONS_ACCOUNTS = _links("annotations_accounts", "annotation_id", "account_id")
ANNOTATIONS_ASSETS = _links("annotations_assets", "annotation_id", "generic_asset_id")
ANNOTATIONS_SENSORS = _links("annotations_sensors", "annotation_id", "sensor_id")
AUDIT = SourceTable(
    "audit_log",
    ("id", "event_datetime", "event"),
    ("active_user_name", "active_user_id", "affected_user_id", "affected_account_id"),
    is_optional=True,
)
ASSET_AUDIT = SourceTable(
    "asset_audit_log",
    ("id", "event_datetime", "event", "affected_asset_id"),
    ("active_user_name", "active_user_id"),
    is_optional=True,
)
PLANS = SourceTable(
    "plan",
    ("id", "name"),
    (
        "default_rate_limit", "trigger_rate_limit", "rate_limit_key", "max_users", "max_assets", "max_clients", "legacy",
    ),
    is_optional=True,
)  # fmt: skip
TASK_RUNS = SourceTable("latest_task_run", ("name", "datetime", "status"), key=("name",), is_optional=True)

READ = (
    ACCOUNT_ROLES, PLANS, ACCOUNTS, ROLES_ACCOUNTS, ROLES, USERS, ROLES_USERS, ASSET_TYPES, ASSETS, SOURCES, SENSORS,
    ANNOTATIONS, ANNOTATIONS_ACCOUNTS, ANNOTATIONS_ASSETS, ANNOTATIONS_SENSORS, AUDIT, ASSET_AUDIT, TASK_RUNS,
    BELIEFS,
)  # fmt: skip
"""What is imported, in an order in which nothing refers to what comes later."""

IGNORED = frozenset({"alembic_version", "spatial_ref_sys"})
"""Tables that hold nothing of the user's."""
