"""Who is told, how, and how soon."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from healthcheckd.domain.contacts import Role
from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.policy import NoticeRules
from healthcheckd.domain.quiet import QuietHours
from healthcheckd.settings.values import Origin, Secret

PAGERS = ("pagerduty", "opsgenie")
"""Kinds of channel whose messages open and end alerts."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    email: tuple[str, ...] = ()
    digest: Cadence | None = None


@dataclass(frozen=True, slots=True)
class NotifySettings(NoticeRules):
    collect: timedelta = timedelta(minutes=5)
    operator_per_hour: int = 6
    owner_per_hour: int = 6
    per_minute: int = 30
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


@dataclass(frozen=True, slots=True)
class ContactSettings:
    """Somebody to tell by a channel, and of what. `after` is how long an outage lasts before."""

    name: str
    channel: str = "email"
    address: str = ""
    role: Role = Role.OWNER
    kinds: tuple[str, ...] = ()
    after: timedelta | None = None
    quiet_hours: QuietHours | None = None
    time_zone: str = ""
    language: str = ""
    accounts: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """One more way out. What it is reached by is a secret as a whole: a `url` for apprise, the `key` of a service that
    pages people (whose `url` is only where it answers). `via` is the gateway, or the account, that carries it."""

    name: str
    kind: Literal["apprise", "pagerduty", "opsgenie"] = "apprise"
    url: Secret | None = None
    key: Secret | None = None
    via: str = ""
    timeout: timedelta = timedelta(seconds=30)
    origin: Origin = Origin()

    @property
    def placeholders(self) -> frozenset[str]:
        """What of its contact is filled into the url."""
        return placeholders(self.url.reveal()) if self.url else frozenset()

    @property
    def pages(self) -> bool:
        """Its messages open and end alerts, and so are about one outage each."""
        return self.kind in PAGERS


def placeholders(url: str) -> frozenset[str]:
    return frozenset(_PLACEHOLDER.findall(url))
