"""What can be configured: frozen values with good defaults, one class per table of the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from healthcheckd.domain.cron import Cadence

KINDS = ("waha", "wwebjs", "gowa", "wuzapi", "evolution", "wppconnect", "meta")
"""The kinds of gateway that can be named in a configuration."""

ALERT_ONLY = frozenset({"meta"})
"""Kinds that can be told to do nothing: their accounts are watched and told of, never restarted or stopped."""

HEALTH_CHECK = "whatsapp-health-check"
COUNTER_RESET = "daily-message-counter-reset"
CLIENT_CLEANUP = "inactive-client-cleanup"

QUARTER_HOURLY = Cadence("*/15 * * * *", cron="*/15 * * * *")
MIDNIGHT = Cadence("daily at 00:00", cron="0 0 * * *")
HOURLY = Cadence("hourly", cron="0 * * * *")


class Secret:
    """A value that shows itself to nobody; `reveal()` where it is put on the wire, and nowhere else."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "****"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is written; `line` is 0 where a line means nothing, as in the environment."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    name: str = "healthcheckd"
    mode: Literal["act", "watch"] = "act"
    database: Path = Path("healthcheckd.db")
    grace: timedelta = timedelta(seconds=8)
    time_zone: str = "UTC"
    language: str = "en"
    templates: Path | None = None


@dataclass(frozen=True, slots=True)
class ControlSettings:
    socket: Path = Path("control.sock")
    manage_group: str = "healthcheckd"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    listen: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class HooksSettings:
    """Where gateways post what they have to tell; `public_url` is what they call that place, if it is not `listen`."""

    listen: tuple[str, int] | None = None
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    email: tuple[str, ...] = ()
    digest: Cadence | None = None


@dataclass(frozen=True, slots=True)
class HealthSettings:
    critical_after: timedelta = timedelta(hours=6)
    stuck_after: timedelta = timedelta(minutes=10)
    settle: timedelta = timedelta(seconds=60)
    confirm: timedelta = timedelta(seconds=10)
    reopen_within: timedelta = timedelta(minutes=30)
    unreachable_after: timedelta = timedelta(minutes=30)
    flap_falls: int = 4
    flap_window: timedelta = timedelta(hours=6)
    proof: Literal["off", "local", "lookup"] = "local"
    lookups_per_minute: int = 10


@dataclass(frozen=True, slots=True)
class SweepSettings:
    wait: timedelta = timedelta(seconds=90)
    concurrency: int = 16
    chunk: int = 1000


@dataclass(frozen=True, slots=True)
class ReconnectSettings:
    after: timedelta = timedelta(minutes=3)
    base: timedelta = timedelta(minutes=1)
    cap: timedelta = timedelta(minutes=60)
    steady_after: timedelta = timedelta(hours=1)
    max_streak: int = 8
    per_hour: int = 6
    per_day: int = 20
    slow_every: timedelta = timedelta(hours=6)
    ban_wait: timedelta = timedelta(hours=24)
    per_gateway: int = 2
    per_minute: int = 10
    per_minute_total: int = 30


@dataclass(frozen=True, slots=True)
class NotifySettings:
    operator_after: timedelta = timedelta(minutes=15)
    action_required_after: timedelta = timedelta(minutes=10)
    collect: timedelta = timedelta(minutes=5)
    operator_per_hour: int = 6
    owner_per_hour: int = 6
    per_minute: int = 30
    reminders: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=72))
    max_age: timedelta = timedelta(hours=24)
    lease: timedelta = timedelta(minutes=5)
    retry_base: timedelta = timedelta(minutes=1)
    retry_cap: timedelta = timedelta(minutes=30)
    reconnect_url: str = ""


@dataclass(frozen=True, slots=True)
class CleanupSettings:
    idle_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """`enabled` is derived: a service other than `none`, and a host."""

    enabled: bool = False
    service: str = "none"
    host: str = ""
    port: int = 587
    username: str = ""
    password: Secret | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = ""
    sender_name: str = "healthcheckd"
    support: str = ""
    reply_to: str = ""
    timeout: timedelta = timedelta(seconds=30)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class LogSettings:
    """`max_size` is in bytes; `keep` counts the rotated files beside the current one."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
    file: Path | None = None
    max_size: int = 10_000_000
    keep: int = 5
    mask_personal: bool = False


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long rows are kept; None is for ever. `payloads` are the texts of notices, kept shorter than their rows."""

    ledger: timedelta | None = None
    incidents: timedelta | None = timedelta(days=730)
    transitions: timedelta | None = timedelta(days=730)
    attempts: timedelta | None = timedelta(days=365)
    notices: timedelta | None = timedelta(days=365)
    payloads: timedelta | None = timedelta(days=90)
    counts: timedelta | None = timedelta(days=730)
    latency: timedelta | None = timedelta(days=90)
    job_runs: timedelta | None = timedelta(days=90)
    audit: timedelta | None = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class JobsSettings:
    """Every job's cadence; `jitter` is the longest random delay put before a start."""

    whatsapp_health_check: Cadence = QUARTER_HOURLY
    daily_message_counter_reset: Cadence = MIDNIGHT
    inactive_client_cleanup: Cadence = HOURLY
    jitter: timedelta = timedelta(0)

    @property
    def cadences(self) -> dict[str, Cadence]:
        """By the job's name as people write it."""
        return {
            HEALTH_CHECK: self.whatsapp_health_check,
            COUNTER_RESET: self.daily_message_counter_reset,
            CLIENT_CLEANUP: self.inactive_client_cleanup,
        }


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """A secret that came from a file keeps the file's name, so that it can be read again when it is refused."""

    name: str
    kind: str
    url: str
    api_key: Secret | None = None
    api_key_file: Path | None = None
    discover: Literal["all", "listed"] = "all"
    ignore: tuple[str, ...] = ()
    timeout: timedelta = timedelta(seconds=10)
    ca_file: Path | None = None
    tls_verify: bool = True
    client_cert: Path | None = None
    client_key_file: Path | None = None
    basic_user: str | None = None
    basic_password: Secret | None = None
    basic_password_file: Path | None = None
    headers: Mapping[str, Secret] = field(default_factory=dict)
    proxy: Secret | None = None
    hook_secret: Secret | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What the file says of one account. None is "not stated"; `stated` names the keys that the file owns."""

    id: str
    name: str | None = None
    phone: str | None = None
    owner_email: tuple[str, ...] | None = None
    customer: str | None = None
    tags: tuple[str, ...] | None = None
    language: str | None = None
    time_zone: str | None = None
    daily_limit: int | None = None
    notify_after: timedelta | None = None
    enabled: bool | None = None
    stated: frozenset[str] = frozenset()
    origin: Origin = Origin()

    @property
    def gateway(self) -> str:
        return self.id.partition("/")[0]

    @property
    def session(self) -> str:
        return self.id.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Settings:
    daemon: DaemonSettings = DaemonSettings()
    control: ControlSettings = ControlSettings()
    http: HttpSettings = HttpSettings()
    hooks: HooksSettings = HooksSettings()
    operator: OperatorSettings = OperatorSettings()
    health: HealthSettings = HealthSettings()
    sweep: SweepSettings = SweepSettings()
    reconnect: ReconnectSettings = ReconnectSettings()
    notify: NotifySettings = NotifySettings()
    cleanup: CleanupSettings = CleanupSettings()
    email: EmailSettings = EmailSettings()
    log: LogSettings = LogSettings()
    retention: RetentionSettings = RetentionSettings()
    jobs: JobsSettings = JobsSettings()
    gateways: tuple[GatewaySettings, ...] = ()
    accounts: tuple[AccountSettings, ...] = ()
