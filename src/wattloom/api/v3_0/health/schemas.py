"""What can be asked without a login, as clients see it."""

from typing_extensions import TypedDict


class VersionsJson(TypedDict):
    """Which versions there are."""

    message: str
    versions: list[str]
    flexmeasures_version: str
    status: int


class ServiceJson(TypedDict):
    """One operation."""

    url: str
    name: str
    description: str


class ServicesJson(TypedDict):
    """All operations of this version."""

    services: list[ServiceJson]
    version: str
    status: str
    message: str


class ReadinessJson(TypedDict):
    """Whether each thing that the server needs works."""

    database_sql: bool
    status: int


class OkJson(TypedDict):
    """A sign of life."""

    message: str
    status: int
