"""The numbers the rules work with, as one value. What people may write is said once, here: the settings of a table add
what no rule goes by, the policies what is derived from elsewhere."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class HealthRules:
    """When a reading counts, and how it is graded."""

    critical_after: timedelta = timedelta(hours=6)
    stuck_after: timedelta = timedelta(minutes=10)
    settle: timedelta = timedelta(seconds=60)
    confirm: timedelta = timedelta(seconds=10)
    reopen_within: timedelta = timedelta(minutes=30)
    unreachable_after: timedelta = timedelta(minutes=30)
    flap_falls: int = 4
    flap_window: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class HealthPolicy(HealthRules):
    """`cadence` is the usual time between two readings; so many refuted proofs in a row make a zombie."""

    cadence: timedelta = timedelta(minutes=15)
    steady_after: timedelta = timedelta(hours=1)
    zombie_after: int = 2


@dataclass(frozen=True, slots=True)
class ReconnectPolicy:
    """How often an account may be reinitialised: caps belong to the account, whatever the incident."""

    after: timedelta = timedelta(minutes=3)
    base: timedelta = timedelta(minutes=1)
    cap: timedelta = timedelta(minutes=60)
    max_streak: int = 8
    per_hour: int = 6
    per_day: int = 20
    slow_every: timedelta = timedelta(hours=6)
    ban_wait: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """Who is told after how long."""

    action_required_after: timedelta = timedelta(minutes=10)
    operator_after: timedelta = timedelta(minutes=15)
    reminders: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=72))
    max_age: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NoticePolicy(NoticeRules):
    """Owners hear of what is Critical."""

    critical_after: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class BlastRules:
    """`share` is of a group's accounts that were connected before. `few` follow the canary; after a canary that falls
    nothing is attempted for `pause`."""

    window: timedelta = timedelta(minutes=5)
    least: int = 5
    share: float = 0.3
    few: int = 3
    pause: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class BlastPolicy(BlastRules):
    """The pause doubles up to `longest`."""

    longest: timedelta = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything the rules are set by; replaced whole when the configuration is reloaded."""

    health: HealthPolicy = HealthPolicy()
    reconnect: ReconnectPolicy = ReconnectPolicy()
    notices: NoticePolicy = NoticePolicy()
    blast: BlastPolicy = BlastPolicy()
