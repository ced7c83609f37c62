"""Errors in the words of people who look at pages, in their language. The API says the same in English."""

from typing import Final

from wattloom.errors import InternalError, NotFoundError, PermissionDeniedError, WattloomError
from wattloom.language import gettext as _
from wattloom.language import translatable

_DENIED: Final = {
    "create-children": translatable("You have no permission to add to this %(kind)s."),
    "delete": translatable("You have no permission to delete this %(kind)s."),
    "read": translatable("You have no permission to read this %(kind)s."),
    "update": translatable("You have no permission to update this %(kind)s."),
}
_OF_THE_SERVER: Final = {
    "create-children": translatable(
        "Only administrators of the server, and consultants of a consultancy, may add accounts."
    ),
    "read": translatable("Only administrators of the server may see this."),
}
_KINDS: Final = {
    "account": translatable("account"),
    "account's audit log": translatable("account's audit log"),
    "asset": translatable("asset"),
    "job": translatable("job"),
    "sensor": translatable("sensor"),
    "user": translatable("user"),
    "user's audit log": translatable("user's audit log"),
}


def refusal_text(error: WattloomError) -> str:
    """Return what is wrong, and what to do about it where that is known."""
    match error:
        case InternalError():
            return crash_text()
        case PermissionDeniedError(action="send"):
            return _("This form comes from another site or an old page. Reload the page and try again.")
        case PermissionDeniedError(kind="platform") if error.action in _OF_THE_SERVER:
            return _(_OF_THE_SERVER[error.action])
        case PermissionDeniedError() if error.action in _DENIED:
            return _(_DENIED[error.action], kind=_kind(error.kind))
        case NotFoundError():
            return _("No %(kind)s found with ID %(id)s.", kind=_kind(error.kind), id=error.id)
        case _other:
            return _(error.message)  # where it is raised it is marked as translatable, or is for developers


def crash_text() -> str:
    """Return what to say about an error that is our fault."""
    return _("Something went wrong on our side. It was recorded under this number.")


def _kind(kind: str) -> str:
    return _(_KINDS.get(kind, kind))
