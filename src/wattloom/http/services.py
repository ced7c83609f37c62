"""What handlers need besides their request, built once by the server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from wattloom.accounts import LoginLimiter, TokenSigner
from wattloom.db import Database
from wattloom.http.last_seen import LastSeen
from wattloom.jobs import JobQueue
from wattloom.timeseries import BeliefStore

RESET_MAX_AGE_S: Final = 2 * 3600
"""How long a link for setting a password is good for [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpOptions:
    """The settings that handlers look at; ``wattloom.config.Settings`` describes each and has the defaults."""

    secret_key: str = field(repr=False)
    public_host: str
    public_url: str
    timezone: str
    token_max_age_s: int
    session_max_age_s: int
    secure_cookies: bool
    failed_login_limit: str
    two_factor_required: bool
    unknown_email_status: Literal[401, 404]
    cors_origins: tuple[str, ...]
    api_profile: Literal["released", "next"]
    max_body_bytes: int
    max_read_values: int
    allow_data_overwrite: bool
    planning_horizon_h: float
    max_planning_steps: int
    job_cache_s: int
    job_time_limit_s: float
    job_wait_s: float


@dataclass(frozen=True, slots=True)
class Services:
    """The stores, the queue and the clock; found in ``request.app.state.services``.

    Attributes:
        database: Opens transactions; handlers receive their connection instead.
        beliefs: Reads and writes time series.
        jobs: Takes work that is done later.
        clock: Returns the present, aware.
        options: The settings that handlers look at.
        tokens: Signs API tokens.
        sessions: Signs browser sessions.
        resets: Signs the links by which passwords are set.
        login_limiter: Counts failed logins.
        last_seen: Notes who was here; the server stores it every minute.
    """

    database: Database
    beliefs: BeliefStore
    jobs: JobQueue
    clock: Callable[[], datetime]
    options: HttpOptions
    tokens: TokenSigner = field(init=False)
    sessions: TokenSigner = field(init=False)
    resets: TokenSigner = field(init=False)
    login_limiter: LoginLimiter = field(init=False)
    last_seen: LastSeen = field(init=False)

    def __post_init__(self) -> None:
        """Derive what follows from the options."""
        for purpose, name, max_age_s in (
            ("token", "tokens", self.options.token_max_age_s),
            ("session", "sessions", self.options.session_max_age_s),
            ("reset", "resets", RESET_MAX_AGE_S),
        ):
            signer = TokenSigner(self.options.secret_key, purpose=purpose, max_age_s=max_age_s, clock=self.clock)
            object.__setattr__(self, name, signer)
        object.__setattr__(self, "login_limiter", LoginLimiter(self.options.failed_login_limit))
        object.__setattr__(self, "last_seen", LastSeen(self.database))
