"""Accounts, users, roles, credentials, permissions and the audit log of accounts.

:mod:`wattloom.accounts.policy` is the one table of who may do what.
"""

from wattloom.accounts import policy
from wattloom.accounts.account import Account
from wattloom.accounts.action import Action
from wattloom.accounts.api_key import (
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
from wattloom.accounts.audit import AuditEvent, record_audit, shortened
from wattloom.accounts.authenticate import LoginLimiter, note_login, own_hash_for, user_of_claim, verified
from wattloom.accounts.create_account import NewAccount, create_account
from wattloom.accounts.create_user import NewUser, create_user, new_token_stamp, set_password
from wattloom.accounts.delete_user import delete_user
from wattloom.accounts.find_account import find_account
from wattloom.accounts.find_user import find_imported_hash, find_login, find_user, get_user, has_users, normalize_email
from wattloom.accounts.imported_password import imported_hash
from wattloom.accounts.list_users import list_users, role_ids, user_resource
from wattloom.accounts.note_last_seen import note_last_seen
from wattloom.accounts.password import NO_PASSWORD, random_password
from wattloom.accounts.policy import Kind, Resource
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
    seed_roles,
)
from wattloom.accounts.token import Claim, TokenSigner
from wattloom.accounts.user import OPERATOR, User

__all__ = [
    "MAX_KEY_NAME",
    "NO_PASSWORD",
    "OPERATOR",
    "Account",
    "Action",
    "ApiKey",
    "AuditEvent",
    "Claim",
    "IssuedKey",
    "KeyClaim",
    "Kind",
    "LoginLimiter",
    "NewAccount",
    "NewApiKey",
    "NewUser",
    "Resource",
    "Role",
    "TokenSigner",
    "User",
    "account_resource",
    "add_account_role",
    "check_account_role_is_free",
    "claim_of_key",
    "clients_of_account",
    "count_users_and_assets",
    "create_account",
    "create_api_key",
    "create_user",
    "delete_account_role",
    "delete_user",
    "ensure_account_role",
    "find_account",
    "find_imported_hash",
    "find_login",
    "find_user",
    "get_account",
    "get_accounts",
    "get_api_key",
    "get_user",
    "has_users",
    "imported_hash",
    "is_api_key",
    "list_accounts",
    "list_api_keys",
    "list_roles",
    "list_users",
    "new_token_stamp",
    "normalize_email",
    "note_keys_used",
    "note_last_seen",
    "note_login",
    "own_hash_for",
    "policy",
    "random_password",
    "record_audit",
    "rename_api_key",
    "revoke_api_keys",
    "role_ids",
    "seed_roles",
    "set_password",
    "shortened",
    "user_of_claim",
    "user_resource",
    "verified",
]
