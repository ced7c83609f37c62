"""Who may do what: one table of rules, as a check and as an SQL predicate.

A thing is described by plain facts (:class:`Resource`), so that this module
knows neither assets nor sensors. The same facts as columns (:class:`Columns`)
give the predicate of a list. The role ``admin`` passes everything and
``admin-reader`` every read; the table holds the rest. Whoever comes with an API
key may do no more than the key is good for, admins included.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import ColumnElement, false, or_, true

from wattloom.accounts.action import Action
from wattloom.accounts.user import ACCOUNT_ADMIN, ADMIN_READER, CONSULTANCY, CONSULTANT, TASK_RUNNER, User
from wattloom.errors import FieldPath, PermissionDeniedError


class Kind(StrEnum):
    """What a resource is."""

    PLATFORM = "platform"
    ACCOUNT = "account"
    # An account that its members may change.
    SHARED_ACCOUNT = "shared account"
    USER = "user"
    ASSET = "asset"
    SENSOR = "sensor"
    SOURCE = "data source"
    TASK_RUN = "report of a task run"
    USER_AUDIT_LOG = "user's audit log"
    ACCOUNT_AUDIT_LOG = "account's audit log"
    API_KEY = "API key"


@dataclass(frozen=True, slots=True)
class Resource:
    """The facts about a thing that decide who may do what to it.

    Attributes:
        account_id: The account that owns it, or that it is; None for public things.
        consultancy_account_id: The account whose consultants look after the owner.
        user_id: The user that it is about.
    """

    kind: Kind
    account_id: int | None = None
    consultancy_account_id: int | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a query that hold the facts of a :class:`Resource`."""

    kind: Kind
    account_id: ColumnElement[Any]
    consultancy_account_id: ColumnElement[Any]
    user_id: ColumnElement[Any] | None = None


class Principal(Enum):
    """Whom a rule admits."""

    MEMBER = "a user of the owning account"
    ACCOUNT_ADMIN = "an account-admin of the owning account"
    CONSULTANT = "a consultant in the owner's consultancy account"
    SELF = "the user that it is about"
    ANYONE_IF_PUBLIC = "everybody who is logged in, if nobody owns it"
    CONSULTANCY = "a consultant of an account with the role Consultancy"
    TASK_RUNNER = "a user with the role task-runner"


_P, _A, _K = Principal, Action, Kind
_MEMBERS = (_P.MEMBER, _P.CONSULTANT)
_ADMINS = (_P.ACCOUNT_ADMIN, _P.CONSULTANT)
_SELF_OR_ADMINS = (_P.SELF, *_ADMINS)
_MEMBERS_OR_PUBLIC = (*_MEMBERS, _P.ANYONE_IF_PUBLIC)

RULES: MappingProxyType[tuple[Kind, Action], tuple[Principal, ...]] = MappingProxyType(
    {
        (_K.PLATFORM, _A.CREATE_CHILDREN): (_P.CONSULTANCY,),
        (_K.ACCOUNT, _A.READ): _MEMBERS,
        (_K.ACCOUNT, _A.CREATE_CHILDREN): _ADMINS,
        (_K.ACCOUNT, _A.UPDATE): _ADMINS,
        (_K.SHARED_ACCOUNT, _A.UPDATE): _MEMBERS,
        (_K.USER, _A.READ): _MEMBERS,
        (_K.USER, _A.CREATE_CHILDREN): (_P.SELF,),
        (_K.USER, _A.UPDATE): _SELF_OR_ADMINS,
        (_K.ASSET, _A.READ): _MEMBERS_OR_PUBLIC,
        (_K.ASSET, _A.CREATE_CHILDREN): _MEMBERS,
        (_K.ASSET, _A.UPDATE): _MEMBERS,
        (_K.ASSET, _A.DELETE): _ADMINS,
        (_K.SENSOR, _A.READ): _MEMBERS_OR_PUBLIC,
        (_K.SENSOR, _A.CREATE_CHILDREN): _MEMBERS,
        (_K.SENSOR, _A.UPDATE): _ADMINS,
        (_K.SENSOR, _A.DELETE): _ADMINS,
        (_K.SOURCE, _A.READ): _MEMBERS_OR_PUBLIC,
        (_K.TASK_RUN, _A.UPDATE): (_P.TASK_RUNNER,),
        (_K.USER_AUDIT_LOG, _A.READ): _SELF_OR_ADMINS,
        (_K.ACCOUNT_AUDIT_LOG, _A.READ): _ADMINS,
        (_K.API_KEY, _A.READ): _SELF_OR_ADMINS,
        (_K.API_KEY, _A.UPDATE): (_P.SELF,),
        (_K.API_KEY, _A.DELETE): _SELF_OR_ADMINS,
    }
)
"""Whom besides admins each action on each kind of resource admits; what is not here admits nobody else."""

ROLE_RULES: MappingProxyType[str, tuple[Principal, ...]] = MappingProxyType(
    {
        ADMIN_READER: (),
        ACCOUNT_ADMIN: (_P.CONSULTANT,),
        CONSULTANT: (_P.ACCOUNT_ADMIN,),
    }
)
"""Who besides admins gives each role to users of an account and takes it away; the command line alone does that
with roles that are not here."""


def allows(user: User, action: Action, resource: Resource) -> bool:
    """Return whether the user may do this."""
    if not _is_in_scope(user, action):
        return False
    return _is_super(user, action) or any(
        _holds(principal, user, resource) for principal in RULES.get((resource.kind, action), ())
    )


def check(user: User, action: Action, resource: Resource, *, path: FieldPath = ()) -> None:
    """Let permitted actions pass.

    Args:
        user: Who asks.
        action: What is to be done.
        resource: What it is to be done to.
        path: The field of the request that named the resource, if one did.

    Raises:
        PermissionDeniedError: The user may not do this.
    """
    if not allows(user, action, resource):
        kind = Kind.ACCOUNT if resource.kind is Kind.SHARED_ACCOUNT else resource.kind
        check_scope(user, action, kind, path=path)
        raise PermissionDeniedError(action, kind, path=path)


def check_scope(user: User, action: Action, what: str, *, path: FieldPath = ()) -> None:
    """Let everybody pass who came without an API key, or with one that is good for the action.

    Args:
        user: Who asks.
        action: What is to be done.
        what: What it is to be done to, in words.
        path: The field of the request that named it, if one did.

    Raises:
        PermissionDeniedError: The key lacks the scope.
    """
    if not _is_in_scope(user, action):
        raise PermissionDeniedError(action, what, path=path, advice=f"The API key lacks the scope '{action}'.")


def check_in_person(user: User, action: str, what: str) -> None:
    """Let everybody pass who logged in; API keys do not open what would let them outlive their owner's will.

    Args:
        user: Who asks.
        action: What is to be done, for example ``change``.
        what: What it is to be done to, for example ``password``.

    Raises:
        PermissionDeniedError: The user came with an API key.
    """
    if user.key_id is not None:
        raise PermissionDeniedError(action, what, advice="API keys cannot do that: log in with your password.")


def may_assign(user: User, role: str, resource: Resource) -> bool:
    """Return whether somebody who may update a user may also give it this role, or take it away.

    Args:
        user: Who asks.
        role: Name of the role.
        resource: The user whose role it is.
    """
    return role in ROLE_RULES and (
        user.is_admin or any(_holds(principal, user, resource) for principal in ROLE_RULES[role])
    )


def permitted(user: User, action: Action, columns: Columns) -> ColumnElement[bool]:
    """Return the predicate of the rows on which the user may do this."""
    if not _is_in_scope(user, action):
        return false()
    if _is_super(user, action):
        return true()
    rules = RULES.get((columns.kind, action), ())
    return or_(false(), *(_predicate(principal, user, columns) for principal in rules))


def _is_in_scope(user: User, action: Action) -> bool:
    return user.scopes is None or action in user.scopes


def _is_super(user: User, action: Action) -> bool:
    return user.is_admin or (action is Action.READ and ADMIN_READER in user.roles)


def _holds(principal: Principal, user: User, resource: Resource) -> bool:
    match principal:
        case Principal.MEMBER:
            return resource.account_id == user.account_id
        case Principal.ACCOUNT_ADMIN:
            return resource.account_id == user.account_id and ACCOUNT_ADMIN in user.roles
        case Principal.CONSULTANT:
            return resource.consultancy_account_id == user.account_id and user.is_consultant
        case Principal.SELF:
            return resource.user_id == user.id
        case Principal.ANYONE_IF_PUBLIC:
            return resource.account_id is None
        case Principal.CONSULTANCY | Principal.TASK_RUNNER:
            return _has_roles(principal, user)


def _predicate(principal: Principal, user: User, columns: Columns) -> ColumnElement[bool]:
    match principal:
        case Principal.MEMBER:
            return columns.account_id == user.account_id
        case Principal.ACCOUNT_ADMIN:
            return columns.account_id == user.account_id if ACCOUNT_ADMIN in user.roles else false()
        case Principal.CONSULTANT:
            return columns.consultancy_account_id == user.account_id if user.is_consultant else false()
        case Principal.SELF:
            return columns.user_id == user.id if columns.user_id is not None else false()
        case Principal.ANYONE_IF_PUBLIC:
            return columns.account_id.is_(None)
        case Principal.CONSULTANCY | Principal.TASK_RUNNER:
            return true() if _has_roles(principal, user) else false()


def _has_roles(principal: Literal[Principal.CONSULTANCY, Principal.TASK_RUNNER], user: User) -> bool:
    """Return whether the roles alone admit the user, whatever the resource."""
    if principal is Principal.TASK_RUNNER:
        return TASK_RUNNER in user.roles
    return user.is_consultant and CONSULTANCY in user.account_roles
