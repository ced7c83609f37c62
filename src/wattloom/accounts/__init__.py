"""Accounts, users, roles, credentials, permissions and the audit log of accounts.

:mod:`wattloom.accounts.policy` is the one table of who may do what.
"""

from wattloom.accounts import policy
from wattloom.accounts.account import Account
from wattloom.accounts.action import Action
from wattloom.accounts.audit import AuditEvent, record_audit, shortened
from wattloom.accounts.create_account import NewAccount, create_account
from wattloom.accounts.create_user import NewUser, create_user
from wattloom.accounts.delete_user import delete_user
from wattloom.accounts.find_account import find_account
from wattloom.accounts.find_user import find_user, get_user, has_users, normalize_email
from wattloom.accounts.list_audit import AuditRecord, list_account_audit, list_audit, list_user_audit
from wattloom.accounts.list_users import list_users, role_ids, user_resource
from wattloom.accounts.login.api_key import (
    KEY_LIFETIME,
    MAX_KEY_NAME,
    ApiKey,
    IssuedKey,
    KeyClaim,
    NewApiKey,
    claim_of_key,
    create_api_key,
    get_api_key,
    is_api_key,
    list_api_keys,
    note_keys_used,
    rename_api_key,
    revoke_api_keys,
)
from wattloom.accounts.login.attempts import AttemptLimiter
from wattloom.accounts.login.authenticate import (
    adopt_own_hash,
    note_login,
    own_hash_for,
    user_of_claim,
    verified,
)
from wattloom.accounts.login.change_password import new_token_stamp, reset_password, set_password
from wattloom.accounts.login.find_login import find_imported_hash, find_login
from wattloom.accounts.login.imported_password import imported_hash
from wattloom.accounts.login.password import NO_PASSWORD, random_password
from wattloom.accounts.login.second_factor import (
    WRONG_CODE,
    CodeKind,
    app_uri,
    count_recovery_codes,
    remove_authenticator,
    renew_recovery_codes,
    secret_of,
    set_up_authenticator,
    use_code,
)
from wattloom.accounts.login.token import Claim, TokenSigner
from wattloom.accounts.note_last_seen import note_last_seen
from wattloom.accounts.plans.plan import (
    Plan,
    PlanTerms,
    RateLimitKey,
    count_accounts_by_plan,
    create_plan,
    find_plan,
    get_plan,
    list_plans,
    plan_id_of_account,
    update_plan,
)
from wattloom.accounts.plans.quota import Quota, check_quota
from wattloom.accounts.policy import Kind, Resource
from wattloom.accounts.preferences import AssetView, Preferences, read_preferences, store_preferences
from wattloom.accounts.read_accounts import (
    account_resource,
    clients_of_account,
    count_users_and_assets,
    get_account,
    get_accounts,
    list_accounts,
)
from wattloom.accounts.roles import (
    Role,
    add_account_role,
    check_account_role_is_free,
    delete_account_role,
    ensure_account_role,
    list_roles,
    role_names,
    seed_roles,
)
from wattloom.accounts.task_runs import TaskRun, get_task_run, report_task_run
from wattloom.accounts.update_account import update_account
from wattloom.accounts.update_user import update_user
from wattloom.accounts.user import OPERATOR, User

__all__ = [
    "KEY_LIFETIME",
    "MAX_KEY_NAME",
    "NO_PASSWORD",
    "OPERATOR",
    "WRONG_CODE",
    "Account",
    "Action",
    "ApiKey",
    "AssetView",
    "AttemptLimiter",
    "AuditEvent",
    "AuditRecord",
    "Claim",
    "CodeKind",
    "IssuedKey",
    "KeyClaim",
    "Kind",
    "NewAccount",
    "NewApiKey",
    "NewUser",
    "Plan",
    "PlanTerms",
    "Preferences",
    "Quota",
    "RateLimitKey",
    "Resource",
    "Role",
    "TaskRun",
    "TokenSigner",
    "User",
    "account_resource",
    "add_account_role",
    "adopt_own_hash",
    "app_uri",
    "check_account_role_is_free",
    "check_quota",
    "claim_of_key",
    "clients_of_account",
    "count_accounts_by_plan",
    "count_recovery_codes",
    "count_users_and_assets",
    "create_account",
    "create_api_key",
    "create_plan",
    "create_user",
    "delete_account_role",
    "delete_user",
    "ensure_account_role",
    "find_account",
    "find_imported_hash",
    "find_login",
    "find_plan",
    "find_user",
    "get_account",
    "get_accounts",
    "get_api_key",
    "get_plan",
    "get_task_run",
    "get_user",
    "has_users",
    "imported_hash",
    "is_api_key",
    "list_account_audit",
    "list_accounts",
    "list_api_keys",
    "list_audit",
    "list_plans",
    "list_roles",
    "list_user_audit",
    "list_users",
    "new_token_stamp",
    "normalize_email",
    "note_keys_used",
    "note_last_seen",
    "note_login",
    "own_hash_for",
    "plan_id_of_account",
    "policy",
    "random_password",
    "read_preferences",
    "record_audit",
    "remove_authenticator",
    "rename_api_key",
    "renew_recovery_codes",
    "report_task_run",
    "reset_password",
    "revoke_api_keys",
    "role_ids",
    "role_names",
    "secret_of",
    "seed_roles",
    "set_password",
    "set_up_authenticator",
    "shortened",
    "store_preferences",
    "update_account",
    "update_plan",
    "update_user",
    "use_code",
    "user_of_claim",
    "user_resource",
    "verified",
]
