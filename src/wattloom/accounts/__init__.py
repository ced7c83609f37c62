"""Accounts, users, roles, credentials, permissions and the audit log of accounts.

:mod:`wattloom.accounts.policy` is the one table of who may do what.
"""

from wattloom.accounts import policy
from wattloom.accounts.audit import record_audit, shortened
from wattloom.accounts.authenticate import LoginLimiter, UnknownEmailError, note_login, user_of_claim, verified
from wattloom.accounts.find_user import find_login, find_user, get_user
from wattloom.accounts.note_last_seen import note_last_seen
from wattloom.accounts.policy import Action, Kind, Resource
from wattloom.accounts.token import Claim, TokenSigner
from wattloom.accounts.user import User

__all__ = [
    "Action",
    "Claim",
    "Kind",
    "LoginLimiter",
    "Resource",
    "TokenSigner",
    "UnknownEmailError",
    "User",
    "find_login",
    "find_user",
    "get_user",
    "note_last_seen",
    "note_login",
    "policy",
    "record_audit",
    "shortened",
    "user_of_claim",
    "verified",
]
