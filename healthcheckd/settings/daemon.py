"""The process itself: what it keeps, where it writes, when its jobs run."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from healthcheckd.domain.cron import Cadence

HEALTH_CHECK = "whatsapp-health-check"
COUNTER_RESET = "daily-message-counter-reset"
CLIENT_CLEANUP = "inactive-client-cleanup"

QUARTER_HOURLY = Cadence("*/15 * * * *", cron="*/15 * * * *")
MIDNIGHT = Cadence("daily at 00:00", cron="0 0 * * *")
HOURLY = Cadence("hourly", cron="0 * * * *")


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
