"""Who is told, how, and how soon."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

from healthcheckd.domain.cron import Cadence
from healthcheckd.settings.values import Secret


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    email: tuple[str, ...] = ()
    digest: Cadence | None = None


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
