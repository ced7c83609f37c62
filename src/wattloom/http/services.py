"""What handlers need besides their request, built once by the server."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from pydantic import SecretStr

from wattloom.accounts import AttemptLimiter, TokenSigner
from wattloom.db import Database
from wattloom.http.last_seen import LastSeen
from wattloom.http.live import LiveChanges
from wattloom.jobs import JobQueue
from wattloom.language import translatable
from wattloom.scheduling import OWN_SCHEDULERS, Schedulers
from wattloom.timeseries import BeliefStore

_RESET_S: Final = 2 * 3600
_PENDING_LOGIN_S: Final = 600
_SETUP_S: Final = 900
_KNOWN_BROWSER_S: Final = 7 * 86_400
_MAIL_LIMIT: Final = "10 per hour"
_FAILED_LOGINS: Final = translatable("Too many failed logins. Try again in %(wait)s s.")
_MAILS: Final = translatable("Too many mails were asked for. Try again in %(wait)s s.")


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
    members_may_update_account: bool
    unknown_email_status: Literal[401, 404]
    api_default_rate_limit: str
    api_trigger_rate_limit: str
    api_rate_limit_key: Literal["account+asset", "account", "user"]
    task_check_token: SecretStr
    task_frequencies_min: Mapping[str, int]
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
    what_if_wait_s: float
    max_event_streams: int
    max_event_streams_per_user: int


@dataclass(frozen=True, slots=True)
class Services:
    """The stores, the queue and the clock; found in ``request.app.state.services``.

    Attributes:
        database: Opens transactions; handlers receive their connection instead.
        beliefs: Reads and writes time series.
        jobs: Takes work that is done later.
        clock: Returns the present, aware.
        options: The settings that handlers look at.
        schedulers: Those that a schedule can be asked of.
        tokens: Signs API tokens.
        sessions: Signs browser sessions.
        resets: Signs the links by which passwords are set.
        pending_logins: Signs logins that wait for a code.
        known_browsers: Signs that a browser needs no code for some days.
        authenticator_setups: Signs that the password was right and an authenticator app is being set up.
        login_limiter: Counts failed logins and wrong codes.
        mail_limiter: Counts mails that somebody who is not logged in asks for.
        last_seen: Notes who was here; the server stores it every minute.
        live: Tells those who listen what changes.
    """

    database: Database
    beliefs: BeliefStore
    jobs: JobQueue
    clock: Callable[[], datetime]
    options: HttpOptions
    schedulers: Schedulers = OWN_SCHEDULERS
    tokens: TokenSigner = field(init=False)
    sessions: TokenSigner = field(init=False)
    resets: TokenSigner = field(init=False)
    pending_logins: TokenSigner = field(init=False)
    known_browsers: TokenSigner = field(init=False)
    authenticator_setups: TokenSigner = field(init=False)
    login_limiter: AttemptLimiter = field(init=False)
    mail_limiter: AttemptLimiter = field(init=False)
    last_seen: LastSeen = field(init=False)
    live: LiveChanges = field(init=False)

    def __post_init__(self) -> None:
        """Derive what follows from the options."""
        for purpose, name, max_age_s in (
            ("token", "tokens", self.options.token_max_age_s),
            ("session", "sessions", self.options.session_max_age_s),
            ("reset", "resets", _RESET_S),
            ("pending-login", "pending_logins", _PENDING_LOGIN_S),
            ("known-browser", "known_browsers", _KNOWN_BROWSER_S),
            ("authenticator-setup", "authenticator_setups", _SETUP_S),
        ):
            signer = TokenSigner(self.options.secret_key, purpose=purpose, max_age_s=max_age_s, clock=self.clock)
            object.__setattr__(self, name, signer)
        failed = AttemptLimiter(self.options.failed_login_limit, refusal=_FAILED_LOGINS)
        object.__setattr__(self, "login_limiter", failed)
        mails = AttemptLimiter(_MAIL_LIMIT, refusal=_MAILS)
        object.__setattr__(self, "mail_limiter", mails)
        object.__setattr__(self, "last_seen", LastSeen(self.database))
        limits = (self.options.max_event_streams, self.options.max_event_streams_per_user)
        object.__setattr__(self, "live", LiveChanges(self.database, *limits))
