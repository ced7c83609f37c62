"""Accounts, users, roles, credentials, permissions and the audit log of accounts.

:mod:`wattloom.accounts.policy` is the one table of who may do what.
"""

from wattloom.accounts import policy
from wattloom.accounts.account import Account
from wattloom.accounts.audit import record_audit, shortened
from wattloom.accounts.authenticate import LoginLimiter, note_login, user_of_claim, verified
from wattloom.accounts.create import NewUser, create_account, create_user, set_password
from wattloom.accounts.find_account import find_account
from wattloom.accounts.find_user import find_login, find_user, get_user, has_users
from wattloom.accounts.list_users import list_users, role_ids, user_resource
from wattloom.accounts.note_last_seen import note_last_seen
from wattloom.accounts.password import random_password
from wattloom.accounts.policy import Action, Kind, Resource
from wattloom.accounts.read_accounts import (
    account_resource,
    count_users_and_assets,
    get_account,
    get_accounts,
    list_accounts,
)
from wattloom.accounts.roles import seed_roles
from wattloom.accounts.token import Claim, TokenSigner
from wattloom.accounts.user import User

__all__ = [
    "Account",
    "Action",
    "Claim",
    "Kind",
    "LoginLimiter",
    "NewUser",
    "Resource",
    "TokenSigner",
    "User",
    "account_resource",
    "count_users_and_assets",
    "create_account",
    "create_user",
    "find_account",
    "find_login",
    "find_user",
    "get_account",
    "get_accounts",
    "get_user",
    "has_users",
    "list_accounts",
    "list_users",
    "note_last_seen",
    "note_login",
    "policy",
    "random_password",
    "record_audit",
    "role_ids",
    "seed_roles",
    "set_password",
    "shortened",
    "user_of_claim",
    "user_resource",
    "verified",
]
