"""What can be configured: frozen values with good defaults, one class per table of the file."""

from dataclasses import dataclass

from healthcheckd.settings.daemon import (
    CLIENT_CLEANUP,
    COUNTER_RESET,
    HEALTH_CHECK,
    HOURLY,
    MIDNIGHT,
    QUARTER_HOURLY,
    DaemonSettings,
    JobsSettings,
    LogSettings,
    RetentionSettings,
)
from healthcheckd.settings.doors import ControlSettings, HooksSettings, HttpSettings
from healthcheckd.settings.fleet import ALERT_ONLY, KINDS, AccountSettings, GatewaySettings
from healthcheckd.settings.telling import EmailSettings, NotifySettings, OperatorSettings
from healthcheckd.settings.values import Origin, Secret
from healthcheckd.settings.watching import CleanupSettings, HealthSettings, ReconnectSettings, SweepSettings
from healthcheckd.settings.webhooks import WebhookSettings

__all__ = [
    "ALERT_ONLY",
    "CLIENT_CLEANUP",
    "COUNTER_RESET",
    "HEALTH_CHECK",
    "HOURLY",
    "KINDS",
    "MIDNIGHT",
    "QUARTER_HOURLY",
    "AccountSettings",
    "CleanupSettings",
    "ControlSettings",
    "DaemonSettings",
    "EmailSettings",
    "GatewaySettings",
    "HealthSettings",
    "HooksSettings",
    "HttpSettings",
    "JobsSettings",
    "LogSettings",
    "NotifySettings",
    "OperatorSettings",
    "Origin",
    "ReconnectSettings",
    "RetentionSettings",
    "Secret",
    "Settings",
    "SweepSettings",
    "WebhookSettings",
]


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
    webhooks: tuple[WebhookSettings, ...] = ()
