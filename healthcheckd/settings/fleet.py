"""What is watched: gateways, and what is stated of their accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from healthcheckd.settings.values import Origin, Secret

KINDS = ("waha", "wwebjs", "gowa", "wuzapi", "evolution", "wppconnect", "meta")
"""The kinds of gateway that can be named in a configuration."""

ALERT_ONLY = frozenset({"meta"})
"""Kinds that can be told to do nothing: their accounts are watched and told of, never restarted or stopped."""


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
    contacts: tuple[str, ...] | None = None
    enabled: bool | None = None
    stated: frozenset[str] = frozenset()
    origin: Origin = Origin()

    @property
    def gateway(self) -> str:
        return self.id.partition("/")[0]

    @property
    def session(self) -> str:
        return self.id.partition("/")[2]
