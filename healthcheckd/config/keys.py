"""Every key that may be written, and what it may hold. The defaults are those of `healthcheckd.settings`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.values import Parser, choice, duration, integer


@dataclass(frozen=True, slots=True)
class Key:
    """`attribute` is the field it fills, where that has another name. A `secret` is shown to nobody; `from_file` says
    that it may also be written as `NAME_file`."""

    parse: Parser
    attribute: str = ""
    secret: bool = False
    from_file: bool = False
    required: bool = False
    must_exist: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The keys of one table, and the class of settings that it becomes."""

    type: type[Any]
    keys: Mapping[str, Key]

    def attribute(self, name: str) -> str:
        return self.keys[name].attribute or name.replace("-", "_")

    def secret_of(self, name: str) -> str | None:
        """The secret key that `name`, as in `api_key_file`, names the file of."""
        base = name.removesuffix("_file")
        return base if base != name and base in self.keys and self.keys[base].from_file else None

    def known(self) -> list[str]:
        return [*self.keys, *(f"{name}_file" for name, key in self.keys.items() if key.from_file)]


_COUNT = Key(integer(1, 1_000_000))
_LASTS = Key(duration())
_AT_ONCE = Key(duration(timedelta(0)))
_KEPT = Key(values.kept)
_TEXT = Key(values.line)
_NAME = Key(values.name)
_SECRET = Key(values.secret, secret=True, from_file=True)
_FILE = Key(values.path, must_exist=True)

TABLES: dict[str, Table] = {
    "daemon": Table(
        settings.DaemonSettings,
        {
            "name": _NAME,
            "mode": Key(choice("act", "watch")),
            "database": Key(values.path),
            "grace": _LASTS,
            "time_zone": Key(values.zone),
            "language": Key(values.language),
            "templates": _FILE,
        },
    ),
    "control": Table(settings.ControlSettings, {"socket": Key(values.path), "manage_group": _NAME}),
    "http": Table(settings.HttpSettings, {"listen": Key(values.listen)}),
    "hooks": Table(settings.HooksSettings, {"listen": Key(values.listen), "public_url": Key(urls.gateway_url)}),
    "operator": Table(settings.OperatorSettings, {"email": Key(values.addresses), "digest": Key(values.cadence)}),
    "health": Table(
        settings.HealthSettings,
        {
            "critical_after": _LASTS,
            "stuck_after": _LASTS,
            "settle": _AT_ONCE,
            "confirm": _AT_ONCE,
            "reopen_within": _AT_ONCE,
            "unreachable_after": _LASTS,
            "flap_falls": Key(integer(2, 1000)),
            "flap_window": _LASTS,
            "proof": Key(choice("off", "local", "lookup")),
            "lookups_per_minute": _COUNT,
        },
    ),
    "sweep": Table(
        settings.SweepSettings,
        {"wait": _AT_ONCE, "concurrency": Key(integer(1, 1000)), "chunk": Key(integer(1, 1000))},
    ),
    "reconnect": Table(
        settings.ReconnectSettings,
        {
            "after": _AT_ONCE,
            "base": _LASTS,
            "cap": _LASTS,
            "steady_after": _LASTS,
            "max_streak": _COUNT,
            "per_hour": _COUNT,
            "per_day": _COUNT,
            "slow_every": _LASTS,
            "ban_wait": _LASTS,
            "per_gateway": _COUNT,
            "per_minute": _COUNT,
            "per_minute_total": _COUNT,
        },
    ),
    "notify": Table(
        settings.NotifySettings,
        {
            "operator_after": _AT_ONCE,
            "action_required_after": _AT_ONCE,
            "collect": _AT_ONCE,
            "operator_per_hour": _COUNT,
            "owner_per_hour": _COUNT,
            "per_minute": _COUNT,
            "reminders": Key(values.durations),
            "max_age": _LASTS,
            "lease": _LASTS,
            "retry_base": _LASTS,
            "retry_cap": _LASTS,
            "reconnect_url": Key(urls.reconnect_url),
        },
    ),
    "cleanup": Table(settings.CleanupSettings, {"idle_after": _LASTS}),
    "email": Table(
        settings.EmailSettings,
        {
            "service": Key(values.name),
            "host": Key(urls.host),
            "port": Key(integer(1, 65535)),
            "username": _TEXT,
            "password": _SECRET,
            "security": Key(choice("starttls", "tls", "none")),
            "from": Key(values.address, "sender"),
            "from_name": Key(values.line, "sender_name"),
            "support": _TEXT,
            "reply_to": Key(values.address),
            "timeout": _LASTS,
            "ca_file": _FILE,
        },
    ),
    "log": Table(
        settings.LogSettings,
        {
            "level": Key(choice("debug", "info", "warning", "error")),
            "format": Key(choice("text", "json")),
            "file": Key(values.path),
            "max_size": Key(values.size),
            "keep": Key(integer(0, 1000)),
            "mask_personal": Key(values.boolean),
        },
    ),
    "retention": Table(
        settings.RetentionSettings,
        {
            "ledger": _KEPT,
            "incidents": _KEPT,
            "transitions": _KEPT,
            "attempts": _KEPT,
            "notices": _KEPT,
            "payloads": _KEPT,
            "counts": _KEPT,
            "latency": _KEPT,
            "job_runs": _KEPT,
            "audit": _KEPT,
        },
    ),
    "jobs": Table(
        settings.JobsSettings,
        {
            settings.HEALTH_CHECK: Key(values.cadence),
            settings.COUNTER_RESET: Key(values.cadence),
            settings.CLIENT_CLEANUP: Key(values.cadence),
            "jitter": _AT_ONCE,
        },
    ),
}

GATEWAY = Table(
    settings.GatewaySettings,
    {
        "name": Key(values.gateway_name, required=True),
        "kind": Key(choice(*settings.KINDS), required=True),
        "url": Key(urls.gateway_url, required=True),
        "api_key": _SECRET,
        "discover": Key(choice("all", "listed")),
        "ignore": Key(values.words),
        "timeout": _LASTS,
        "ca_file": _FILE,
        "tls_verify": Key(values.boolean),
        "client_cert": _FILE,
        "client_key_file": _FILE,
        "basic_user": _NAME,
        "basic_password": _SECRET,
        "headers": Key(values.headers, secret=True),
        "proxy": Key(urls.proxy, secret=True, from_file=True),
        "hook_secret": _SECRET,
        "labels": Key(values.labels),
    },
)

ACCOUNT = Table(
    settings.AccountSettings,
    {
        "id": Key(values.account_id, required=True),
        "name": _NAME,
        "phone": Key(values.phone),
        "owner_email": Key(values.addresses),
        "customer": _TEXT,
        "tags": Key(values.words),
        "language": Key(values.language),
        "time_zone": Key(values.zone),
        "daily_limit": _COUNT,
        "notify_after": _LASTS,
        "enabled": Key(values.boolean),
    },
)

LISTS = {"gateways": GATEWAY, "accounts": ACCOUNT}
