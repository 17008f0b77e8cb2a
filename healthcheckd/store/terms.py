"""What the store needs of the configuration, as one value that a reload replaces."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from healthcheckd.domain.maintenance import Maintenance
from healthcheckd.domain.policy import Policy
from healthcheckd.domain.routing import Directory
from healthcheckd.domain.webhooks import Subscription
from healthcheckd.settings import ALERT_ONLY, CleanupSettings, NotifySettings, RetentionSettings, Settings
from healthcheckd.settings.directory import directory_of


@dataclass(frozen=True, slots=True)
class Terms:
    """`alert_only` are the gateways that can be told to do nothing."""

    policy: Policy = field(default_factory=Policy)
    notify: NotifySettings = field(default_factory=NotifySettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    cleanup: CleanupSettings = field(default_factory=CleanupSettings)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    alert_only: frozenset[str] = frozenset()
    directory: Directory = field(default_factory=Directory)
    subscriptions: tuple[Subscription, ...] = ()
    maintenance: tuple[Maintenance, ...] = ()

    def today(self, now: datetime) -> str:
        """The operator's calendar day, `YYYY-MM-DD`."""
        return now.astimezone(self.zone).date().isoformat()

    @property
    def patience(self) -> timedelta:
        """How long after waking up nothing is said or done about an account without a fresh reading."""
        return self.policy.health.unreachable_after


def terms_of(settings: Settings, policy: Policy) -> Terms:
    return Terms(
        policy,
        settings.notify,
        settings.retention,
        settings.cleanup,
        ZoneInfo(settings.daemon.time_zone),
        frozenset(gateway.name for gateway in settings.gateways if gateway.kind in ALERT_ONLY),
        directory_of(settings),
        subscriptions=tuple(
            Subscription(one.name, one.events, one.gateways, one.accounts, one.tags, one.include)
            for one in settings.webhooks
        ),
        maintenance=tuple(one.plan for one in settings.maintenance),
    )
