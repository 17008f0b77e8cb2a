"""How sessions are watched, graded and reconnected."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from healthcheckd.settings.values import Share


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
class CleanupSettings:
    idle_after: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class BlastSettings:
    window: timedelta = timedelta(minutes=5)
    least: int = 5
    share: Share = Share(0.3)
    few: int = 3
    pause: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`probes` answer as long as our own network works: `https://HOST/…` or `tcp://HOST:PORT`."""

    probes: tuple[str, ...] = ()
    timeout: timedelta = timedelta(seconds=5)
