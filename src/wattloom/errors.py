"""The error tree. Errors know facts; each edge knows how to show them.

::

    WattloomError
    ├── InputError                the caller can fix it; names the field
    │   ├── UnitError             a unit is unknown or does not fit
    │   ├── PeriodError           a time, duration or window is wrong
    │   ├── FlexModelError        a flex-model or flex-context is wrong
    │   ├── FilterError           a search or paging parameter is wrong
    │   ├── AddressError          an entity address is wrong, or of no sensor here
    │   └── PayloadTooLargeError  more bytes or values than the server takes
    ├── AuthenticationError       nobody, or nobody we know, is calling
    │   └── UnknownEmailError     nobody has this e-mail
    ├── PermissionDeniedError     we know who calls, and it may not
    ├── NotFoundError             no such thing
    ├── ConflictError             duplicate, already replaced, wrong state
    │   ├── DuplicateError        another one has this name
    │   └── ReplacementError      a belief would be overwritten
    ├── MissingDataError          a schedule needs values that nobody recorded
    ├── InfeasibleError           understood, but no schedule can exist
    ├── UnavailableError          try later
    │   └── TooManyRequestsError  more often than allowed
    └── InternalError             our own reasoning is broken

The HTTP status and body stand in ``api/errors.py``, pages in ``web``,
exit codes in ``cli``, failure reasons in ``jobs``. A test fails when a class
is missing from one of these tables.
"""

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Self, TypeAlias

FieldPath: TypeAlias = tuple[str | int, ...]
"""Where a field stands in a request, for example ``("soc-minima", 0, "datetime")``."""

SCHEMA_FIELD = "_schema"
"""The field name for a complaint about several fields together."""


def suggestion(name: str, names: Collection[str]) -> str:
    """Return " Did you mean …?" with the name that is most like an unknown one; empty when none is.

    A name without its first words is like it, too: ``roles`` is like ``flexmeasures_roles``.
    """
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    close = close or [known for known in names if _is_end_of(name, known) or _is_end_of(known, name)]
    return f" Did you mean '{close[0]}'?" if close else ""


def _is_end_of(name: str, longer: str) -> bool:
    # Shorter ones, such as "id", are the end of too many.
    return len(name) > 3 and longer.endswith((f"_{name}", f"-{name}"))  # noqa: PLR2004 - see above


class WattloomError(Exception):
    """The root; never raised itself."""

    code: ClassVar[str] = "ERROR"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    @property
    def details(self) -> dict[str, Any]:
        """What it tells besides its message, as JSON."""
        return {}

    def about(self, subject: str) -> Self:
        """Return the same error with the facts that it carries, and a message that begins with what it is about."""
        message = f"{subject}: {self.message}"
        told = type(self).__new__(type(self), message)
        told.__dict__ |= self.__dict__ | {"message": message}
        return told


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field, and what would be right.

    Attributes:
        path: Where the field stands.
        message: In words.
        entry: Place in the flex-model of the entry that it is about, where clients look for the field alone.
    """

    path: FieldPath
    message: str
    entry: int | None = None


class InputError(WattloomError):
    """The caller can fix this; each problem names its field."""

    code = "INVALID_INPUT"

    def __init__(
        self,
        message: str,
        *,
        field: str | FieldPath = SCHEMA_FIELD,
        problems: Iterable[FieldProblem] = (),
    ) -> None:
        super().__init__(message)
        path = (field,) if isinstance(field, str) else field
        self.problems = tuple(problems) or (FieldProblem(path, message),)

    def below(self, *prefix: str | int) -> "InputError":
        """Return the same error with every field path put under ``prefix``."""
        moved = [replace(problem, path=(*prefix, *problem.path)) for problem in self.problems]
        return type(self)(self.message, problems=moved)

    def about(self, subject: str) -> Self:
        """Return the same error, the message of each problem beginning with what it is about, too."""
        told = super().about(subject)
        told.problems = tuple(replace(each, message=f"{subject}: {each.message}") for each in self.problems)
        return told


class UnitError(InputError):
    """A unit is unknown, or of the wrong dimension."""

    code = "INVALID_UNIT"


class PeriodError(InputError):
    """A time is naive, a duration unreadable, or a window empty."""

    code = "INVALID_PERIOD"


class FlexModelError(InputError):
    """A field of a flex-model or flex-context is unknown, wrong or contradictory."""

    code = "INVALID_FLEX_MODEL"


class FilterError(InputError):
    """A search, sorting or paging parameter is wrong."""

    code = "INVALID_FILTER"


class AddressError(InputError):
    """An entity address cannot be read, or names no sensor of this server."""

    code = "INVALID_DOMAIN"


class PayloadTooLargeError(InputError):
    """The request holds more than the server takes at once."""

    code = "PAYLOAD_TOO_LARGE"


class AuthenticationError(WattloomError):
    """Credentials are missing, wrong, expired, or belong to an inactive user."""

    code = "UNAUTHORIZED"


class UnknownEmailError(AuthenticationError):
    """Nobody has this e-mail; shown like a wrong password unless the operator wants otherwise."""


class PermissionDeniedError(WattloomError):
    """The caller is known and may not do this.

    Attributes:
        action: ``read``, ``create-children``, ``update`` or ``delete``.
        kind: What it was to be done to, for example ``sensor``.
        path: Field of the request that named the thing, when it came from one.
    """

    code = "INVALID_SENDER"

    def __init__(self, action: str, kind: str, *, path: FieldPath = (), advice: str = "") -> None:
        words = "add to" if action == "create-children" else action
        super().__init__(f"You have no permission to {words} this {kind}.{advice and ' '}{advice}")
        self.action = action
        self.kind = kind
        self.path = path


class NotFoundError(WattloomError):
    """There is no such thing.

    Attributes:
        kind: ``asset``, ``sensor``, ``account``, ``user``, ``source``, ``job``…
        id: What was asked for.
    """

    code = "NOT_FOUND"

    def __init__(self, kind: str, id: object, *, message: str = "") -> None:  # noqa: A002 - the word that callers look for
        super().__init__(message or f"No {kind} found with ID {id}.")
        self.kind = kind
        self.id = id


class ConflictError(WattloomError):
    """It exists already, or is in the wrong state."""

    code = "CONFLICT"


class DuplicateError(ConflictError):
    """Another user has this e-mail or name.

    Attributes:
        detail: What to do about it.
    """

    code = "DUPLICATE"

    def __init__(self, message: str, *, detail: str) -> None:
        super().__init__(message)
        self.detail = detail


class ReplacementError(ConflictError):
    """The same source already states another value for this event at this belief time."""

    code = "INVALID_REPLACEMENT"


class MissingDataError(WattloomError):
    """A schedule needs values that nobody has recorded.

    Attributes:
        field: The flex-model or flex-context field that refers to the values.
        sensor_id: The sensor without values, if a sensor is meant.
    """

    code = "MISSING_DATA"

    def __init__(self, message: str, *, field: str, sensor_id: int | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.sensor_id = sensor_id


@dataclass(frozen=True, slots=True)
class Clash:
    """One of the inputs that cannot all be kept.

    Attributes:
        field: The field that states the limit, for example ``soc-targets``.
        device: Name of the device, or None for the site.
        at: Start of the step, or the instant, at which it binds.
        text: The limit in words with its value.
    """

    field: str
    device: str | None
    at: datetime | None
    text: str


class InfeasibleError(WattloomError):
    """The problem is understood, and no schedule keeps all hard limits.

    Attributes:
        clashes: The smallest set of inputs found that contradict each other.
    """

    code = "INFEASIBLE"

    def __init__(self, message: str, *, clashes: Sequence[Clash] = ()) -> None:
        super().__init__(message)
        self.clashes = tuple(clashes)

    @property
    def details(self) -> dict[str, Any]:
        """The clashes, each with its field, device, instant and text."""
        clashes = [asdict(clash) | {"at": clash.at and clash.at.isoformat()} for clash in self.clashes]
        return {"clashes": clashes}


class UnavailableError(WattloomError):
    """Busy database, lost connection, full queue: try again later.

    Attributes:
        retry_after_s: When another try makes sense [s].
    """

    code = "UNAVAILABLE"

    def __init__(self, message: str, *, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequestsError(UnavailableError):
    """The caller asks, or fails to log in, more often than allowed."""

    code = "TOO_MANY_REQUESTS"


class InternalError(WattloomError):
    """Our fault: a broken invariant or an unexpected solver status."""

    code = "INTERNAL"
