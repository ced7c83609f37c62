"""Settings: one frozen, typed object, read once by ``server`` and ``cli``.

Each setting can come from the environment (``WATTLOOM_PORT=8000``) or from
``wattloom.toml`` in the working directory; the environment wins. A name that is
no setting stops the start, wherever it stands. Code below ``server`` receives the values that it needs, never the whole object.
docs/settings.md lists them all; a test keeps it complete.
"""

import re
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from wattloom.errors import InputError
from wattloom.rate_limit import parse_rate_limit

_PREFIX = "WATTLOOM_"
# Variables of the test suite.
_NOT_SETTINGS = ("WATTLOOM_TEST_", "WATTLOOM_GOLDEN_")
_PUBLIC_URL = re.compile(r"https?://[^\s/?#]+(/[^\s?#]+)?/?")


class _Environment(EnvSettingsSource):
    """The environment, with the variables that are no settings: they are refused like any unknown key."""

    def __call__(self) -> dict[str, Any]:
        unknown = {
            name.upper().removeprefix(_PREFIX).lower(): value
            for name, value in self.env_vars.items()
            if name.upper().startswith(_PREFIX) and not name.upper().startswith(_NOT_SETTINGS)
        }
        return unknown | super().__call__()

    def prepare_field_value(self, field_name: str, field: FieldInfo, value: Any, value_is_complex: bool) -> Any:  # noqa: FBT001 - the signature is the library's
        """Leave what is no JSON as it is, so that it is refused with the name of its setting."""
        try:
            return super().prepare_field_value(field_name, field, value, value_is_complex)
        except ValueError:
            return value


class Settings(BaseSettings):
    """Everything an operator can set."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, toml_file="wattloom.toml", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("wattloom"),
        description="Folder for the SQLite database, the secret key and the lock file.",
    )
    database_url: str = Field(
        default="",
        description="postgresql://user:password@host/name; empty means SQLite in the data folder.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=5000, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(
        default=0,
        ge=0,
        le=64,
        description="Job worker processes; 0 means min(2, cores).",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Signs tokens and sessions. With SQLite it is made once; with PostgreSQL it must be set.",
    )
    public_host: str = Field(
        default="localhost",
        description="Host name that people use to reach the server; part of entity addresses.",
    )
    public_url: str = Field(
        default="",
        description="Where people reach the pages, for links in mails; empty means HTTP at the public host and the port.",
    )
    timezone: str = Field(default="UTC", description="Time zone of new sensors that name none.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe events to log."
    )
    log_format: Literal["console", "json"] = Field(default="console", description="How log events are written.")
    token_max_age_s: int = Field(default=6 * 3600, ge=60, description="How long an API token is accepted [s].")
    session_max_age_s: int = Field(default=30 * 86400, ge=60, description="How long a browser login lasts [s].")
    secure_cookies: bool = Field(default=False, description="Send session cookies over HTTPS only.")
    failed_login_limit: str = Field(
        default="10 per 5 minutes",
        description="Failed logins that one address may make for one e-mail.",
    )
    two_factor_required: bool = Field(
        default=False,
        description="Ask everybody who logs in at a page for a second factor; without an app, for a code by mail.",
    )
    unknown_email_status: Literal[401, 404] = Field(
        default=401,
        description="Answer to a token request for an unknown e-mail; FlexMeasures answers 404.",
    )
    members_may_update_account: bool = Field(
        default=False,
        description="Let every member change its account, as in FlexMeasures; otherwise only account-admins do.",
    )
    mail_server: str = Field(
        default="", description="Host that sends mail; empty means that mails are printed on the console."
    )
    mail_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server.")
    mail_security: Literal["none", "starttls", "tls"] = Field(
        default="starttls", description="Encryption to the mail server; tls is usual at port 465."
    )
    mail_username: str = Field(default="", description="Login at the mail server; empty means that it needs none.")
    mail_password: SecretStr = Field(default=SecretStr(""), description="Password of that login.")
    mail_sender: str = Field(
        default="Wattloom <wattloom@localhost>", description="Sender of mails: an address, or Name <address>."
    )
    mail_timeout_s: float = Field(
        default=20, gt=0, le=60, description="How long the mail server may take for each answer [s]."
    )
    task_check_token: SecretStr = Field(
        default=SecretStr(""), description="With it monitors ask when tasks last ran; empty lets nobody ask."
    )
    task_frequencies_min: dict[str, int] = Field(
        default={}, description="How often tasks should run [min], by their names; 10 for all others."
    )
    api_default_rate_limit: str = Field(
        default="",
        description="Requests that each user may send to /api, for example 500 per minute; empty means no limit.",
    )
    api_trigger_rate_limit: str = Field(
        default="",
        description="Schedules and forecasts that may be triggered, for example 10 per 5 minutes; empty means no limit.",
    )
    api_rate_limit_key: Literal["account+asset", "account", "user"] = Field(
        default="account", description="Who shares the limit of triggers."
    )
    trusted_proxies: tuple[str, ...] = Field(
        default=(),
        description="Addresses or networks of reverse proxies whose X-Forwarded-For and -Proto headers are believed.",
    )
    cors_origins: tuple[str, ...] = Field(default=("*",), description="Origins that browsers may call /api from.")
    api_profile: Literal["released", "next"] = Field(
        default="released",
        description="Answers of triggers and jobs: 200 (released) or FlexMeasures 1.0's 202 (next).",
    )
    max_body_bytes: int = Field(default=3_250_585, ge=1024, description="Largest posted sensor data [bytes].")
    max_read_values: int = Field(default=2_000_000, ge=1, description="Most values that one read may answer.")
    max_event_streams: int = Field(
        default=500, ge=0, description="Most streams of live events that the server keeps open; 0 lets pages poll."
    )
    max_event_streams_per_user: int = Field(
        default=20, ge=1, description="Most streams of live events that one user keeps open."
    )
    allow_data_overwrite: bool = Field(
        default=False,
        description="Let a posted belief replace one of equal belief time instead of refusing it.",
    )
    planning_horizon_h: float = Field(default=48, gt=0, description="Length of a schedule when none is asked for [h].")
    max_planning_steps: int = Field(default=2520, ge=1, description="Longest schedule [steps of the resolution].")
    job_cache_s: int = Field(
        default=3600,
        ge=0,
        description="An equal trigger within this time gets the same job [s].",
    )
    job_retention_days: int = Field(default=7, ge=1, description="How long ended jobs are kept [days].")
    history_days: int = Field(
        default=0,
        ge=0,
        le=36_500,
        description="Once a day, superseded beliefs formed longer ago are deleted [days]; 0 keeps them all.",
    )
    job_time_limit_s: float = Field(
        default=180,
        gt=0,
        description="A worker that takes longer for a job is ended [s].",
    )
    job_wait_s: float = Field(
        default=10,
        ge=0,
        le=30,
        description="How long a request waits for an unfinished job [s].",
    )
    what_if_wait_s: float = Field(
        default=60,
        ge=0,
        le=600,
        description="How long a request waits for what would be planned before it is refused [s].",
    )
    solver_time_limit_s: float = Field(
        default=10,
        gt=0,
        description="Time for proving the optimum of one schedule [s].",
    )

    multiplies_soc_prices: bool = Field(
        default=False, description="Count SoC breach prices per step instead of per hour, as FlexMeasures does."
    )

    @field_validator("public_url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if url and not _PUBLIC_URL.fullmatch(url):
            raise ValueError(f"'{url}' is no address of pages; write for example https://wattloom.example.com.")
        return url

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"'{name}' is no time zone; write for example Europe/Amsterdam.") from error
        return name

    @field_validator("mail_sender")
    @classmethod
    def _check_sender(cls, sender: str) -> str:
        if not re.fullmatch(r"[^\s@]+@[^\s@]+", parseaddr(sender)[1]):
            raise ValueError(f"'{sender}' is no sender; write for example Wattloom <wattloom@example.com>.")
        return sender

    @field_validator("failed_login_limit", "api_default_rate_limit", "api_trigger_rate_limit")
    @classmethod
    def _check_limit(cls, text: str, info: ValidationInfo) -> str:
        is_for_logins = info.field_name == "failed_login_limit"
        if text.strip() or is_for_logins:
            try:
                parse_rate_limit(text, field="setting", may_be_unlimited=not is_for_logins)
            except InputError as error:
                raise ValueError(error.message) from error
        return text

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            ip_network(proxy)  # its ValueError says what is wrong
        return proxies

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is embedded."""
        return self.resolved_database_url.startswith("sqlite")

    @property
    def resolved_public_url(self) -> str:
        """The base of links to our pages, without a slash at the end."""
        return (self.public_url or f"http://{self.public_host}:{self.port}").rstrip("/")

    @property
    def resolved_database_url(self) -> str:
        """The database to use: the given URL, or the SQLite file in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'wattloom.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then the environment, then wattloom.toml."""
        del env_settings, dotenv_settings, file_secret_settings
        return init_settings, _Environment(settings_cls), TomlConfigSettingsSource(settings_cls)
