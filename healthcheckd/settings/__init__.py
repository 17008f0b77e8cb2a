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
from healthcheckd.settings.doors import ControlSettings, HooksSettings, HttpSettings, JwtSettings
from healthcheckd.settings.fleet import ALERT_ONLY, KINDS, AccountSettings, GatewaySettings
from healthcheckd.settings.maintaining import MaintenanceSettings
from healthcheckd.settings.measuring import HeartbeatSettings, MetricsSettings, SelfTestSettings
from healthcheckd.settings.telling import (
    PAGERS,
    ChannelSettings,
    ContactSettings,
    EmailSettings,
    NotifySettings,
    OperatorSettings,
)
from healthcheckd.settings.values import Origin, Secret, Share
from healthcheckd.settings.watching import (
    BlastSettings,
    CleanupSettings,
    HealthSettings,
    NetworkSettings,
    ReconnectSettings,
    SweepSettings,
)
from healthcheckd.settings.webhooks import WebhookSettings

__all__ = [
    "ALERT_ONLY",
    "CLIENT_CLEANUP",
    "COUNTER_RESET",
    "HEALTH_CHECK",
    "HOURLY",
    "KINDS",
    "MIDNIGHT",
    "PAGERS",
    "QUARTER_HOURLY",
    "AccountSettings",
    "BlastSettings",
    "ChannelSettings",
    "CleanupSettings",
    "ContactSettings",
    "ControlSettings",
    "DaemonSettings",
    "EmailSettings",
    "GatewaySettings",
    "HealthSettings",
    "HeartbeatSettings",
    "HooksSettings",
    "HttpSettings",
    "JobsSettings",
    "JwtSettings",
    "LogSettings",
    "MaintenanceSettings",
    "MetricsSettings",
    "NetworkSettings",
    "NotifySettings",
    "OperatorSettings",
    "Origin",
    "ReconnectSettings",
    "RetentionSettings",
    "Secret",
    "SelfTestSettings",
    "Settings",
    "Share",
    "SweepSettings",
    "WebhookSettings",
]


@dataclass(frozen=True, slots=True)
class Settings:
    daemon: DaemonSettings = DaemonSettings()
    control: ControlSettings = ControlSettings()
    http: HttpSettings = HttpSettings()
    jwt: JwtSettings = JwtSettings()
    hooks: HooksSettings = HooksSettings()
    metrics: MetricsSettings = MetricsSettings()
    heartbeat: HeartbeatSettings = HeartbeatSettings()
    self_test: SelfTestSettings = SelfTestSettings()
    operator: OperatorSettings = OperatorSettings()
    health: HealthSettings = HealthSettings()
    sweep: SweepSettings = SweepSettings()
    reconnect: ReconnectSettings = ReconnectSettings()
    blast: BlastSettings = BlastSettings()
    network: NetworkSettings = NetworkSettings()
    notify: NotifySettings = NotifySettings()
    cleanup: CleanupSettings = CleanupSettings()
    email: EmailSettings = EmailSettings()
    log: LogSettings = LogSettings()
    retention: RetentionSettings = RetentionSettings()
    jobs: JobsSettings = JobsSettings()
    gateways: tuple[GatewaySettings, ...] = ()
    accounts: tuple[AccountSettings, ...] = ()
    channels: tuple[ChannelSettings, ...] = ()
    contacts: tuple[ContactSettings, ...] = ()
    webhooks: tuple[WebhookSettings, ...] = ()
    maintenance: tuple[MaintenanceSettings, ...] = ()
